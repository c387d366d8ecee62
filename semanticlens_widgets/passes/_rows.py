"""A state that grows by a row a sample; its rows lie in temporary files but for the latest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import torch
from torch import Tensor

from semanticlens_widgets.storage import Filed, Spill, byte_blocks

_IDS = "sample_ids"
_HELD = 1 << 26
"""Bytes of rows that are held in memory, and of a column that is made at once."""
_BLOCK = 1024
"""Rows of a column that are put in order at once."""
Column = Tensor | Filed


@dataclass(frozen=True, eq=False)
class Rows:
    """Named columns with one row a sample, part by part.

    A column "a#b" is ragged: its entries follow one another, as many a sample as column "a#" says.
    """

    parts: Sequence[Mapping[str, Column]] = ()
    """One or more batches each: column -> rows; "sample_ids" is one of the columns."""
    n_filed: int = 0
    """The number of parts that are not in memory, which come first."""
    folder: Path | None = None
    """The folder of temporary files; None for the system's."""
    spill: Spill | None = None
    """Holds the columns that are in a file."""

    def __len__(self) -> int:
        return sum(map(_n_rows, self.parts))

    def with_batch(self, sample_ids: Sequence[int], columns: Mapping[str, Tensor]) -> "Rows":
        """These rows and those of one more batch."""
        return self._with([{_IDS: torch.tensor(sample_ids), **columns}], 0)

    def merge(self, other: "Rows") -> "Rows":
        """The rows of both."""
        return self._with(other.parts, other.n_filed)

    def columns(self) -> dict[str, Tensor]:
        """Every column as one tensor, in ascending order of the sample ids; KeyError where there are no rows.

        A large one is mapped from a file.
        """
        joined = {name: self._joined(name, self.parts) for name in _names(self.parts)}
        ids = joined[_IDS]
        if bool((ids[1:] >= ids[:-1]).all()):
            return joined
        order = ids.argsort(stable=True)
        return {
            name: self._stored(column, _ordered(column, order, joined.get(_counts(name))))
            for name, column in joined.items()
        }

    def since(self, n_rows: int) -> dict[str, Tensor]:
        """The columns of all rows but the first `n_rows`, in the order of the batches."""
        parts, start = [], 0
        for part in self.parts:
            n = _n_rows(part)
            if start + n > n_rows:
                parts.append(_without(part, n_rows - start) if start < n_rows else part)
            start += n
        return {name: self._joined(name, parts) for name in _names(parts)}

    def _with(self, parts: Sequence[Mapping[str, Column]], n_filed: int) -> "Rows":
        """With more parts, the first of which are filed; those in memory become one where they are large together."""
        every = (*self.parts, *parts)
        filed = self.n_filed + n_filed if self.n_filed == len(self.parts) else self.n_filed
        pending = every[filed:]
        if sum(_n_bytes(column) for part in pending for column in part.values()) <= _HELD:
            return Rows(every, filed, self.folder, self.spill)
        spill = self.spill or Spill(self.folder)
        joined = {name: spill.filed(self._joined(name, pending)) for name in _names(pending)}
        return Rows((*every[:filed], joined), filed + 1, self.folder, spill)

    def _joined(self, name: str, parts: Sequence[Mapping[str, Column]]) -> Tensor:
        columns = [part[name] for part in parts]
        kind = reduce(torch.promote_types, (column.dtype for column in columns))
        shape = (sum(column.shape[0] for column in columns), *columns[0].shape[1:])
        return self._stored(torch.empty(shape, dtype=kind, device="meta"), map(_read, columns))

    def _stored(self, like: Tensor, blocks: Iterable[Tensor]) -> Tensor:
        """The blocks as one tensor, of the same shape and type as `like`."""
        if _n_bytes(like) <= _HELD:
            return torch.cat(list(blocks))
        spill = Spill(self.folder)
        for block in blocks:
            for data in byte_blocks(block.to(like.dtype)):
                spill.append(data)
        return spill.tensor(like.dtype, *like.shape)


def _names(parts: Sequence[Mapping[str, Column]]) -> list[str]:
    return list(parts[0]) if parts else []


def _n_rows(part: Mapping[str, Column]) -> int:
    return part[_IDS].shape[0]


def _n_bytes(column: Column) -> int:
    return column.shape.numel() * column.dtype.itemsize


def _read(column: Column) -> Tensor:
    return column if isinstance(column, Tensor) else column.read()


def _counts(name: str) -> str:
    """The name of the column that counts the entries of a ragged one; of another, a name that no column has."""
    before, mark, after = name.rpartition("#")
    return f"{before}#" if mark and after else ""


def _without(part: Mapping[str, Column], n_rows: int) -> dict[str, Column]:
    """The part without its first rows."""
    left: dict[str, Column] = {}
    for name, column in part.items():
        counts = part.get(_counts(name))
        left[name] = _read(column)[n_rows if counts is None else int(_read(counts)[:n_rows].sum()) :]
    return left


def _ordered(column: Tensor, order: Tensor, counts: Tensor | None) -> Iterator[Tensor]:
    """The rows of a column in an order, some at a time."""
    if counts is None:
        for some in order.split(_BLOCK):
            yield column[some]
        return
    stops = counts.cumsum(0)
    for some in order.split(_BLOCK):
        edges = zip((stops - counts)[some].tolist(), stops[some].tolist(), strict=True)
        yield torch.cat([column[start:stop] for start, stop in edges])
