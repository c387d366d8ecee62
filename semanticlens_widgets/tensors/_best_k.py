"""A mergeable table of the k samples with the highest score of each component.

Merging is associative and commutative with `empty_best_k` as its identity, and ties go to the lower sample id:
the same scores give the same table, bit for bit, for any batch size, sharding and order of shards. Both follow from
one trick: score and sample id are packed into an integer ordered by score, then by lower id, so that no two entries
are equal and a single top-k sorts them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int, Int32, Int64
from torch import Tensor

_LOW_BITS = 0xFFFF_FFFF
# torch's grain size: operations on fewer elements run in one thread.
_ELEMENTS_OF_ONE_THREAD = 32_768

Locate = Callable[[Int64[Tensor, " pair"], Int64[Tensor, " pair"]], Int[Tensor, " pair"]]
"""(rows of the batch, components) -> the position of each pair's highest activation, or -1."""


@dataclass(frozen=True, eq=False)
class BestK:
    """One row per component, best first, ties by the lower sample id."""

    sample_ids: Int64[Tensor, "component k"]
    """In [0, 2**32 - 1); -1 where fewer than k samples were seen."""
    scores: Float[Tensor, "component k"]
    """float32; -inf where `sample_ids` is -1."""
    positions: Int32[Tensor, "component k"]
    """-1 for no position."""

    @property
    def k(self) -> int:
        """The maximum number of entries per component."""
        return self.sample_ids.shape[1]


def empty_best_k(n_components: int, k: int, device: torch.device | str = "cpu") -> BestK:
    """An empty table, the identity of `merge_best_k`."""
    return BestK(
        torch.full((n_components, k), -1, dtype=torch.int64, device=device),
        torch.full((n_components, k), -torch.inf, dtype=torch.float32, device=device),
        torch.full((n_components, k), -1, dtype=torch.int32, device=device),
    )


def merge_best_k(a: BestK, b: BestK) -> BestK:
    """Merges two tables over disjoint samples."""
    ids = torch.cat([a.sample_ids, b.sample_ids], 1)
    scores = torch.cat([a.scores, b.scores], 1)
    positions = torch.cat([a.positions, b.positions], 1)
    winners = _keys(scores, ids).topk(a.k, 1).indices
    return BestK(ids.gather(1, winners), scores.gather(1, winners), positions.gather(1, winners))


def insert(
    table: BestK,
    scores: Float[Tensor, "sample component"],
    sample_ids: Int64[Tensor, " sample"],
    locate: Locate,
) -> BestK:
    """Inserts a batch of finite scores.

    Only components whose best score in the batch reaches their k-th are sorted again, and `locate` is called only
    for the pairs that enter the table.
    """
    reached = scores.amax(0) >= table.scores[:, -1]
    components = reached.nonzero().squeeze(1)
    if not len(components):
        return table
    chunks = components.split(_rows_at_once(table, scores))
    inserted = [_insert_rows(_rows(table, chunk), chunk, scores, sample_ids, locate) for chunk in chunks]
    return _replace_rows(table, components, _joined(inserted))


def _rows_at_once(table: BestK, scores: Float[Tensor, "sample component"]) -> int:
    """Limits rows on the CPU so that torch uses one thread: waking the others takes longer than the work."""
    if scores.device.type != "cpu":
        return max(1, len(table.scores))
    return max(1, _ELEMENTS_OF_ONE_THREAD // (table.k + len(scores)))


def _rows(table: BestK, components: Int64[Tensor, " row"]) -> BestK:
    return BestK(table.sample_ids[components], table.scores[components], table.positions[components])


def _joined(tables: Sequence[BestK]) -> BestK:
    return BestK(
        torch.cat([table.sample_ids for table in tables]),
        torch.cat([table.scores for table in tables]),
        torch.cat([table.positions for table in tables]),
    )


def _insert_rows(
    old: BestK,
    components: Int64[Tensor, " row"],
    scores: Float[Tensor, "sample component"],
    sample_ids: Int64[Tensor, " sample"],
    locate: Locate,
) -> BestK:
    ids = torch.cat([old.sample_ids, sample_ids.expand(len(components), -1)], 1)
    candidates = torch.cat([old.scores, scores.T[components]], 1)
    winners = _keys(candidates, ids).topk(old.k, 1).indices
    positions = old.positions.gather(1, winners.clamp(max=old.k - 1))
    rows, ranks = (winners >= old.k).nonzero(as_tuple=True)
    positions[rows, ranks] = locate(winners[rows, ranks] - old.k, components[rows]).to(torch.int32)
    return BestK(ids.gather(1, winners), candidates.gather(1, winners), positions)


def _replace_rows(table: BestK, components: Int64[Tensor, " row"], rows: BestK) -> BestK:
    if len(components) == len(table.scores):
        return rows
    return BestK(
        table.sample_ids.index_copy(0, components, rows.sample_ids),
        table.scores.index_copy(0, components, rows.scores),
        table.positions.index_copy(0, components, rows.positions),
    )


def _keys(
    scores: Float[Tensor, "component entry"], ids: Int64[Tensor, "component entry"]
) -> Int64[Tensor, "component entry"]:
    """Packs the score into the high 32 bits and the complement of the id into the low ones."""
    # Adding 0 turns -0.0 into 0.0, which is equal but has other bits.
    bits = (scores + 0.0).view(torch.int32)
    # Read as integers, negative floats are in reverse order: flip all their bits but the sign.
    ordered = bits ^ ((bits >> 31) & 0x7FFF_FFFF)
    return (ordered.to(torch.int64) << 32) | (~ids & _LOW_BITS)
