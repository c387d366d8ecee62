"""Where every component lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jaxtyping import Bool, Float
from torch import Tensor

Method = Literal["pca", "umap"]


@dataclass(frozen=True, eq=False)
class Projection:
    """Components of one or several layers on a plane; row c of a layer is its component c."""

    positions: Float[Tensor, "component 2"]
    """float32; NaN for a component without examples."""
    method: Method
    """What made the positions: "pca" also where UMAP was asked for and there is too little to lay out."""
    parameters: Mapping[str, object]
    """What was asked for. Everything in it is JSON."""
    layers: Mapping[str, slice]
    """Layer -> its rows, one layer after the other."""
    vectors: Float[Tensor, "component dim"]
    """What was projected: rows of length 1, or of zeros for a component without examples."""
    mean: Float[Tensor, " dim"]
    """The middle of the vectors."""
    axes: Float[Tensor, "dim 2"]
    """The two directions in which the vectors differ most."""

    @property
    def placed(self) -> Bool[Tensor, " component"]:
        """Which components have a position."""
        return ~self.positions.isnan().any(1)

    def __len__(self) -> int:
        return len(self.positions)

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{name} ({rows.stop - rows.start:,})".strip() for name, rows in self.layers.items()
        )
        return f"<Projection by {self.method} of {counts or 'nothing'}>"
