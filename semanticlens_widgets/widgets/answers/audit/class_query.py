"""The class that an audit table shows, and its audit where one is already known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from semanticlens_widgets.analysis import Audit, Requirement, requirement_of_each
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.session import AuditorKey
from semanticlens_widgets.widgets.answers.audit.requirements import Concepts, classes_with_samples, required


@dataclass(frozen=True)
class ClassQuery:
    """Request for one class of one layer, with its requirement."""

    layer: str
    class_name: str
    """ "" for the first with a requirement and samples."""
    requirements: Sequence[Mapping[str, Any]]
    threshold: float
    within_class: bool


def audit_at_hand(lens: Lens, concepts: Concepts, shown: ClassQuery) -> Audit | None:
    """The audit of the class that is shown; None where the layer was never judged, or the lens is at work."""
    session = lens._session
    known = session.memo.peek(AuditorKey(shown.layer, within_class=shown.within_class))
    if known is None or not session.lock.acquire(blocking=False):
        return None
    try:
        return _audit(lens, concepts, shown)
    finally:
        session.lock.release()


def compute_audit(lens: Lens, concepts: Concepts, shown: ClassQuery) -> None:
    """Has the audit of the class that is shown at hand from now on; runs the model if the layer has no relevance."""
    lens.relevance(shown.layer)
    _audit(lens, concepts, shown)


def _audit(lens: Lens, concepts: Concepts, shown: ClassQuery) -> Audit | None:
    name = class_at_hand(lens, shown)
    if not name:
        return None
    classes = lens.database.relevance[shown.layer].classes
    found = requirement_of_each(required(shown.requirements, concepts), classes).get(name)
    if found is None:
        return None
    # What holds for every class is asked of this one.
    wanted = Requirement(name, found.valid, found.spurious)
    return lens.audit(wanted, layer=shown.layer, threshold=shown.threshold, within_class=shown.within_class)


def class_at_hand(lens: Lens, shown: ClassQuery) -> str:
    """The class that is shown; "" where the relevance of the layer is not known or the class has no samples."""
    relevance = lens.database.relevance.get(shown.layer)
    if relevance is None:
        return ""
    there = classes_with_samples(relevance)
    if shown.class_name:
        return shown.class_name if shown.class_name in there else ""
    named = {one["class_name"] for one in shown.requirements}
    return next((name for name in there if name in named), there[0] if there else "")
