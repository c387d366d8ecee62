"""The most similar component of the other side, both ways, without ever holding all similarities."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


class Nearest(NamedTuple):
    """The highest similarity of each component with one of the other side; NaN and -1 where there is none."""

    similarity: Float[Tensor, " component"]
    component: Int[Tensor, " component"]


def masked(
    blocks: Iterable[Float[Tensor, "_ column"]],
    rows: Bool[Tensor, " row"],
    columns: Bool[Tensor, " column"],
) -> Iterator[Float[Tensor, "_ column"]]:
    """The blocks of similarities with -inf where a component of either side cannot be compared."""
    if rows.all() and columns.all():
        yield from blocks
        return
    start = 0
    for block in blocks:
        absent = ~rows[start : start + len(block)]
        start += len(block)
        yield block.masked_fill(absent.unsqueeze(1) | ~columns, -torch.inf)


def nearest_both(blocks: Iterable[Float[Tensor, "_ column"]], n_columns: int) -> tuple[Nearest, Nearest]:
    """The nearest column of every row, and the nearest row of every column; ties go to the lower index."""
    there: list[Nearest] = []
    back = Nearest(torch.full((n_columns,), -torch.inf), torch.full((n_columns,), -1))
    start = 0
    for block in blocks:
        there.append(Nearest(*block.max(1)))
        best = block.max(0)
        better = best.values > back.similarity
        back = Nearest(
            torch.where(better, best.values, back.similarity),
            torch.where(better, best.indices + start, back.component),
        )
        start += len(block)
    joined = (torch.cat([getattr(one, name) for one in there]) for name in Nearest._fields)
    return _known(Nearest(*joined)), _known(back)


def _known(found: Nearest) -> Nearest:
    none = found.similarity == -torch.inf
    return Nearest(found.similarity.masked_fill(none, torch.nan), found.component.masked_fill(none, -1))


def mutual(there: Nearest, back: Nearest) -> Bool[Tensor, " row"]:
    """True for a component whose nearest has it as its own nearest."""
    found = there.component >= 0
    return found & (back.component[there.component.clamp(min=0)] == torch.arange(len(there.component)))
