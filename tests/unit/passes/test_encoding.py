"""States as tensors and JSON: nothing is lost on the way to a file and back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor

from semanticlens_widgets.passes import Rows, moved
from semanticlens_widgets.passes._encoding import decode, encode, rows_of


@dataclass(frozen=True, eq=False)
class Part:
    total: Tensor
    count: int
    grid: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class State:
    parts: Mapping[str, Mapping[int, Part]]
    names: Mapping[str, str] = field(default_factory=dict)
    rows: Rows = field(default_factory=Rows)


PART = Part(torch.arange(3.0), 7, (2, 4))
STATE = State({"a.b": {3: PART, 5: Part(torch.ones(1), 0, ())}, "empty": {}}, {"x": "y"})
ROWS = Rows().with_batch([1, 2], {"seen": torch.ones(2)})


def test_nested_dataclasses_mappings_and_tuples_come_back_as_they_were():
    tensors, rest = encode(STATE)
    assert list(tensors) == ["parts/a.b/3/total", "parts/a.b/5/total"]
    again = decode(State, tensors, json.loads(json.dumps(rest)), ROWS)
    assert again.rows is ROWS
    assert (again.names, list(again.parts), list(again.parts["a.b"])) == (
        STATE.names,
        ["a.b", "empty"],
        [3, 5],
    )
    part = again.parts["a.b"][3]
    assert (part.count, part.grid) == (7, (2, 4))
    assert torch.equal(part.total, PART.total)


def test_rows_are_found_as_a_field_as_the_whole_state_and_not_at_all():
    assert rows_of(ROWS) is ROWS
    assert rows_of(State({}, rows=ROWS)) is ROWS
    assert len(rows_of(PART)) == 0
    assert encode(ROWS) == ({}, None)
    assert decode(Rows, {}, None, ROWS) is ROWS


def test_a_missing_tensor_or_field_is_an_error():
    tensors, rest = encode(PART)
    with pytest.raises(KeyError, match="total"):
        decode(Part, {}, rest, Rows())
    with pytest.raises(KeyError, match="count"):
        decode(Part, tensors, {"total": None, "grid": []}, Rows())


def test_all_tensors_are_moved_to_the_device():
    state = moved(STATE, torch.device("meta"))
    assert state.parts["a.b"][5].total.device.type == "meta"
    assert state.parts["a.b"][3].grid == (2, 4)
