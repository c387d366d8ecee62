"""Result of an experiment as HTML for a notebook: a title, a table of numbers and pictures, a note."""

import math
from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

from semanticlens_widgets._texts import escape, interval

# A class twice, to win over JupyterLab's own rules for tables and images.
_STYLE = """<style>
div.slw-result.slw-result{font:14px/1.45 system-ui,sans-serif;max-width:64rem;overflow-x:auto}
div.slw-result.slw-result table{table-layout:auto;border-collapse:collapse;margin:.5rem 0;
font-variant-numeric:tabular-nums}
div.slw-result.slw-result th,div.slw-result.slw-result td{text-align:left;padding:.3rem .6rem;
border-bottom:1px solid #8884;vertical-align:middle;overflow-wrap:break-word;white-space:normal}
div.slw-result.slw-result .slw-number{text-align:right;white-space:nowrap}
div.slw-result.slw-result .slw-pictures{white-space:nowrap}
div.slw-result.slw-result td img{display:inline-block;height:48px;width:48px;max-width:none;object-fit:cover;
border-radius:3px;margin:0 3px 0 0}
</style>"""


class Cell(NamedTuple):
    """A cell of the table; text alone is escaped."""

    html: str
    kind: str = ""
    """'number', 'pictures' or ''."""


Head = tuple[str, str]
"""A column's head and what it says on hover."""


def number(value: float, form: str, low: float = math.nan, high: float = math.nan) -> Cell:
    """A number in a format such as ".1%", with its 95 % interval below; a dash for NaN."""
    shown = f"{value:{form}}" if value == value else "–"
    below = f"<br><small>{interval(low, high, form)}</small>" if low == low else ""
    return Cell(shown + below, "number")


def text(value: str, below: str) -> Cell:
    """A text with a smaller one below it."""
    return Cell(f"{escape(value)}<br><small>{escape(below)}</small>")


def pictures(files: Sequence[bytes], alt: str) -> Cell:
    """Small pictures side by side, as WebP."""
    return Cell(
        "".join(
            f'<img alt="{escape(alt)} {place}" width="48" height="48" '
            f'src="data:image/webp;base64,{b64encode(file).decode("ascii")}">'
            for place, file in enumerate(files, 1)
        ),
        "pictures",
    )


def result_html(
    title: str, heads: Sequence[Head], rows: Sequence[Sequence[str | Cell]], note: str = ""
) -> str:
    """The table under its title; a column is aligned as its first cell is."""
    kinds = [one.kind if isinstance(one, Cell) else "" for one in (rows[0] if rows else [""] * len(heads))]
    top = "".join(
        f'<th{_class(kind)} title="{escape(hover)}">{escape(head)}</th>'
        for kind, (head, hover) in zip(kinds, heads, strict=True)
    )
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    below = f"<p><small>{escape(note)}</small></p>" if note else ""
    return (
        f'{_STYLE}<div class="slw-result"><strong>{escape(title)}</strong>'
        f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>{below}</div>"
    )


def _cell(one: str | Cell) -> str:
    cell = one if isinstance(one, Cell) else Cell(escape(one))
    return f"<td{_class(cell.kind)}>{cell.html}</td>"


def _class(kind: str) -> str:
    return f' class="slw-{kind}"' if kind else ""
