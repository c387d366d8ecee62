"""Plain text for `print`: facts and tables, aligned to the left, at most 79 columns wide, no word broken."""

import textwrap
from collections.abc import Mapping, Sequence

from semanticlens_widgets._texts import visible

WIDTH = 79
_GAP = 2


def facts_text(title: str, facts: Mapping[str, str]) -> str:
    """A title, and a line for each fact: its name, and its text wrapped beside it."""
    indent = " " * (2 + max(map(len, facts)) + _GAP)
    lines = [visible(title)]
    for name, text in facts.items():
        first = f"  {name}".ljust(len(indent))
        lines += textwrap.wrap(
            visible(text), WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
        )
    return "\n".join(lines)


def table_text(title: str, names: Sequence[str], rows: Sequence[Sequence[str]], more: int = 0) -> str:
    """A title, the names of the columns, and the rows; `more` counts rows that are left out.

    Where the rows are too wide, the texts of the first column are cut.
    """
    cells = [[visible(cell) for cell in row] for row in [names, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    widths[0] = max(8, min(widths[0], WIDTH - 2 - sum(width + _GAP for width in widths[1:])))
    lines = [visible(title), *(_line(row, widths) for row in cells)]
    return "\n".join([*lines, f"  ... and {more:,} more"] if more else lines)


def wrapped(text: str) -> str:
    """A sentence below a table."""
    return textwrap.fill(
        visible(text), WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cut = [
        cell if len(cell) <= width else f"{cell[: width - 1]}…"
        for cell, width in zip(row, widths, strict=True)
    ]
    return (
        "  " + (" " * _GAP).join(cell.ljust(width) for cell, width in zip(cut, widths, strict=True)).rstrip()
    )
