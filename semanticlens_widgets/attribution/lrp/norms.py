"""Rules for normalizations: statistics of a sample are constants, the rest is linear.

Source: A. Ali et al., XAI for Transformers: Better Explanations through Conservative Propagation, ICML 2022,
arXiv 2202.07304, section 4.2.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from semanticlens_widgets.attribution.lrp.passing import passed
from semanticlens_widgets.attribution.lrp.shifts import Shifts

_MOST = 10.0
"""Size of a batch norm's output, in multiples of its scaled input, that the input can take the relevance of."""


def layer_norm(
    _func: Callable[..., Tensor],
    shifts: Shifts,
    values: Tensor,
    shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    *_rest: Any,
    **_named: Any,
) -> Tensor:
    """As `torch.layer_norm`; the bias takes its share."""
    found = _normalized(values, list(range(-len(shape), 0)), eps)
    return _affine(found, weight, bias, shifts)


def group_norm(
    _func: Callable[..., Tensor],
    shifts: Shifts,
    values: Tensor,
    groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    *_rest: Any,
    **_named: Any,
) -> Tensor:
    """As `torch.group_norm`; the bias takes its share."""
    grouped = values.reshape(len(values), groups, -1)
    found = _normalized(grouped, [-1], eps).reshape(values.shape)
    wide = (-1, *[1] * (values.ndim - 2))
    scale, shift = (None if part is None else part.view(wide) for part in (weight, bias))
    return _affine(found, scale, shift, shifts)


def batch_norm(
    func: Callable[..., Tensor], shifts: Shifts, values: Tensor, *rest: Any, **named: Any
) -> Tensor:
    """As `torch.batch_norm`, by which relevance passes: one that follows a linear layer is merged into it before."""
    found = func(values.detach(), *rest, **named)
    scale = func(torch.ones_like(values), *rest, **named) - func(torch.zeros_like(values), *rest, **named)
    return passed(values, found, shifts, _MOST * scale.abs())


def _normalized(values: Tensor, axes: list[int], eps: float) -> Tensor:
    centred = values - values.mean(axes, keepdim=True)
    variance = values.detach().var(axes, correction=0, keepdim=True)
    return centred * (variance + eps).rsqrt()


def _affine(values: Tensor, weight: Tensor | None, bias: Tensor | None, shifts: Shifts) -> Tensor:
    scaled = values if weight is None else values * weight
    return scaled if bias is None else scaled + shifts.share(bias, values)
