"""Places of one image: the activations and contributions of every component, cell by cell."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets.attribution import (
    component_maps,
    prefix_tokens,
    stretch_matrix,
    tokens_in_order,
    upsampled,
)


@dataclass(frozen=True, eq=False)
class Places:
    """Maps of a layer on one image, in cells; row n + c of a layer with n components is component "c-"."""

    activations: Float[Tensor, "component rows columns"]
    contributions: Float[Tensor, "component rows columns"]
    """The amount that each cell adds to the output; they sum to the relevance, but for tokens without a place."""
    sides: tuple[int, int]
    """Height and width of the model's input in pixels."""
    halves: bool = False
    """True if components and their negative halves are told apart."""

    def heatmap(self, row: int) -> Float[Tensor, "height width"]:
        """The strength of a component in every pixel of the input, in [0, 1]; zeros where it fires nowhere."""
        heat = upsampled(self._activation(row)[None], self.sides)[0].clamp(min=0)
        return heat / heat.max() if heat.any() else heat

    def highest(self, row: int) -> float:
        """The highest activation of a component in any cell; 0 where it fires nowhere."""
        return max(0.0, float(self._activation(row).max()))

    def relevance_map(self, row: int) -> Float[Tensor, "rows columns"]:
        """The amount that each cell of a component adds to the output."""
        n = len(self.activations)
        added, negative = self.contributions[row % n], self.activations[row % n] < 0
        return added * (negative if row >= n else ~negative) if self.halves else added

    def at(self, x: float, y: float) -> tuple[Float[Tensor, " row"], Float[Tensor, " row"]]:
        """The activation at a pixel of the input, as in the heat map, and the amount that its cell adds, row by row.

        Raises ValueError for a pixel outside of the input.
        """
        height, width = self.sides
        if not (0 <= x < width and 0 <= y < height):
            raise ValueError(
                f"x and y must be a pixel of the model's input, {width} x {height}, counted from 0, not {x}, {y}"
            )
        _, rows, columns = self.activations.shape
        down, across = stretch_matrix(rows, height)[int(y)], stretch_matrix(columns, width)[int(x)]
        here = torch.einsum("nrc,r,c->n", self.activations, down, across)
        row, column = int(y) * rows // height, int(x) * columns // width
        added, negative = self.contributions[:, row, column], self.activations[:, row, column] < 0
        if not self.halves:
            return here, added
        return torch.cat([here, -here]), torch.cat([added * ~negative, added * negative])

    def _activation(self, row: int) -> Float[Tensor, "rows columns"]:
        n = len(self.activations)
        return self.activations[row] if row < n else -self.activations[row - n]


def places_of(
    model: nn.Module,
    layer: str,
    activations: Tensor,
    contributions: Tensor,
    sides: tuple[int, int],
    halves: bool,
) -> Places:
    """The maps of the one sample of a layer's output; raises ValueError for a layer without places on the image."""
    n = activations.shape[1] if activations.ndim == 4 else activations.shape[-1]
    samples = torch.zeros(n, dtype=torch.int64, device=activations.device)
    components = torch.arange(n, device=activations.device)
    maps = [
        component_maps(
            layer, one, samples, components, sides, prefix_tokens(model), tokens_in_order(model, layer)
        )
        for one in (activations, contributions)
    ]
    return Places(*(one.float().cpu() for one in maps), sides=sides, halves=halves)
