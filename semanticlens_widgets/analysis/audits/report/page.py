"""The whole report: what was audited, the outcome, the evidence for it, and how to read it."""

import pandas as pd

from semanticlens_widgets._texts import escape
from semanticlens_widgets.analysis.audits.report.ablation import Ablated, ablation_section
from semanticlens_widgets.analysis.audits.report.classes import (
    class_table,
    outcomes_in_words,
    worst_first,
)
from semanticlens_widgets.analysis.audits.report.components import components_of_class
from semanticlens_widgets.analysis.audits.report.parts import mark
from semanticlens_widgets.analysis.audits.report.provenance import (
    caveat,
    concept_caveats,
    facts,
    judged_within,
    left_out,
    requirements,
)
from semanticlens_widgets.analysis.audits.report.reading import how_to_read
from semanticlens_widgets.analysis.audits.report.style import PAGE_STYLE, STYLE
from semanticlens_widgets.analysis.audits.result import AuditResult
from semanticlens_widgets.analysis.audits.tables import audit_summary
from semanticlens_widgets.analysis.audits.verdicts import VERDICTS

_CLASSES, _PICTURES = 20, 4
"""Shown in detail, the worst classes first; with a picture of 4 kB each the page stays below 4 MB."""


def audit_page(result: AuditResult, max_spurious: float, ablation: Ablated | None = None) -> str:
    """The page."""
    summary = audit_summary(result, max_spurious)
    model = f" in {escape(result.evidence.model)}" if result.evidence else ""
    title = f"Audit of {escape(result.layer)}{model}"
    return html_page(
        title,
        f"<h1>{title}</h1><p>{outcomes_in_words(summary, max_spurious)}</p>{caveat(result.evidence)}"
        f"{concept_caveats(result)}{judged_within(result)}"
        f"<section><h2>Outcome by class</h2>{class_table(summary, max_spurious)}</section>"
        f"<section><h2>Requirements</h2>{requirements(result)}</section>"
        f"<section><h2>Evidence</h2>{_details(result, summary, _PICTURES)}</section>"
        f"{ablation_section(ablation)}"
        f"<section><h2>Subject of the audit</h2>{facts(result)}</section>"
        f"<section><h2>How to read this</h2>{how_to_read(result.threshold)}</section>{_foot(result)}",
    )


def html_page(title: str, body: str) -> str:
    """A page of its own; `title` and `body` are HTML."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{title}</title>{PAGE_STYLE}</head><body>{STYLE}<main class="slw-audit">{body}</main></body></html>'
    )


def audit_body(result: AuditResult, max_spurious: float, n_pictures: int = _PICTURES) -> str:
    """The shares of every class, then the most relevant components of the worst classes, with pictures."""
    details = _details(result, audit_summary(result, max_spurious), n_pictures)
    return f'{audit_fragment(result, max_spurious)}<div class="slw-audit">{details}</div>'


def audit_fragment(result: AuditResult, max_spurious: float) -> str:
    """The shares of every class, to stand in a notebook in its own colours."""
    summary = audit_summary(result, max_spurious)
    legend = "; ".join(f"{mark(verdict)}: {verdict.meaning}" for verdict in VERDICTS)
    return (
        f'{STYLE}<div class="slw-audit"><h2>Audit of {escape(result.layer)}</h2>'
        f"<p>{outcomes_in_words(summary, max_spurious)} {left_out(result)}</p>{concept_caveats(result)}"
        f"{judged_within(result)}"
        f"{class_table(summary, max_spurious)}<p>{legend}.</p></div>"
    )


def _details(result: AuditResult, summary: pd.DataFrame, n_pictures: int) -> str:
    worst = worst_first(summary).index.tolist()
    more = len(worst) - _CLASSES
    rest = f"<p>Of the other {more:,} classes the outcomes are in the table above.</p>" if more > 0 else ""
    return "".join(components_of_class(result, row, n_pictures) for row in worst[:_CLASSES]) + rest


def _foot(result: AuditResult) -> str:
    if result.evidence is None:
        return ""
    return (
        f"<footer>Digest of the lens: <code>{result.evidence.digest}</code><br>It is that of model, images, foundation "
        "model, examples and relevance; <code>lens.audit(...).evidence.digest</code> computes it again from the lens."
        "</footer>"
    )
