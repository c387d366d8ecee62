"""A table of samples and components of which most entries are 0, as of the latents of a sparse autoencoder."""

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

SPARSE_TENSORS = ("offsets", "components", "values")


@dataclass(frozen=True, eq=False)
class SparseTable:
    """The entries that are not 0, row by row; what is read of it is a dense tensor, as of a dense table.

    `table[rows]`, `table[rows, component]` and `table[:, component]` with an int, a slice, a mask or indices as rows.
    """

    offsets: Int[Tensor, " sample_plus_one"]
    """int64; the entries of row i are those from `offsets[i]` to `offsets[i + 1]`."""
    components: Int[Tensor, " entry"]
    """int32: the column of each entry."""
    values: Float[Tensor, " entry"]
    """float16; float32 where float16 would not hold the values."""
    n_components: int

    @property
    def shape(self) -> torch.Size:
        """(samples, components)."""
        return torch.Size([len(self.offsets) - 1, self.n_components])

    @property
    def dtype(self) -> torch.dtype:
        """That of the values."""
        return self.values.dtype

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, key: Any) -> Tensor:
        if isinstance(key, tuple):
            rows, component = key
            return self._column(int(component))[rows]
        chosen = torch.arange(len(self))[key]
        return self._dense(chosen.reshape(-1)).reshape(*chosen.shape, self.n_components)

    def _column(self, component: int) -> Float[Tensor, " sample"]:
        places = (self.components == component).nonzero()[:, 0]
        found = self.values.new_zeros(len(self))
        found[torch.searchsorted(self.offsets, places, right=True) - 1] = self.values[places]
        return found

    def _dense(self, rows: Int[Tensor, " row"]) -> Float[Tensor, "row component"]:
        counts = self.offsets[rows + 1] - self.offsets[rows]
        numbers = torch.arange(int(counts.sum())) - (counts.cumsum(0) - counts).repeat_interleave(counts)
        places = self.offsets[rows].repeat_interleave(counts) + numbers
        found = self.values.new_zeros(len(rows), self.n_components)
        row_of = torch.arange(len(rows)).repeat_interleave(counts)
        found[row_of, self.components[places].long()] = self.values[places]
        return found


def tensors_of(table: "Tensor | SparseTable", name: str = "table") -> dict[str, Tensor]:
    """The table as tensors, contiguous: itself by its name, or its parts as "name.offsets" and so on."""
    if isinstance(table, Tensor):
        return {name: table.contiguous()}
    return {f"{name}.{part}": getattr(table, part).contiguous() for part in SPARSE_TENSORS}


def sparse_parts(table: Float[Tensor, "sample component"]) -> dict[str, Tensor]:
    """The entries that are not 0 as "components" and "values", and their number in each row as ""."""
    rows, components = table.nonzero(as_tuple=True)
    return {
        "": torch.bincount(rows, minlength=len(table)),
        "components": components.int(),
        "values": table[rows, components],
    }
