"""Small parts of reports: verdicts, numbers and stacked bars."""

from collections.abc import Hashable, Mapping
from typing import Any

from semanticlens_widgets._texts import escape, interval
from semanticlens_widgets.analysis.audits.verdicts import VERDICTS, Verdict

BY_WORD = {verdict.word: verdict for verdict in VERDICTS}
ON_BAR = ("spurious", "ambiguous", "unexpected", "valid")
"""From left to right: the spurious part begins at zero, as its interval and the limit do."""


def mark(verdict: Verdict) -> str:
    """The verdict with its colour and icon; the word has the colour of the text, which has contrast on any page."""
    return (
        f'<span class="slw-verdict"><span class="slw-swatch" style="background:var(--slw-{verdict.word})"></span>'
        f'<span class="slw-icon" aria-hidden="true">{verdict.icon}</span>{verdict.word}</span>'
    )


def cell(html: str, of: str = "", also: str = "") -> str:
    """A cell of a table; `of` is its column, which narrow screens show before it."""
    named = f' data-of="{escape(of)}"' if of else ""
    return f"<td{_class(also)}{named}>{html}</td>"


def number(html: str, of: str = "") -> str:
    """A cell with a number."""
    return cell(html, of, "slw-number")


def heads(*names: str, numbers: frozenset[str] = frozenset()) -> str:
    """The head of a table; names are HTML."""
    cells = (
        f'<th scope="col"{_class("slw-number" if name in numbers else "")}>{name}</th>' for name in names
    )
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def share_bar(row: Mapping[Hashable, Any], max_spurious: float | None) -> str:
    """The shares of a class as a bar, with the interval of the spurious one below and the limit across it."""
    bar = "".join(
        f'<span style="width:{row[word]:.2%};background:var(--slw-{word})"></span>' for word in ON_BAR
    )
    low, high = row["spurious_low"], row["spurious_high"]
    line = (
        f'<span class="slw-interval" style="left:{low:.2%};width:{high - low:.2%}"></span>'
        if low == low
        else ""
    )
    limit = "" if max_spurious is None else f'<span class="slw-limit" style="left:{max_spurious:.2%}"></span>'
    said = ", ".join(f"{word} {row[word]:.0%}" for word in ON_BAR)
    return (
        f'<div class="slw-shares" role="img" aria-label="{said}"><div class="slw-bar">{bar}</div>'
        f"{line}{limit}</div>"
    )


def share(row: Mapping[Hashable, Any], word: str, of: str = "") -> str:
    """A cell with a share and its interval."""
    return number(f"{row[word]:.1%}<br>{bounds(row, word)}", of)


def bounds(row: Mapping[Hashable, Any], word: str) -> str:
    """The interval of a share."""
    return f"<small>{interval(row[f'{word}_low'], row[f'{word}_high'], '.0%')}</small>"


def counted(n: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 class", "2 classes"."""
    return f"{n:,} {noun if n == 1 else plural or f'{noun}s'}"


def _class(names: str) -> str:
    return f' class="{names}"' if names else ""
