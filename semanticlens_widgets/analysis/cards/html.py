"""A card as HTML for a notebook."""

import pandas as pd

from semanticlens_widgets._texts import escape, interval
from semanticlens_widgets.analysis.cards.numbers import HEADS, NUMBERS, SHARES

# A class twice, to win over JupyterLab's own rules for tables.
_STYLE = """<style>
div.slw-card.slw-card{font:14px/1.45 system-ui,sans-serif;max-width:64rem}
div.slw-card.slw-card table{table-layout:auto;border-collapse:collapse;width:100%;margin:.5rem 0;
font-variant-numeric:tabular-nums}
div.slw-card.slw-card th,div.slw-card.slw-card td{text-align:left;padding:.3rem .6rem;
border-bottom:1px solid #8884;vertical-align:top;overflow-wrap:break-word}
div.slw-card.slw-card th{overflow-wrap:normal;vertical-align:bottom}
div.slw-card.slw-card .slw-number{text-align:right;white-space:nowrap}
div.slw-card.slw-card th.slw-number{white-space:normal}
</style>"""


def card_html(table: pd.DataFrame) -> str:
    """One row a part, with intervals and what chance gives."""
    heads = "".join(
        f'<th class="slw-number" title="{hover}">{head}</th>'
        for head, hover in (HEADS[number] for number in NUMBERS)
    )
    rows = "".join(_row(row) for row in table.to_dict("records"))
    return (
        f'{_STYLE}<div class="slw-card"><table><thead><tr><th></th><th>Layer</th><th class="slw-number">Components</th>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table><p><small>Means over components; below each its 95 % "
        "interval, and what random groups of images give.</small></p></div>"
    )


def _row(row: dict) -> str:
    cells = ""
    for number in NUMBERS:
        form = ".0%" if number in SHARES else ".2f"
        mean, low, high, chance = (row[f"{number}{end}"] for end in ("", "_low", "_high", "_chance"))
        cells += (
            f'<td class="slw-number">{mean:{form}}<br><small>{interval(low, high, form)}'
            f"<br>by chance {chance:{form}}</small></td>"
        )
    dead = f"<br><small>{row['n_dead']:,} dead</small>" if row["n_dead"] else ""
    return (
        f"<tr><td>{escape(row['name']) if row['name'] != row['layer'] else ''}</td><td>{escape(row['layer'])}</td>"
        f'<td class="slw-number">{row["n_components"]:,}{dead}</td>{cells}</tr>'
    )
