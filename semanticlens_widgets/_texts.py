"""Texts of strangers (names of files, classes, words and layers) made fit for a screen, a page or a spreadsheet."""

import html
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# Control characters, half characters, and those that hide or turn what follows; joiners belong to scripts and emoji.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters of a cell that a spreadsheet may run."""


def visible(text: str) -> str:
    r"""Writes characters that hide, or that turn the text around them, as escapes such as `\u202e`."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def isolated(text: str) -> str:
    """The text, visible; one from right to left is set apart, so that it does not turn the sentence around it."""
    shown = visible(text)
    turns = any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in shown)
    return f"\u2068{shown}\u2069" if turns else shown


def escape(text: str) -> str:
    """Escapes a text for HTML, with hidden characters visible."""
    return html.escape(visible(text))


def interval(low: float, high: float, form: str) -> str:
    """The interval in a number's format, as in "5% to 7%"; a dash for one with NaN bounds, as of a single sample."""
    return f"{low:{form}} to {high:{form}}" if low == low else "–"


def to_csv(table: "pd.DataFrame") -> str:
    """Writes a table as CSV; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    return table.map(_defused).rename(columns=_defused).to_csv(index=False)


def _defused(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
