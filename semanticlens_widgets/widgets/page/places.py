"""Places of an explained image as a page keeps them: a grid, and the strongest components at each of its places."""

import json
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from semanticlens_widgets.widgets.page.lens import Keeper

_ALONG = (8, 4, 2, 1)
"""Places down and across, at most; fewer where not even the strongest component of each fits."""
_DEEPEST = 5
"""Components of a place, at most."""
MOST_BYTES = 3_000_000
"""Heat maps and examples of components that a page keeps for its places, before it is packed."""


def kept_places(
    keeper: Keeper, about: Mapping[str, Any], grid: Sequence[int], sides: Sequence[int], known: set[int]
) -> dict[str, Any]:
    """Returns a grid and, by place, the number of components that fire and the strongest, as in `explain_rows`.

    As many of each place are kept as fit with heat maps and examples; those of `known` components cost nothing.
    """
    costs = dict.fromkeys(known, 0)
    coarse, places, depth = list(grid), list[Any](), 0
    for along in _ALONG:
        coarse = [ceil(n / ceil(n / along)) for n in grid]
        places = [
            keeper.ask("explain_rows", **about, **_at(pixel)).result for pixel in _pixels(coarse, sides)
        ]
        depth = _fitting(keeper, about, places, costs)
        if depth:
            break
    at = [
        {"n": each["n"], "rows": [[row[name] for name in ("component", "strength", "here")] for row in some]}
        for each in places
        for some in [each["rows"][:depth]]
    ]
    shown = {row["component"]: row for each in places for row in each["rows"][:depth]}
    return {"grid": coarse, "at": at, "rows": shown}


def _at(pixel: list[float]) -> dict[str, Any]:
    return {"by": "relevance", "query": "", "query_image": "", "place": pixel, "n": _DEEPEST, "also": []}


def _pixels(grid: Sequence[int], sides: Sequence[int]) -> list[list[float]]:
    """The pixel [x, y] in the middle of every place, row by row."""
    (rows, columns), (height, width) = grid, sides
    return [
        [(column + 0.5) * width / columns, (row + 0.5) * height / rows]
        for row in range(rows)
        for column in range(columns)
    ]


def _fitting(keeper: Keeper, about: Mapping[str, Any], places: Sequence[Any], costs: dict[int, int]) -> int:
    """The number of components that can be kept for every place; `costs` takes the bytes of each."""
    within, left = set[int](), MOST_BYTES
    for depth in range(_DEEPEST):
        new = {each["rows"][depth]["component"] for each in places if len(each["rows"]) > depth} - within
        for component in new - costs.keys():
            costs[component] = _cost(keeper, about, component)
        left -= sum(costs[component] for component in new)
        if left < 0:
            return depth
        within |= new
    return _DEEPEST


def _cost(keeper: Keeper, about: Mapping[str, Any], component: int) -> int:
    heat = keeper.ask("explain_heatmap", **about, component=component)
    detail = keeper.ask("detail", layer=about["layer"], component=component).result
    samples = keeper.lens.database.samples
    pictures = [samples.thumbnail(example["row"]) for example in detail["examples"]]
    return sum(map(len, [*heat.buffers, *pictures, json.dumps(detail)]))
