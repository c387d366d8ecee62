"""Knowledge as a treemap of words."""

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from semanticlens_widgets._texts import escape

if TYPE_CHECKING:
    import plotly.graph_objects as go

_HOLE = "#b8b8b8"
_HOVER = "<b>%{label}</b><br>%{customdata}<extra></extra>"


def treemap_figure(table: pd.DataFrame, title: str, by: str) -> "go.Figure":
    """Hypernyms around their words. Area is the number of components with a label there; words that nothing answers
    to are one grey tile in each hypernym, as large as one component for ten of them.
    """
    import plotly.graph_objects as go

    tiles = [
        _root(title, table),
        *(_tile(row, by) for row in table.to_dict("records") if row["n_components"]),
    ]
    held = {tile["id"] for tile in tiles}
    tiles = _collapsed(
        [*tiles, *(_hole(row) for row in table.to_dict("records") if row["id"] in held and row["holes"])]
    )
    highest = max((tile["colour"] for tile in tiles if tile["colour"] is not None), default=1.0)
    figure = go.Figure(
        go.Treemap(
            ids=[tile["id"] for tile in tiles],
            labels=[escape(tile["label"]) for tile in tiles],
            parents=[tile["parent"] for tile in tiles],
            values=_totals(tiles),
            branchvalues="total",
            customdata=[tile["hover"] for tile in tiles],
            hovertemplate=_HOVER,
            marker={"colors": [_colour(tile["colour"], highest) for tile in tiles]},
            textfont={"color": "#111111"},
            maxdepth=4,
        )
    )
    figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


def _collapsed(tiles: list[dict]) -> list[dict]:
    """The tiles without hypernyms that hold nothing but one other tile: of "organism > animal" the animal."""
    inside = Counter(tile["parent"] for tile in tiles)
    dropped = {
        tile["id"]: tile["parent"]
        for tile in tiles
        if tile["parent"] and inside[tile["id"]] == 1 and not tile["own"]
    }

    def kept(name: str) -> str:
        return kept(dropped[name]) if name in dropped else name

    return [{**tile, "parent": kept(tile["parent"])} for tile in tiles if tile["id"] not in dropped]


def _root(title: str, table: pd.DataFrame) -> dict:
    return {
        "id": "all",
        "label": title,
        "parent": "",
        "own": 0.0,
        "colour": None,
        "hover": f"{len(table):,} words",
    }


def _tile(row: dict, by: str) -> dict:
    hover = (
        f"{row['n_components']:,.0f} components ({row['share']:.1%}), {row['expected']:.1f} by chance"
        f"{'' if row['known'] else ': not above chance'}<br>{row['n_holes']:,} of {row['n_words']:,} words without any"
    )
    if row["relevance"] == row["relevance"]:
        hover += f"<br>{row['relevance']:.1%} of the relevance"
    return {
        "id": row["id"],
        "label": row["word"] if row["known"] else f"({row['word']})",
        "parent": row["parent"] or "all",
        "own": row["n_own"],
        "colour": row[by],
        "hover": hover,
    }


def _hole(row: dict) -> dict:
    words = row["holes"]
    shown = escape(", ".join(words[:12])) + (f" and {len(words) - 12:,} more" if len(words) > 12 else "")
    return {
        "id": f"{row['id']}/",
        "label": f"{len(words):,} without",
        "parent": row["id"],
        "own": len(words) / 10,
        "colour": None,
        "hover": f"nothing answers to {shown}",
    }


def _totals(tiles: list[dict]) -> list[float]:
    """Of each tile its own area and that of all tiles in it."""
    total = {tile["id"]: tile["own"] for tile in tiles}
    parents = {tile["id"]: tile["parent"] for tile in tiles}
    for tile in tiles:
        above = tile["parent"]
        while above:
            total[above] += tile["own"]
            above = parents[above]
    return [total[tile["id"]] for tile in tiles]


def _colour(value: float | None, highest: float) -> str:
    """Light to medium blue by the square root of the share, so that words stay legible; grey for holes."""
    if value is None or value != value:
        return _HOLE
    strength = (value / highest) ** 0.5 if highest > 0 else 0.0
    red, green, blue = (
        round(light + (dark - light) * strength) for light, dark in ((232, 92), (240, 160), (248, 210))
    )
    return f"rgb({red},{green},{blue})"
