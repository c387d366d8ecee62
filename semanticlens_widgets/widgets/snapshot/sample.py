"""Points of a map that its picture shows, and their positions: all of a few, a fair sample of many.

A picture is drawn while somebody waits for the map. Of a million points that were never laid out it reduces some
thousands, which show the same shape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import torch
from jaxtyping import Float, Int64
from numpy import ndarray
from torch import Tensor

from semanticlens_widgets.projection import project
from semanticlens_widgets.widgets.answers.map.layout_task import Layout
from semanticlens_widgets.widgets.answers.map.layout_tasks import LayoutTasks

MOST = 3000
"""Points that can be told apart on a picture of this size."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Some components of a map, or all of them."""

    rows: Int64[ndarray, " point"]
    """Ascending: a component's place among those of all layers, one after the other."""
    positions: Float[ndarray, "point 2"]
    """NaN for components without examples."""
    method: str
    layout: Layout | None
    """Layout of the whole map; None without one."""


def sampled(layouts: LayoutTasks, layers: Sequence[str], method: str, wanted: Sequence[int]) -> Sample:
    """A sample in which the rows `wanted` are; where nothing was laid out, by the PCA of the sample alone."""
    tables = layouts.vectors(layers)
    rows = _rows(sum(map(len, tables.values())), wanted)
    layout = layouts.at_hand(layers, method)
    if layout is None:
        projection = project(_at(tables, rows), method="pca")
        return Sample(rows, projection.positions.double().numpy(), "pca", None)
    positions = layout.projection.positions[torch.from_numpy(rows)]
    return Sample(rows, positions.double().numpy(), layout.projection.method, layout)


def first_rows(sizes: Mapping[str, int]) -> dict[str, int]:
    """The row of every layer's first component."""
    return dict(zip(sizes, accumulate(sizes.values(), initial=0), strict=False))


def _rows(n: int, wanted: Sequence[int]) -> Int64[ndarray, " point"]:
    if n <= MOST:
        return np.arange(n)
    drawn = np.random.default_rng(0).choice(n, MOST, replace=False, shuffle=False)
    return np.union1d(drawn, np.array(wanted, dtype=np.int64))


def _at(tables: Mapping[str, Tensor], rows: Int64[ndarray, " point"]) -> Float[Tensor, "point dim"]:
    starts = first_rows({layer: len(table) for layer, table in tables.items()})
    places = {layer: rows - start for layer, start in starts.items()}
    inside = {layer: own[(own >= 0) & (own < len(tables[layer]))] for layer, own in places.items()}
    return torch.cat([table[torch.from_numpy(inside[layer])] for layer, table in tables.items()])
