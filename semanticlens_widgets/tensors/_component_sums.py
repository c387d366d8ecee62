"""Sums of amounts over the cells of a layer's output, per component."""

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.tensors._pooling import cells_of


def component_sums(amounts: Tensor, activations: Tensor, sign: str) -> Float[Tensor, "sample component"]:
    """Sums amounts over the cells, as float32; `amounts` have one of the three shapes of outputs (see `cells_of`).

    With `sign="both"` columns are doubled as `ConceptExamples` doubles its rows: cells with a negative activation
    add to the second half, the others to the first.
    """
    if sign != "both":
        return _summed(amounts)
    negative = activations < 0
    return torch.cat(
        [_summed(amounts.masked_fill(negative, 0)), _summed(amounts.masked_fill(~negative, 0))], 1
    )


def _summed(amounts: Tensor) -> Float[Tensor, "sample component"]:
    return cells_of(amounts).sum(1, dtype=torch.float32)
