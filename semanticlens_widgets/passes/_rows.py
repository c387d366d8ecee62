"""A state that grows by a row a sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

_IDS = "sample_ids"


@dataclass(frozen=True, eq=False)
class Rows:
    """Named columns with one row a sample, batch by batch.

    A column "a#b" is ragged: its entries follow one another, as many a sample as column "a#" says.
    """

    parts: Sequence[Mapping[str, Tensor]] = ()
    """Each batch: column -> rows; "sample_ids" is one of the columns."""

    def __len__(self) -> int:
        return sum(len(part[_IDS]) for part in self.parts)

    def with_batch(self, sample_ids: Sequence[int], columns: Mapping[str, Tensor]) -> "Rows":
        """These rows and those of one more batch."""
        return Rows((*self.parts, {_IDS: torch.tensor(sample_ids), **columns}))

    def columns(self) -> dict[str, Tensor]:
        """Every column as one tensor, in ascending order of the sample ids; KeyError where there are no rows."""
        joined = {name: torch.cat([part[name] for part in self.parts]) for name in self._names()}
        ids = joined[_IDS]
        if bool((ids[1:] >= ids[:-1]).all()):
            return joined
        order = ids.argsort(stable=True)
        return {name: _ordered(column, order, joined.get(_counts(name))) for name, column in joined.items()}

    def since(self, n_parts: int) -> dict[str, Tensor]:
        """The columns of all batches but the first `n_parts`, in the order of the batches."""
        return {name: torch.cat([part[name] for part in self.parts[n_parts:]]) for name in self._names()}

    def _names(self) -> list[str]:
        return list(self.parts[0]) if self.parts else []

    def merge(self, other: "Rows") -> "Rows":
        """The rows of both."""
        return Rows((*self.parts, *other.parts))


def _counts(name: str) -> str:
    """The name of the column that counts the entries of a ragged one; of another, a name that no column has."""
    before, mark, after = name.rpartition("#")
    return f"{before}#" if mark and after else ""


def _ordered(column: Tensor, order: Tensor, counts: Tensor | None) -> Tensor:
    if counts is None:
        return column[order]
    parts = column.split(counts.tolist())
    return torch.cat([parts[row] for row in order.tolist()])
