"""Two audits of one layer beside one another: outcome and shares of every class, and the verdicts that changed."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from semanticlens_widgets._texts import escape
from semanticlens_widgets.analysis.audits.report.parts import (
    BY_WORD,
    ON_BAR,
    bounds,
    cell,
    counted,
    heads,
    mark,
    number,
    share,
    share_bar,
)
from semanticlens_widgets.analysis.audits.report.style import STYLE

_ROWS = 20


def change_fragment(
    layer: str,
    before: pd.DataFrame,
    after: pd.DataFrame,
    components: pd.DataFrame,
    max_spurious: float,
    note: str = "",
) -> str:
    """The change as HTML for a notebook; `before` and `after` are the summaries of the same classes, in one order.

    `note` is a sentence on how the two differ.
    """
    rows = "".join(
        _class_rows(old, new, max_spurious)
        for old, new in zip(before.to_dict("records"), after.to_dict("records"), strict=True)
    )
    marks = [mark(BY_WORD[word]) for word in ON_BAR]
    names = heads("Class", "Audit", "Outcome", "Relevance", *marks, numbers=frozenset(marks))
    return (
        f'{STYLE}<div class="slw-audit"><h2>Change of the audit of {escape(layer)}</h2>'
        f"{f'<p>{escape(note)}</p>' if note else ''}<table><caption>Shares of each "
        "class's positive relevance with 95% intervals over its samples; changes are in points.</caption>"
        f"{names}<tbody>{rows}</tbody></table>{_changed(components)}</div>"
    )


def _class_rows(before: Mapping[Hashable, Any], after: Mapping[Hashable, Any], max_spurious: float) -> str:
    name = f'<th scope="row" class="slw-wide">{escape(after["class"])}</th>'
    old = "".join(share(before, word, word) for word in ON_BAR)
    new = "".join(_changed_share(before, after, word) for word in ON_BAR)
    return (
        f"<tr>{name}{_audit('before', before, max_spurious)}{old}</tr>"
        f"<tr>{name}{_audit('after', after, max_spurious)}{new}</tr>"
    )


def _audit(which: str, row: Mapping[Hashable, Any], max_spurious: float) -> str:
    return f"{cell(which)}{cell(row['outcome'])}{cell(share_bar(row, max_spurious), also='slw-wide')}"


def _changed_share(before: Mapping[Hashable, Any], after: Mapping[Hashable, Any], word: str) -> str:
    points = 100 * (after[word] - before[word])
    return number(f"{after[word]:.1%} <b>({points:+.1f})</b><br>{bounds(after, word)}", word)


def _changed(components: pd.DataFrame) -> str:
    if components.empty:
        return "<p>No component has another verdict.</p>"
    rows = "".join(
        f'<tr><th scope="row">{escape(row["class"])}</th>{cell(escape(row["component"]))}'
        f"{number(format(row['share_before'], '.1%'), 'share before')}"
        f"{number(format(row['share_after'], '.1%'), 'share after')}"
        f"{cell(mark(BY_WORD[row['verdict_before']]), 'before')}"
        f"{cell(mark(BY_WORD[row['verdict_after']]), 'after')}</tr>"
        for row in components.head(_ROWS).to_dict("records")
    )
    more = len(components) - _ROWS
    rest = f"<p>and {more:,} more: see <code>components</code></p>" if more > 0 else ""
    names = ("Class", "Component", "Share before", "Share after", "Verdict before", "Verdict after")
    return (
        f"<table><caption>{counted(len(components), 'component')} with another verdict, the larger share first."
        f"</caption>{heads(*names, numbers=frozenset(names[2:4]))}<tbody>{rows}</tbody></table>{rest}"
    )
