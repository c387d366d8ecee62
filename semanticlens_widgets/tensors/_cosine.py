"""Cosines between row vectors; results are always indexed (row, column)."""

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
    vectors: Float[Tensor, "row dim"], block: int = 1024
) -> tuple[Float[Tensor, " row"], Int[Tensor, " row"]]:
    """The cosine with the nearest other row, and its index; NaN and -1 for a zero row and if there is no other.

    Works on `block` rows at a time, so that memory is linear in the number of rows.
    """
    unit = normalized(vectors)
    present = unit.any(1)
    absent = (~present).nonzero().squeeze(1)
    similarity = unit.new_full((len(unit),), torch.nan)
    index = torch.full((len(unit),), -1, dtype=torch.int64, device=unit.device)
    if present.sum() < 2:
        return similarity, index
    for start in range(0, len(unit), block):
        rows = slice(start, start + block)
        similarity[rows], index[rows] = _nearest_of_block(unit, absent, start, block)
    return similarity.masked_fill(~present, torch.nan), index.masked_fill(~present, -1)


def _nearest_of_block(
    unit: Float[Tensor, "row dim"], absent: Int[Tensor, " zero"], start: int, block: int
) -> tuple[Float[Tensor, " block"], Int[Tensor, " block"]]:
    similarities = unit[start : start + block] @ unit.T
    similarities.index_fill_(1, absent, -torch.inf)
    similarities.diagonal(start).fill_(-torch.inf)
    best = similarities.max(1)
    return best.values, best.indices
