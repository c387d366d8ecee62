"""Positions of components on a plane."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jaxtyping import Bool, Float, Int64
from torch import Tensor

Method = Literal["pca", "umap"]


@dataclass(frozen=True, eq=False)
class Projection:
    """Components of one or several layers on a plane; row c of a layer is its component c."""

    positions: Float[Tensor, "component 2"]
    """float32; NaN for a component without examples."""
    method: Method
    """The method that made the positions: "pca" also where UMAP was asked for and there is too little to lay out."""
    parameters: Mapping[str, object]
    """The arguments of `project`, as JSON."""
    layers: Mapping[str, slice]
    """Layer -> its rows, one layer after the other."""
    vectors: Float[Tensor, "component dim"]
    """The projected rows, of length 1; zeros for a component without examples."""
    mean: Float[Tensor, " dim"]
    """The mean of the vectors."""
    axes: Float[Tensor, "dim 2"]
    """The two directions in which the vectors differ most."""
    regions: Int64[Tensor, " component"] | None = None
    """The dense region of each component, -1 for none; None until they are found."""

    @property
    def placed(self) -> Bool[Tensor, " component"]:
        """True for components that have a position."""
        return ~self.positions.isnan().any(1)

    def __len__(self) -> int:
        return len(self.positions)

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{name} ({rows.stop - rows.start:,})".strip() for name, rows in self.layers.items()
        )
        return f"<Projection by {self.method} of {counts or 'nothing'}>"
