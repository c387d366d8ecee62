"""Rows of samples, in memory and in files."""

import pytest
import torch

from semanticlens_widgets.passes import Rows, _rows
from semanticlens_widgets.storage import Filed, Spill, _spill

N = 200


@pytest.fixture(params=[1 << 26, 3000, 1], ids=["memory", "some in files", "all in files"], autouse=True)
def held(request, monkeypatch):
    monkeypatch.setattr(_rows, "_HELD", request.param)
    monkeypatch.setattr(_rows, "_BLOCK", 7)
    monkeypatch.setattr(_spill, "IN_MEMORY", min(request.param, 1000))
    return request.param


def batches(order, sizes=(16, 3, 30)):
    """The ids of batches of varying sizes."""
    start, number = 0, 0
    while start < len(order):
        yield order[start : start + sizes[number % len(sizes)]]
        start, number = start + sizes[number % len(sizes)], number + 1


def columns_of(ids):
    """Columns by their definition: a table, one that a batch rounds, and a ragged one with i % 4 entries."""
    numbers = torch.tensor(ids)
    counts = numbers % 4
    return {
        "table": torch.stack([numbers * 0.5, numbers + 0.25], 1),
        "rounded": (numbers * 2.0).half() if min(ids) > 100 else numbers * 2.0,
        "a#": counts,
        "a#entries": numbers.repeat_interleave(counts).int(),
    }


def filled(rows, order):
    for ids in batches(order):
        rows = rows.with_batch(ids, columns_of(ids))
    return rows


def same(found, expected):
    assert found.keys() == expected.keys()
    for name, column in expected.items():
        assert found[name].dtype == column.dtype, name
        assert torch.equal(found[name], column), name


def expected(ids):
    return {"sample_ids": torch.tensor(ids), **columns_of(list(ids))}


@pytest.mark.parametrize(
    "order", [list(range(N)), list(range(100, N)) + list(range(100)), list(range(N))[::-1]]
)
def test_columns_are_those_of_one_batch_in_ascending_order(order, tmp_path, held):
    rows = filled(Rows(folder=tmp_path), order)
    assert len(rows) == N
    same(rows.columns(), expected(range(N)))
    assert any(isinstance(one, Filed) for part in rows.parts for one in part.values()) == (held < 1 << 26)
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_state_stays_what_it_was():
    rows = filled(Rows(), range(50))
    filled(rows, range(50, N))
    same(rows.columns(), expected(range(50)))


@pytest.mark.parametrize("start", [0, 1, 16, 100, 150, 199, 200])
def test_the_rows_since_any_row(start):
    rows = filled(Rows(), range(N))
    found = rows.since(start)
    if start == N:
        assert found == {}
        return
    ids = torch.arange(start, N)
    assert torch.equal(found["sample_ids"], ids)
    assert torch.equal(found["table"][:, 0], ids * 0.5)
    assert torch.equal(found["a#entries"], ids.repeat_interleave(ids % 4).int())


def test_merged_rows_are_those_of_both():
    first, second, third = (
        filled(Rows(), range(60)),
        filled(Rows(), range(120, N)),
        filled(Rows(), range(60, 120)),
    )
    same(first.merge(second).merge(third).columns(), expected(range(N)))
    same(Rows().merge(third).merge(first.merge(second)).columns(), expected(range(N)))
    same(first.merge(Rows()).columns(), expected(range(60)))


def test_a_filed_tensor_is_read_as_it_was():
    spill = Spill()
    tables = [torch.arange(6).view(2, 3), torch.empty(0, 4), torch.tensor([1.5, -2]).half()]
    for table, filed in [(table, spill.filed(table)) for table in tables]:
        assert filed.dtype == table.dtype
        assert torch.equal(filed.read(), table)
