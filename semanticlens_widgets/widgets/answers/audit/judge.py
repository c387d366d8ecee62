"""Requirements as the browser has them, judged."""

from collections.abc import Mapping, Sequence
from typing import Any

from semanticlens_widgets.analysis import Audit, Concept, Requirement
from semanticlens_widgets.lens import Lens

Concepts = Mapping[str, Concept]
"""Concepts that are no text, by the names that the browser has for them."""


def whole_audit(
    lens: Lens, concepts: Concepts, layer: str, requirements: Sequence[Mapping[str, Any]], threshold: float
) -> Audit | None:
    """The audit of every class that has a requirement and samples; None where there is no such class."""
    relevance = lens.relevance(layer)
    empty = {name for name, n in zip(relevance.classes, relevance.n_samples.tolist(), strict=True) if n == 0}
    wanted = [
        Requirement(one["class_name"], queries(one["valid"], concepts), queries(one["spurious"], concepts))
        for one in requirements
        if one["class_name"] not in empty
    ]
    return judged(lens, wanted, layer, threshold) if wanted else None


def judged(lens: Lens, requirements: Sequence[Requirement], layer: str, threshold: float) -> Audit:
    """The audit of these requirements."""
    return lens.audit(requirements, layer=layer, threshold=threshold)


def queries(names: Sequence[str], concepts: Concepts) -> list[Any]:
    """Concepts by the names that the browser has for them."""
    return [concepts.get(name, name) for name in names]
