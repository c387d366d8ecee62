"""A picture of an audit: the class that is shown, as far as it has been judged."""

from collections.abc import Mapping
from typing import Any

from semanticlens_widgets._texts import escape
from semanticlens_widgets.analysis.audits.report.page import audit_body
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.class_query import ClassQuery, audit_at_hand
from semanticlens_widgets.widgets.answers.audit.requirements import Concepts
from semanticlens_widgets.widgets.snapshot.html import listed

_CONCEPTS = 12
_PICTURES = 2


def audit_snapshot(lens: Lens, concepts: Concepts, shown: ClassQuery, max_spurious: float) -> str:
    """The shares and the most relevant components of the class; what is required of it where it was never judged."""
    audit = audit_at_hand(lens, concepts, shown)
    if audit is not None:
        return audit_body(audit, max_spurious, _PICTURES)
    required = "".join(f"<div>{escape(_in_words(one))}</div>" for one in shown.requirements[:_CONCEPTS])
    return f"<div>Audit of {escape(shown.layer)}: not judged yet</div>{required}"


def _in_words(requirement: Mapping[str, Any]) -> str:
    lists = [
        f"{side}: {listed(requirement[side], _CONCEPTS)}"
        for side in ("valid", "spurious")
        if requirement[side]
    ]
    return f"{requirement['class_name'] or 'every class'}: {'; '.join(lists)}"
