"""A picture of an audit: the class that is shown, as far as it has been judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from semanticlens_widgets.analysis import Audit, Requirement, requirement_of_each
from semanticlens_widgets.analysis._audit_html import audit_body
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets._judging import Concepts, queries
from semanticlens_widgets.widgets._snapshot import listed

_CONCEPTS = 12
_PICTURES = 2


@dataclass(frozen=True)
class ShownClass:
    """Which class of which layer is shown, and what is required."""

    layer: str
    class_name: str
    """ "" for the first with a requirement and samples."""
    requirements: Sequence[Mapping[str, Any]]
    threshold: float


def audit_snapshot(lens: Lens, concepts: Concepts, shown: ShownClass, max_spurious: float) -> str:
    """The shares and the most relevant components of the class; what is required of it where it was never judged."""
    audit = audit_at_hand(lens, concepts, shown)
    if audit is not None:
        return audit_body(audit, max_spurious, _PICTURES)
    required = "".join(f"<div>{escape(_in_words(one))}</div>" for one in shown.requirements[:_CONCEPTS])
    return f"<div>Audit of {escape(shown.layer)}: not judged yet</div>{required}"


def audit_at_hand(lens: Lens, concepts: Concepts, shown: ShownClass) -> Audit | None:
    """The audit of the class that is shown; None where the layer was never judged, or the lens is at work."""
    name = class_at_hand(lens, shown)
    if not name or not lens.known("auditor", shown.layer) or not lens.lock.acquire(blocking=False):
        return None
    try:
        required = _required(shown.requirements, concepts)
        found = requirement_of_each(required, lens.database.relevance[shown.layer].classes).get(name)
        if found is None:
            return None
        # What holds for every class is asked of this one.
        wanted = Requirement(name, found.valid, found.spurious)
        return lens.audit(wanted, layer=shown.layer, threshold=shown.threshold)
    finally:
        lens.lock.release()


def class_at_hand(lens: Lens, shown: ShownClass) -> str:
    """The class that is shown; "" where the relevance of the layer is not known or the class has no samples."""
    relevance = lens.database.relevance.get(shown.layer)
    if relevance is None:
        return ""
    there = [name for name, n in zip(relevance.classes, relevance.n_samples.tolist(), strict=True) if n]
    required = {one["class_name"] for one in shown.requirements}
    if shown.class_name:
        return shown.class_name if shown.class_name in there else ""
    return next((name for name in there if name in required), there[0] if there else "")


def _required(requirements: Sequence[Mapping[str, Any]], concepts: Concepts) -> list[Requirement]:
    return [
        Requirement(one["class_name"], queries(one["valid"], concepts), queries(one["spurious"], concepts))
        for one in requirements
    ]


def _in_words(requirement: Mapping[str, Any]) -> str:
    lists = [
        f"{side}: {listed(requirement[side], _CONCEPTS)}"
        for side in ("valid", "spurious")
        if requirement[side]
    ]
    return f"{requirement['class_name'] or 'every class'}: {'; '.join(lists)}"
