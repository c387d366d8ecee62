"""Checks of a layer's output before it is scored."""

from collections.abc import Sequence

import torch
from torch import Tensor

from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.tensors import check_output


def check_shape(layer: str, output: Tensor, pooling: str, n_samples: int) -> None:
    """Raises ValueError for a shape without scores, and for one whose first axis is not the samples."""
    check_output(layer, output, pooling)
    if len(output) != n_samples:
        raise ValueError(
            f"layer {layer!r} gives shape {tuple(output.shape)} for {n_samples} samples; "
            "its first axis must be the samples, choose another layer"
        )


def check_finite(layer: str, output: Tensor, sample_ids: Sequence[int]) -> None:
    """Raises NonFiniteError with the first sample whose output holds NaN or infinity anywhere."""
    # One sum is far cheaper than looking at every value, and NaN and infinity survive it. A sum of finite
    # values may overflow, so that only the exact look decides.
    wide = torch.promote_types(output.dtype, torch.float32)
    if torch.isfinite(output.sum(dtype=wide)):
        return
    bad = ~torch.isfinite(output).flatten(1).all(1)
    if bad.any():
        first = sample_ids[int(bad.nonzero()[0])]
        raise NonFiniteError(
            f"layer {layer!r} gives NaN or infinity for sample {first}; check the model's weights and the preprocessing"
        )
