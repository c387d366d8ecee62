"""Exact nearest neighbours by cosine, and how much each belongs to the neighbourhood of a row.

Cosines are computed block by block, never the whole square at once. The weights are UMAP's smooth k nearest
neighbours: L. McInnes, J. Healy, J. Melville, UMAP: Uniform Manifold Approximation and Projection for Dimension
Reduction, 2018, arXiv 1802.03426, algorithm 3. They are computed here for all rows at once, because umap-learn compiles
its own version for seconds and runs it in threads that must not meet others of their kind.
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor

_CELLS = 2**25
"""Cosines in memory at a time: 128 MiB."""
_ROUNDING = 1e-6
"""Rows nearer than this are copies: their distance is 0."""
_LEAST_WIDTH = 1e-3
"""Share of the mean distance, as in umap-learn, so that a crowd of copies still has neighbours."""
_STEPS = 32
"""Distances are at most 2: this many halvings of the width are finer than single precision."""


def nearest_rows(
    queries: Float[Tensor, "query dim"],
    rows: Float[Tensor, "row dim"],
    k: int,
    *,
    leave_out_self: bool = False,
    among: Bool[Tensor, " row"] | None = None,
    advance: Callable[[float], None] = lambda share: None,
) -> tuple[Int64[Tensor, "query k"], Float[Tensor, "query k"]]:
    """Returns the k rows nearest to every query, nearest first, and their cosine distances in [0, 2].

    All vectors have length 1. With `leave_out_self`, `queries` are `rows` and no row is its own neighbour. With
    `among`, all other rows are ignored. k is cut to the number of rows. Equal distances go to the lower row.
    `advance` receives the share that is done; an error that it raises ends the search.
    """
    k = min(k, (len(rows) if among is None else int(among.sum())) - leave_out_self)
    block = max(1, min(1024, _CELLS // max(1, len(rows))))
    index = torch.empty(len(queries), max(0, k), dtype=torch.int64)
    distance = torch.empty(len(queries), max(0, k))
    if k <= 0:
        return index, distance
    for start in range(0, len(queries), block):
        part = slice(start, start + block)
        cosines = queries[part] @ rows.T
        if leave_out_self:
            cosines.diagonal(start).fill_(-torch.inf)
        if among is not None:
            cosines.masked_fill_(~among, -torch.inf)
        index[part], distance[part] = nearest_of(cosines, k)
        advance(min(1.0, (start + block) / len(queries)))
    return index, distance


def memberships(distances: Float[Tensor, "row neighbour"]) -> Float[Tensor, "row neighbour"]:
    """Returns the weight of every neighbour in (0, 1]: 1 for the nearest, then falling with distance.

    Distances ascend along a row and leave out the row itself. The weights of a row sum to log2(neighbours + 1),
    unless copies of the row alone exceed that.
    """
    if distances.numel() == 0:
        return torch.empty_like(distances)
    nearest = _nearest_other(distances)
    beyond = (distances - nearest).clamp(min=0)
    return (-beyond / _width(beyond, _least_width(distances, nearest))).exp()


def nearest_of(
    cosines: Float[Tensor, "query row"], k: int
) -> tuple[Int64[Tensor, "query k"], Float[Tensor, "query k"]]:
    """Returns the k rows of the highest cosines, nearest first, and their distances; ties by the lower row."""
    # Sorted by row and then, stably, by distance: topk promises nothing about ties.
    index = cosines.topk(k, sorted=False).indices.sort(1).values
    distance = (1 - cosines.gather(1, index)).clamp(max=2)
    distance, order = distance.masked_fill(distance < _ROUNDING, 0).sort(stable=True, dim=1)
    return index.gather(1, order), distance


def _nearest_other(distances: Float[Tensor, "row neighbour"]) -> Float[Tensor, "row 1"]:
    """Returns the smallest distance above 0; 0 for a row that has copies alone."""
    other = distances.masked_fill(distances <= 0, torch.inf).amin(1, keepdim=True)
    return other.nan_to_num(posinf=0.0)


def _least_width(
    distances: Float[Tensor, "row neighbour"], nearest: Float[Tensor, "row 1"]
) -> Float[Tensor, "row 1"]:
    """Returns umap-learn's least width, in whose means the row itself counts too, at distance 0."""
    own_share = distances.shape[1] / (distances.shape[1] + 1)
    mean = torch.where(nearest > 0, distances.mean(1, keepdim=True), distances.mean())
    return (_LEAST_WIDTH * own_share * mean).clamp(min=torch.finfo(distances.dtype).tiny)


def _width(beyond: Float[Tensor, "row neighbour"], least: Float[Tensor, "row 1"]) -> Float[Tensor, "row 1"]:
    """Finds the width by bisection; it doubles until the sum is exceeded."""
    target = math.log2(beyond.shape[1] + 1)
    low, high = torch.zeros_like(least), torch.full_like(least, torch.inf)
    width = torch.ones_like(least)
    for _ in range(_STEPS):
        over = (-beyond / width).exp().sum(1, keepdim=True) > target
        high, low = torch.where(over, width, high), torch.where(over, low, width)
        width = torch.where(high.isinf(), 2 * width, (low + high) / 2)
        width = width.clamp(min=torch.finfo(width.dtype).tiny)
    return torch.maximum(width, least)
