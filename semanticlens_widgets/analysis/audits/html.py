"""An audit as one HTML page that needs nothing else: no script, no font, no address of the web."""

from base64 import b64encode

from semanticlens_widgets._texts import escape
from semanticlens_widgets.analysis.audits.result import AuditResult
from semanticlens_widgets.analysis.audits.tables import audit_summary
from semanticlens_widgets.analysis.audits.verdicts import (
    FEWEST_SAMPLES,
    SPURIOUS,
    VERDICTS,
    WORDS,
    Verdict,
)

_CLASSES, _COMPONENTS, _PICTURES = 20, 8, 4
"""Shown in detail, the worst classes first; with a picture of 4 kB each the page stays below 4 MB."""

_COLOURS = "".join(f"--slw-{verdict.word}:{verdict.colour};" for verdict in VERDICTS)
_STYLE = f"""<style>
.slw-audit {{{_COLOURS}--slw-line:#8884;font:14px/1.45 system-ui,sans-serif;max-width:64rem}}
@media (prefers-color-scheme:dark){{.slw-audit{{--slw-valid:#56b4e9;--slw-unexpected:#a6a6a6}}}}
.slw-audit table{{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem;font-variant-numeric:tabular-nums}}
.slw-audit th,.slw-audit td{{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--slw-line);
vertical-align:middle;overflow-wrap:anywhere}}
.slw-audit th{{overflow-wrap:normal}}
.slw-audit td:first-child{{min-width:5rem}}
.slw-audit td.slw-passed{{white-space:nowrap}}
.slw-audit td.slw-number,.slw-audit th.slw-number{{text-align:right;white-space:nowrap}}
.slw-audit .slw-bar{{display:flex;height:.8rem;width:10rem;border-radius:2px;overflow:hidden}}
.slw-audit .slw-icon{{font-weight:700;margin-right:.35em}}
.slw-audit .slw-verdict{{white-space:nowrap}}
.slw-audit img{{height:48px;width:48px;object-fit:cover;border-radius:3px;margin-right:3px}}
</style>"""

_PERCENTILE = (
    '<th class="slw-number" title="Of random groups of images, each as large as the component\'s group of examples, so '
    'many answer less">Above chance</th>'
)


def audit_page(result: AuditResult, max_spurious: float) -> str:
    """The whole page."""
    body = audit_body(result, max_spurious)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Audit of {escape(result.layer)}</title></head><body>{body}</body></html>"
    )


def audit_body(result: AuditResult, max_spurious: float, n_pictures: int = _PICTURES) -> str:
    """The shares of every class, then the most relevant components of the worst classes, with pictures."""
    worst = result.verdict_shares[:, SPURIOUS].argsort(descending=True, stable=True).tolist()[:_CLASSES]
    details = "".join(_details(result, row, n_pictures) for row in worst)
    return f'{audit_fragment(result, max_spurious)}<div class="slw-audit">{details}</div>'


def audit_fragment(result: AuditResult, max_spurious: float) -> str:
    """The shares of every class, to stand in a notebook in its own colours."""
    summary = audit_summary(result, max_spurious)
    rows = "".join(_class_row(row) for row in summary.to_dict("records"))
    heads = "".join(f'<th class="slw-number">{_verdict(verdict)}</th>' for verdict in VERDICTS)
    return (
        f'{_STYLE}<div class="slw-audit"><h2>Audit of {escape(result.layer)}</h2>'
        f"<p>{int(summary['passed'].sum()):,} of {len(summary):,} classes pass: with 95 % confidence at most "
        f"{max_spurious:.0%} of their relevance is spurious; below {FEWEST_SAMPLES} samples no class passes or fails. "
        f"What is unexpected, the concepts do not explain. A component answers to a concept if it is closer to it than "
        f"95 % of random groups of images are to any concept of the class, and from z = {result.threshold:g} on; "
        f"relevance by {escape(result.method)}.{_left_out(result)}</p><p>{'; '.join(map(_legend, VERDICTS))}.</p>"
        f'<table><thead><tr><th>Class</th><th></th><th>Relevance</th>{heads}<th class="slw-number">Samples</th>'
        f"<th>Most spurious</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _left_out(result: AuditResult) -> str:
    found = None if result.database is None else result.database.provenance.left_out
    if found is None:
        return ""
    return (
        f" {found['n']:,} of {found['n_images']:,} images were left out because they cannot be read or transformed; "
        f"the first is <bdi>{escape(found['first'])}</bdi>."
    )


def _class_row(row: dict) -> str:
    bar = "".join(
        f'<span style="width:{row[word]:.2%};background:var(--slw-{word})"></span>' for word in WORDS
    )
    shares = "".join(
        _number(f"{row[word]:.1%}<br><small>{row[f'{word}_low']:.0%} to {row[f'{word}_high']:.0%}</small>")
        for word in WORDS
    )
    outcome = row["outcome"] if row["passed"] else f"<b>{row['outcome']}</b>"
    return (
        f"<tr><td>{escape(row['class'])}</td>"
        f'<td class="slw-passed">{outcome}</td>'
        f'<td><div class="slw-bar">{bar}</div></td>{shares}{_number(format(row["n_samples"], ","))}'
        f"<td>{escape(row['most_spurious'])}</td></tr>"
    )


def _details(result: AuditResult, row: int, n_pictures: int) -> str:
    order = result.share[row].argsort(descending=True, stable=True).tolist()[:_COMPONENTS]
    rows = "".join(
        _component_row(result, row, index, n_pictures) for index in order if result.share[row, index] > 0
    )
    return (
        f"<h3>{escape(result.classes[row])}: its most relevant components</h3><table><thead><tr><th>Component</th>"
        '<th class="slw-number">Share</th><th>Verdict</th><th>Valid concept</th><th class="slw-number">z</th>'
        f'{_PERCENTILE}<th>Spurious concept</th><th class="slw-number">z</th>{_PERCENTILE}'
        "<th>Examples</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _component_row(result: AuditResult, row: int, index: int, n_pictures: int) -> str:
    cells = ""
    for best in (result.best_valid, result.best_spurious):
        concept, z_score = int(best.concept[row, index]), float(best.z_score[row, index])
        name = result.answers.names[concept] if concept >= 0 else ""
        percentile = float(best.percentile[row, index])
        cells += f"<td>{escape(name)}</td>{_number(_or_empty(z_score, '.1f'))}{_number(_or_empty(percentile, '.1%'))}"
    return (
        f"<tr><td>{escape(result.components[index])}</td>{_number(f'{float(result.share[row, index]):.1%}')}"
        f"<td>{_verdict(VERDICTS[int(result.verdicts[row, index])])}</td>{cells}"
        f"<td>{_pictures(result, index, n_pictures)}</td></tr>"
    )


def _or_empty(number: float, spec: str) -> str:
    return "" if number != number else format(number, spec)


def _pictures(result: AuditResult, index: int, n: int) -> str:
    if result.database is None:
        return ""
    thumbnails = result.database.example_thumbnails(result.layer, index, n)
    return "".join(
        f'<img alt="" src="data:image/webp;base64,{b64encode(one).decode()}">' for one in thumbnails if one
    )


def _verdict(verdict: Verdict) -> str:
    return (
        f'<span class="slw-verdict"><span class="slw-icon" style="color:var(--slw-{verdict.word})">{verdict.icon}'
        f"</span>{verdict.word}</span>"
    )


def _legend(verdict: Verdict) -> str:
    return f"{_verdict(verdict)}: {verdict.meaning}"


def _number(text: str) -> str:
    return f'<td class="slw-number">{text}</td>'
