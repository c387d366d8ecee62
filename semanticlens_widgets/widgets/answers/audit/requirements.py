"""Requirements and concepts in the form of the browser, and the audit of them all."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.analysis import Audit, Concept, Requirement
from semanticlens_widgets.concepts import Relevance
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.protocol import RequirementInfo
from semanticlens_widgets.widgets.kernel.request import Request

Concepts = Mapping[str, Concept]
"""Concepts that are no text, by the names that the browser has for them."""
_MOST = 10_000
"""Most classes of the requirements, and most concepts of a list."""
_LONGEST = 1000
"""Characters of the name of a class or a concept."""


def checked_requirements(given: Sequence[Any]) -> list[RequirementInfo]:
    """Returns the requirements in the form of the browser, missing lists as empty; raises ValueError for any other."""
    if len(given) > _MOST:
        raise ValueError(f"requirements must name at most {_MOST:,} classes, not {len(given):,}")
    return [_checked(one) for one in given]


def checked_concepts(kind: str, names: object) -> list[str]:
    """Returns the names of the concepts in a list; raises ValueError for anything else."""
    if not isinstance(names, list) or len(names) > _MOST or not all(map(_is_name, names)):
        raise ValueError(
            f"{kind} must list at most {_MOST:,} concepts, each by a text of at most {_LONGEST:,} characters, "
            f"not {shown(names)}"
        )
    return names


def _checked(one: Any) -> RequirementInfo:
    known = isinstance(one, dict) and set(one) <= {"class_name", "valid", "spurious"}
    if not known or not (one.get("class_name") is None or _is_name(one["class_name"])):
        raise ValueError(
            "a requirement must be an object with class_name, a text or null for every class, and the lists valid "
            f"and spurious, not {shown(one)}"
        )
    return {
        "class_name": one.get("class_name"),
        "valid": checked_concepts("valid", one.get("valid", [])),
        "spurious": checked_concepts("spurious", one.get("spurious", [])),
    }


def _is_name(name: object) -> bool:
    return isinstance(name, str) and len(name) <= _LONGEST


def required(requirements: Sequence[Mapping[str, Any]], concepts: Concepts) -> list[Requirement]:
    """Reads requirements; raises what `Requirement` raises."""
    return [
        Requirement(one["class_name"], queries(one["valid"], concepts), queries(one["spurious"], concepts))
        for one in requirements
    ]


def queries(names: Sequence[str], concepts: Concepts) -> tuple[Any, ...]:
    """Returns the concepts of the browser's names."""
    return tuple(concepts.get(name, name) for name in names)


def classes_with_samples(relevance: Relevance) -> list[str]:
    """Returns the names of the classes that can be audited, in order."""
    return [name for name, n in zip(relevance.classes, relevance.n_samples.tolist(), strict=True) if n]


class Judging(TypedDict):
    """Settings of `lens.audit` that a reader can change."""

    threshold: float
    within_class: bool


def judging(request: Request) -> Judging:
    """Returns the settings of a request; without `within_class` components are judged by all images alone."""
    return {
        "threshold": request.number("threshold"),
        "within_class": request.get("within_class", bool, False),
    }


def whole_audit(
    lens: Lens,
    concepts: Concepts,
    layer: str,
    requirements: Sequence[Mapping[str, Any]],
    judging: Judging,
) -> Audit | None:
    """Audits every class that has a requirement and samples; None if there is no such class."""
    relevance = lens.relevance(layer)
    empty = set(relevance.classes).difference(classes_with_samples(relevance))
    wanted = [one for one in requirements if one["class_name"] not in empty]
    return lens.audit(required(wanted, concepts), layer=layer, **judging) if wanted else None
