"""Outputs that belong to a sample alone: neither chance nor the rest of the batch may change them."""

from collections.abc import Callable

import torch
from torch import Tensor

_TOLERANCES = {torch.float64: 1e-6, torch.float32: 0.01, torch.float16: 0.1, torch.bfloat16: 0.1}
"""The largest difference by rounding, as a share of the largest value: batches of other sizes sum in another order."""


def check_stable(source: str, one: Tensor, other: Tensor, again: Callable[[], Tensor]) -> None:
    """Raises ValueError if a source, such as a layer, gives the same samples other outputs in a batch of another size.

    `again` runs the second batch once more, which tells chance from the rest of the batch.
    """
    if _agree(one, other):
        return
    by_chance = not _agree(other, again())
    cause = (
        "it depends on chance (dropout that is always on, random masks)"
        if by_chance
        else "it depends on the other samples of the batch (batch norms without running statistics)"
    )
    way_out = "turn that off in eval mode" if by_chance else "let the model keep running statistics"
    other_way = ", or choose a layer before it" if source.startswith("layer") else ""
    raise ValueError(
        f"{source} gives the same sample other values in another batch: {cause}; {way_out}{other_way}"
    )


def _agree(one: Tensor, other: Tensor) -> bool:
    """True for equal outputs up to rounding, and for outputs with NaN or infinity, which are refused elsewhere."""
    if one.shape != other.shape:
        return False
    if not (torch.isfinite(one).all() and torch.isfinite(other).all()):
        return True
    wide = torch.float64 if one.dtype == torch.float64 else torch.float32
    error = (one.to(wide) - other.to(wide)).abs().amax()
    return bool(error <= _TOLERANCES.get(one.dtype, 0.1) * one.to(wide).abs().amax())
