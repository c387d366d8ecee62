"""Rows that are equal: one image that a dataset holds several times."""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

_HEAD = 4
"""Numbers that are compared first: rows that differ in these need no look at the rest."""


def first_of_equals(rows: Float[Tensor, "row dim"]) -> Int[Tensor, " row"]:
    """The first row with the same numbers, bit for bit, as each row: its own index where it is the first or only."""
    numbers = rows.cpu().numpy()
    first = np.arange(len(numbers))
    if not numbers.size:
        return torch.from_numpy(first)
    heads = _first(numbers[:, :_HEAD])
    doubtful = (np.bincount(heads)[heads] > 1).nonzero()[0]
    if len(doubtful):
        first[doubtful] = doubtful[_first(numbers[doubtful])]
    return torch.from_numpy(first)


def _first(numbers: np.ndarray) -> np.ndarray:
    numbers = np.ascontiguousarray(numbers)
    keys = numbers.view(np.dtype((np.void, numbers.dtype.itemsize * numbers.shape[1]))).ravel()
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    return first[place.ravel()]


def distinct_size(rows: Int[Tensor, "set member"]) -> Int[Tensor, " set"]:
    """The number of equally weighted distinct members whose mean varies as much as that of each set; -1 is no member.

    (sum of counts)^2 / sum of squared counts, rounded down: 20 for 20 different members, 2 for two of ten each.
    Source: Kish, Survey sampling, Wiley 1965.
    """
    ordered = rows.sort(1).values
    present = ordered >= 0
    new = torch.ones_like(present)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    run = new.cumsum(1) - 1
    counts = torch.zeros_like(rows).scatter_add_(1, run, present.long())
    return counts.sum(1).square() // counts.square().sum(1).clamp(min=1)
