"""A comparison as HTML for a notebook: similarities, and what one side has that another lacks, with examples."""

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise

import pandas as pd
from PIL import Image

from semanticlens_widgets._texts import escape, interval
from semanticlens_widgets.analysis.sides import Side
from semanticlens_widgets.images import thumbnail_webp

_ROWS, _PICTURES = 6, 3
"""Rows of all tables of components together, and pictures a component: a saved notebook holds them."""
_SIDE = 64
"""Pixels of a picture."""
_ALL_PAIRS = 3
"""Sides up to which all pairs are shown: those of eight are 56, and megabytes of pictures."""
# A class twice, to win over JupyterLab's own rules for tables and images.
_STYLE = """<style>
div.slw-comparison.slw-comparison{font:14px/1.45 system-ui,sans-serif;max-width:64rem}
div.slw-comparison.slw-comparison table{table-layout:auto;border-collapse:collapse;width:100%;margin:.5rem 0 1.25rem;
font-variant-numeric:tabular-nums}
div.slw-comparison.slw-comparison th,div.slw-comparison.slw-comparison td{text-align:left;padding:.3rem .6rem;
border-bottom:1px solid #8884;vertical-align:middle;overflow-wrap:break-word}
div.slw-comparison.slw-comparison th{overflow-wrap:normal}
div.slw-comparison.slw-comparison .slw-pictures{white-space:nowrap}
div.slw-comparison.slw-comparison .slw-number{text-align:right;white-space:nowrap}
div.slw-comparison.slw-comparison td img{display:inline-block;height:48px;width:48px;max-width:none;object-fit:cover;
border-radius:3px;margin:0 3px 0 0}
</style>"""
_HEADS = (
    ("From", ""),
    ("To", ""),
    ("Similarity", "Mean over components of the similarity with the nearest; 95 % interval over components"),
    ("By chance", "The same with as many random groups of images in place of the other side's components"),
    (
        "Matched",
        "Components whose nearest is more similar than that of random groups in 95 % of draws: 5 % by chance",
    ),
    ("Mutual", "Components that are the nearest of their nearest, and how many are by chance"),
    ("One to one", "Mean similarity of one-to-one matches, and what chance gives"),
)


def comparison_html(title: str, table: pd.DataFrame, alone: pd.DataFrame, sides: Sequence[Side]) -> str:
    """The shares of every pair, then the clearest components that some side has alone.

    Of more than three sides, the shares of each with the next, and what the first and the last have alone.
    """
    names, note = [side.name for side in sides], ""
    if len(names) > _ALL_PAIRS:
        table = _between(table, list(pairwise(names)))
        alone = _between(alone, [(names[0], names[-1])])
        note = (
            f"<p><small>Each of the {len(names)} sides with the next, then the first with the last: "
            "<code>table</code>, <code>lost</code> and <code>gained</code> have all pairs.</small></p>"
        )
    heads = "".join(
        f'<th class="{"slw-number" if place > 1 else ""}" title="{escape(hover)}">{head}</th>'
        for place, (head, hover) in enumerate(_HEADS)
    )
    cka = (
        '<th class="slw-number" title="Debiased linear CKA of all scores; 95 % interval over images">CKA</th>'
        if "cka" in table
        else ""
    )
    rows = "".join(_pair_row(row) for row in table.to_dict("records"))
    return (
        f'{_STYLE}<div class="slw-comparison"><h2>{escape(title)}</h2>'
        f"<table><thead><tr>{heads}{cka}</tr></thead><tbody>{rows}</tbody></table>{note}{_alone(alone, sides)}</div>"
    )


def _between(table: pd.DataFrame, pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """The rows of these pairs, both ways."""
    wanted = {*pairs, *((other, one) for one, other in pairs)}
    return table[[pair in wanted for pair in zip(table["from"], table["to"], strict=True)]]


def _pair_row(row: dict) -> str:
    numbers = [
        f"{row['similarity']:.2f}<br><small>{interval(row['low'], row['high'], '.2f')}</small>",
        f"{row['chance']:.2f}",
        f"{row['matched']:.0%}<br><small>{interval(row['matched_low'], row['matched_high'], '.0%')}</small>",
        f"{row['mutual']:.0%}<br><small>by chance {row['mutual_chance']:.0%}</small>",
        f"{row['one_to_one']:.2f}<br><small>by chance {row['one_to_one_chance']:.2f}</small>",
    ]
    if "cka" in row:
        numbers.append(
            f"{row['cka']:.2f}<br><small>{interval(row['cka_low'], row['cka_high'], '.2f')}</small>"
        )
    cells = "".join(f'<td class="slw-number">{number}</td>' for number in numbers)
    return f"<tr><td>{escape(row['from'])}</td><td>{escape(row['to'])}</td>{cells}</tr>"


def _alone(alone: pd.DataFrame, sides: Sequence[Side]) -> str:
    by_name = {side.name: side for side in sides}
    parts = []
    groups = alone.groupby(["from", "to"], sort=False)
    n_rows = max(1, _ROWS // max(1, groups.ngroups))
    for (name, other), rows in groups:
        body = "".join(
            _alone_row(row, by_name[str(name)], by_name[str(other)])
            for row in rows.head(n_rows).to_dict("records")
        )
        parts.append(
            f"<h3>{len(rows):,} clear component{'s' if len(rows) > 1 else ''} of {escape(str(name))} "
            f"without a match in {escape(str(other))}</h3>"
            "<table><thead><tr><th>Component</th><th>Examples</th><th>Nearest</th><th>Examples</th>"
            '<th class="slw-number">Similarity</th><th class="slw-number" title="Of random sets of groups, in place of '
            'the other side, so many have a less similar nearest">Above chance</th></tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )
    return "".join(parts)


def _alone_row(row: dict, side: Side, other: Side) -> str:
    return (
        f"<tr><td>{escape(row['component'])}</td><td class='slw-pictures'>{_pictures(side, row['component'])}</td>"
        f"<td>{escape(row['nearest'])}</td><td class='slw-pictures'>{_pictures(other, row['nearest'])}</td>"
        f'<td class="slw-number">{row["similarity"]:.2f}</td>'
        f'<td class="slw-number">{row["chance_percentile"]:.0%}</td></tr>'
    )


def _pictures(side: Side, component: str) -> str:
    if not component:
        return ""
    index = side.examples.component(component)
    thumbnails = side.database.example_thumbnails(side.layer, index, _PICTURES)
    return "".join(
        f'<img alt="" width="48" height="48" src="data:image/webp;base64,{b64encode(_small(one)).decode()}">'
        for one in thumbnails
        if one
    )


def _small(picture: bytes) -> bytes:
    return thumbnail_webp(Image.open(BytesIO(picture)), _SIDE)
