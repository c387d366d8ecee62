"""Cosines between row vectors; results are always indexed (row, column)."""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional


def normalized(vectors: Float[Tensor, "*batch dim"]) -> Float[Tensor, "*batch dim"]:
    """Scales vectors to length 1; a zero vector stays zero, NaN stays NaN."""
    return functional.normalize(vectors, dim=-1)


def cosine(
    rows: Float[Tensor, "row dim"], columns: Float[Tensor, "column dim"]
) -> Float[Tensor, "row column"]:
    """The cosine of each row vector with each column vector, in [-1, 1]; 0 with a zero vector.

    Departure from `semanticlens` 0.2.1, which guesses from the shapes which factor to transpose: it is wrong if there
    are as many components as dimensions, or as many queries as components.
    """
    return normalized(rows) @ normalized(columns).T


def nearest(
    vectors: Float[Tensor, "row dim"],
    block: int = 1024,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Float[Tensor, " row"], Int[Tensor, " row"]]:
    """The cosine with the nearest other row, and its index; NaN and -1 for a zero row and if there is no other.

    Every pair of blocks of rows is multiplied once, for the rows of both. Memory is linear in the number of rows. Ties
    go to the lower row. `report` is called with the pairs of blocks that are done and their number; what it raises ends
    the work.
    """
    unit = normalized(vectors)
    present = unit.any(1).nonzero().squeeze(1)
    similarity = unit.new_full((len(unit),), torch.nan)
    index = torch.full((len(unit),), -1, dtype=torch.int64, device=unit.device)
    if len(present) < 2:
        return similarity, index
    found = _nearest(unit[present] if len(present) < len(unit) else unit, block, report)
    similarity[present], index[present] = found[0], present[found[1]]
    return similarity, index


def nearest_of(
    vectors: Float[Tensor, "row dim"], rows: Int[Tensor, " some"], block: int = 8192
) -> tuple[Float[Tensor, " some"], Int[Tensor, " some"]]:
    """The result of `nearest` for some rows, in the time that their pairs alone take."""
    own = normalized(vectors[rows])
    similarity, index = own.new_full((len(rows),), -torch.inf), torch.full((len(rows),), -1)
    for start in range(0, len(vectors), block):
        others = normalized(vectors[start : start + block])
        products = (own @ others.T).masked_fill_(~others.any(1), -torch.inf)
        itself = (rows >= start) & (rows < start + block)
        products[itself.nonzero().squeeze(1), rows[itself] - start] = -torch.inf
        _keep_higher(similarity, index, products, start)
    none = ~own.any(1) | (index < 0)
    return similarity.masked_fill(none, torch.nan), index.masked_fill(none, -1)


def _nearest(
    unit: Float[Tensor, "row dim"], block: int, report: Callable[[int, int], None]
) -> tuple[Float[Tensor, " row"], Int[Tensor, " row"]]:
    n_blocks = -(-len(unit) // block)
    done, total = 0, n_blocks * (n_blocks + 1) // 2
    similarity, index = unit.new_full((len(unit),), -torch.inf), torch.zeros(len(unit), dtype=torch.int64)
    for start in range(0, len(unit), block):
        rows = slice(start, start + block)
        for other in range(start, len(unit), block):
            columns = slice(other, other + block)
            products = unit[rows] @ unit[columns].T
            if other == start:
                products.fill_diagonal_(-torch.inf)
            else:
                _keep_higher(similarity[columns], index[columns], products.T, start)
            _keep_higher(similarity[rows], index[rows], products, other)
        done += n_blocks - start // block
        report(done, total)
    return similarity, index


def _keep_higher(
    similarity: Float[Tensor, " some"],
    index: Int[Tensor, " some"],
    products: Float[Tensor, "some other"],
    start: int,
) -> None:
    """Takes over in place what is higher than before; what was there before comes of lower rows.

    Most blocks have nothing higher for most rows, and finding the highest value takes a fifth of finding its place.
    """
    higher = (products.amax(1) > similarity).nonzero().squeeze(1)
    if len(higher):
        best = products[higher].max(1)
        similarity[higher], index[higher] = best.values, best.indices + start
