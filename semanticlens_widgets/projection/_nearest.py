"""Exact nearest neighbours by cosine: one matrix product after the other, never the whole square."""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor

_CELLS = 2**25
"""Cosines held at a time: 128 MiB."""
_ROUNDING = 1e-6
"""What is nearer than this is a copy: its distance is 0."""


def nearest_rows(
    queries: Float[Tensor, "query dim"],
    rows: Float[Tensor, "row dim"],
    k: int,
    *,
    leave_out_self: bool = False,
    among: Bool[Tensor, " row"] | None = None,
    advance: Callable[[float], None] = lambda share: None,
) -> tuple[Int64[Tensor, "query k"], Float[Tensor, "query k"]]:
    """The k rows nearest to every query, nearest first, and their cosine distances in [0, 2].

    All vectors have length 1. With `leave_out_self`, `queries` are `rows` and no row is its own neighbour. With
    `among`, the other rows are passed over. k is cut to the rows there are. Equal distances go to the lower row.
    `advance` hears the share that is done; what it raises ends the search.
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
        index[part], distance[part] = _nearest(cosines, k)
        advance(min(1.0, (start + block) / len(queries)))
    return index, distance


def _nearest(
    cosines: Float[Tensor, "query row"], k: int
) -> tuple[Int64[Tensor, "query k"], Float[Tensor, "query k"]]:
    """topk promises nothing about ties: what is kept is sorted by row and then, stably, by distance."""
    index = cosines.topk(k, sorted=False).indices.sort(1).values
    distance = (1 - cosines.gather(1, index)).clamp(max=2)
    distance, order = distance.masked_fill(distance < _ROUNDING, 0).sort(stable=True, dim=1)
    return index.gather(1, order), distance
