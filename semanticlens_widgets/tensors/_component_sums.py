"""From an amount at every cell of a layer's output to one a component."""

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.tensors._pooling import cells_of


def component_sums(amounts: Tensor, activations: Tensor, sign: str) -> Float[Tensor, "sample component"]:
    """The amounts summed over the cells, float32; all three shapes of outputs, and one a sample, cell and component.

    With `sign="both"` columns are doubled as `ConceptExamples` doubles its rows: cells with a negative activation
    count to the second half, the others to the first.
    """
    if sign != "both":
        return _summed(amounts)
    negative = activations < 0
    return torch.cat(
        [_summed(amounts.masked_fill(negative, 0)), _summed(amounts.masked_fill(~negative, 0))], 1
    )


def _summed(amounts: Tensor) -> Float[Tensor, "sample component"]:
    return cells_of(amounts).sum(1, dtype=torch.float32)
