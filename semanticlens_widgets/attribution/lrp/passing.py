"""The identity rule: what an operation does to each value alone passes relevance on unchanged."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from semanticlens_widgets.attribution.lrp.shifts import Shifts

_MOST = 10.0
_FAINT = 1e-20


def activation(
    func: Callable[..., Tensor], shifts: Shifts, values: Tensor, *rest: Any, **named: Any
) -> Tensor:
    """The result of an activation function such as ReLU or GELU.

    Zeros become `_FAINT`, which changes no result: relevance, a multiple of the value, would be lost at a zero.
    """
    found = func(values.detach(), *rest, **named)
    found = torch.where((found == 0) & (values.detach() != 0), _FAINT, found)
    return passed(values, found, shifts, _MOST)


def power(func: Callable[..., Tensor], shifts: Shifts, values: Any, *rest: Any, **named: Any) -> Tensor:
    """The result of a power of values; an exponent that depends on a studied layer is a constant."""
    found = func(values.detach(), *rest, **named)
    return passed(values, found, shifts, float("inf"))


def passed(values: Tensor, found: Tensor, shifts: Shifts, most: Tensor | float) -> Tensor:
    """`found`, whose relevance becomes that of `values`.

    Relevance is kept as a multiple of the value, found / values here. Where that would be larger than `most`, because
    the value is close to 0, the rest of the output counts as made by a constant.
    """
    values = values.expand_as(found)
    at = values.detach()
    ratio = torch.where(at == 0, 0, found / torch.where(at == 0, 1, at))
    limit = torch.as_tensor(most, dtype=ratio.dtype, device=ratio.device)
    ratio = torch.minimum(torch.maximum(ratio, -limit), limit)
    # An input that is returned as it is would become a view, which the model could not overwrite.
    return _Passed.apply(values, shifts.leaf(found), lambda: found, ratio)  # pyright: ignore[reportReturnType]


class _Passed(torch.autograd.Function):
    """The found value as it is; the gradient times the ratio in the backward pass."""

    @staticmethod
    def forward(
        ctx: Any, values: Tensor, leaf: Tensor, result: Callable[[], Tensor], ratio: Tensor
    ) -> Tensor:
        found = result()
        ctx.save_for_backward(ratio, found - values * ratio)
        return found

    @staticmethod
    def backward(ctx: Any, *gradient: Any) -> Any:
        ratio, rest = ctx.saved_tensors
        return gradient[0] * ratio, (gradient[0] * rest).sum(), None, None
