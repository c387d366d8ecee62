"""The step and the state that a user gives the loop.

A state merges: the states of two disjoint sets of samples give the state of their union, in any order, with the state
before the first batch as identity. So one pass, an interrupted one and one over shards end with the same result. A step
is a function without state of its own, so that it can be sent to another process together with an empty state.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from torch import Tensor

Own = TypeVar("Own")


@runtime_checkable
class State(Protocol):
    """The findings of a pass so far: a frozen dataclass as in `_encoding`, replaced batch by batch.

    A checkpoint saves of its `Rows`, the part that grows with the samples, only those that are new.
    """

    def merge(self: Own, other: Own) -> Own:
        """The state of both sets of samples, which are disjoint."""
        ...


S = TypeVar("S", bound=State)
K = TypeVar("K")
V = TypeVar("V")


def merged_by_key(a: Mapping[K, V], b: Mapping[K, V], merge: Callable[[V, V], V]) -> dict[K, V]:
    """The entries of both mappings; those of a key in both are merged."""
    return {**a, **b, **{key: merge(a[key], b[key]) for key in a if key in b}}


@dataclass(frozen=True, eq=False)
class Batch:
    """Samples as the model takes them in."""

    sample_ids: list[int]
    pixels: Tensor
    """(B,C,H,W) on the model's device, in its memory format and numbers."""
    notes: list[object]
    """One a sample: what the transform gave beside the pixels, or None."""

    def halves(self) -> tuple["Batch", "Batch"]:
        """The first and the second half."""
        middle = len(self.sample_ids) // 2
        first, second = slice(middle), slice(middle, None)
        return self._part(first), self._part(second)

    def _part(self, part: slice) -> "Batch":
        return Batch(self.sample_ids[part], self.pixels[part], self.notes[part])


Fold = Callable[[Own, Batch], Own]
"""From the state before a batch to the state after it. It may raise, and then the batch counts as not seen."""
Step = Callable[[], AbstractContextManager[Fold[S]]]
"""Opens a fold for as long as a pass runs, with hooks on the model where it needs them. The model is in eval mode."""


@dataclass(frozen=True, eq=False)
class Progress(Generic[S]):
    """A pass after its first `n_done` samples; one that goes on from here ends bit-identical."""

    state: S
    n_done: int = 0
    """Number of the pass's samples, in its order, that were run or found broken."""
    broken: Mapping[int, str] = field(default_factory=dict)
    """Sample id -> reason, for samples that cannot be used."""
    execution: Mapping[str, Any] = field(default_factory=dict)
    """Device, batch size, memory format and what was tried: all that may move a result in its last digits. JSON."""
