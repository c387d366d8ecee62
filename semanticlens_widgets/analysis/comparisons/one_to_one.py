"""One-to-one matches: the pairs, each component in one at most, whose similarities have the highest sum."""

from collections.abc import Callable, Iterable

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

Blocks = Iterable[Float[Tensor, "_ column"]]
_DENSE = 3000**2
"""Similarities up to which all are considered; beyond, those of near candidates."""
_CANDIDATES = 24
"""Nearest of every component, on both sides: with 10,000 components the sum is then short of the best by under 1 %."""


def one_to_one(
    blocks: Callable[[], Blocks], n_rows: int, n_columns: int
) -> tuple[Int[Tensor, " row"], Float[Tensor, " row"]]:
    """The column that each row is matched with, and their similarity; -1 and NaN for a row without a match.

    Exact up to 3,000 x 3,000 similarities (Crouse, On implementing 2D rectangular assignment algorithms, IEEE
    Transactions on Aerospace and Electronic Systems 2016, doi 10.1109/TAES.2016.140952); beyond that among the 24
    nearest of every component. Components that cannot be compared have -inf and are left out.
    """
    dense = n_rows * n_columns <= _DENSE
    columns, values = (
        _assign(torch.cat(list(blocks())).numpy()) if dense else _assign_candidates(blocks, n_rows, n_columns)
    )
    return torch.from_numpy(columns), torch.from_numpy(values)


def _assign(similarity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The column of each row and their similarity, -1 and NaN for none."""
    from scipy.optimize import linear_sum_assignment

    columns, values = np.full(len(similarity), -1), np.full(len(similarity), np.nan, np.float32)
    known = np.isfinite(similarity)
    rows, candidates = known.any(1).nonzero()[0], known.any(0).nonzero()[0]
    taken, place = linear_sum_assignment(similarity[np.ix_(rows, candidates)], maximize=True)
    columns[rows[taken]] = candidates[place]
    values[rows[taken]] = similarity[rows[taken], candidates[place]]
    return columns, values


def _assign_candidates(
    blocks: Callable[[], Blocks], n_rows: int, n_columns: int
) -> tuple[np.ndarray, np.ndarray]:
    from scipy.sparse import coo_array, csr_array, hstack
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    near = _candidates(blocks(), n_columns)
    rows, columns, similarity = near if n_rows <= n_columns else (near[1], near[0], near[2])
    n, n_others = sorted((n_rows, n_columns))
    graph = coo_array((similarity + 2.0, (rows, columns)), shape=(n, n_others))
    # A place apart for each, worth next to nothing: candidates alone may not suffice for all.
    apart = coo_array((np.full(n, 1e-6), (range(n),) * 2), shape=(n, n))
    pairs = min_weight_full_bipartite_matching(csr_array(hstack([graph, apart])), maximize=True)
    left, right = (side[pairs[1] < n_others] for side in pairs)
    rows, columns = (left, right) if n_rows <= n_columns else (right, left)
    found, values = np.full(n_rows, -1), np.full(n_rows, np.nan, np.float32)
    keys, wanted = near[0] * n_columns + near[1], rows * n_columns + columns
    found[rows], values[rows] = columns, near[2][np.searchsorted(keys, wanted)]
    return _completed(blocks, found, values, n_columns)


def _candidates(blocks: Blocks, n_columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, columns and similarities of the nearest of every row and of every column, each pair once, in order."""
    best = torch.full((n_columns, 0), -torch.inf), torch.zeros((n_columns, 0), dtype=torch.int64)
    found, start = [], 0
    for block in blocks:
        near = block.topk(min(_CANDIDATES, n_columns), dim=1)
        own = torch.arange(start, start + len(block)).unsqueeze(1)
        found.append((own.expand_as(near.indices), near.indices, near.values))
        of_columns = block.T.contiguous().topk(min(_CANDIDATES, len(block)), dim=1)
        values, rows = (
            torch.cat([best[0], of_columns.values], 1),
            torch.cat([best[1], of_columns.indices + start], 1),
        )
        order = values.topk(min(_CANDIDATES, values.shape[1]), dim=1).indices
        best = values.gather(1, order), rows.gather(1, order)
        start += len(block)
    found.append((best[1], torch.arange(n_columns).unsqueeze(1).expand_as(best[1]), best[0]))
    rows, columns, values = (
        torch.cat([part.flatten() for part in parts]).numpy() for parts in zip(*found, strict=True)
    )
    _, once = np.unique(rows * n_columns + columns, return_index=True)
    once = once[np.isfinite(values[once])]
    return rows[once], columns[once], values[once]


def _completed(
    blocks: Callable[[], Blocks], found: np.ndarray, values: np.ndarray, n_columns: int
) -> tuple[np.ndarray, np.ndarray]:
    """The matches with what is left on both sides matched too."""
    rows, columns = (found < 0).nonzero()[0], np.setdiff1d(np.arange(n_columns), found)
    if len(rows) and len(columns):
        parts, start = [], 0
        for block in blocks():
            inside = rows[(rows >= start) & (rows < start + len(block))] - start
            parts.append(block.numpy()[np.ix_(inside, columns)])
            start += len(block)
        rest, similarity = _assign(np.concatenate(parts))
        found[rows[rest >= 0]], values[rows] = columns[rest[rest >= 0]], similarity
    return found, values
