"""A sparse table reads as the dense one it was made of."""

import pytest
import torch

from semanticlens_widgets.concepts import SparseTable, sparse_parts
from semanticlens_widgets.passes import Rows


def tables():
    torch.manual_seed(0)
    dense = torch.randn(9, 7) * (torch.rand(9, 7) < 0.3)
    dense[4] = 0
    parts = sparse_parts(dense)
    offsets = torch.cat([torch.zeros(1, dtype=torch.int64), parts[""].cumsum(0)])
    return dense, SparseTable(offsets, parts["components"], parts["values"], 7)


@pytest.mark.parametrize(
    "key",
    [
        slice(None), slice(2, 6), 3, 4, -1, torch.tensor([8, 0, 0]), torch.arange(9) % 2 == 0,
        torch.zeros(9, dtype=torch.bool),
        (slice(None), 2), (torch.tensor([5, 1]), 6), (3, 1),
    ],
)  # fmt: skip
def test_rows_and_columns_are_those_of_the_dense_table(key):
    dense, sparse = tables()
    assert torch.equal(sparse[key], dense[key])
    assert sparse.shape == dense.shape
    assert sparse.dtype == dense.dtype
    assert len(sparse) == len(dense)


def test_ragged_columns_follow_their_samples():
    dense, _ = tables()
    rows = Rows()
    for ids in ([7, 8, 5], [0, 1], [6, 4, 2, 3]):
        rows = rows.with_batch(ids, {f"x#{name}": part for name, part in sparse_parts(dense[ids]).items()})
    columns = rows.columns()
    offsets = torch.cat([torch.zeros(1, dtype=torch.int64), columns["x#"].cumsum(0)])
    assert torch.equal(SparseTable(offsets, columns["x#components"], columns["x#values"], 7)[:], dense)
