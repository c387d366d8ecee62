"""Rules for convolutions: z+, which shares relevance among positive contributions, and w^2 for depthwise ones."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from semanticlens_widgets.attribution.lrp.shifts import Shifts

Linear = Callable[[Tensor, Tensor], Tensor]
"""The convolution of an input with weights, without a bias."""
_LEAST = 1e-6
"""Share of the largest sum of contributions below which one counts as none: fast convolutions are no more exact."""


def convolution(
    func: Callable[..., Tensor],
    shifts: Shifts,
    maps: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *rest: Any,
    **named: Any,
) -> Tensor:
    """The result of torch's `func`, with z+ in the backward pass; the bias takes nothing.

    Where no contribution is positive, the negative ones share; where there is none at all, the bias made the output
    and takes its relevance. In a channel of a depthwise convolution that is often so; these share by w^2, whatever
    their inputs are.
    """

    def linear(maps: Tensor, weight: Tensor) -> Tensor:
        return func(maps, weight, None, *rest, **named)

    def value() -> Tensor:
        return func(maps.detach(), weight.detach(), bias, *rest, **named)

    return _Positive.apply(maps, shifts.leaf(maps), value, weight.detach(), linear)  # pyright: ignore[reportReturnType]


class _Positive(torch.autograd.Function):
    """The value as it is; in the backward pass, relevance over contributions (see `distributed`)."""

    @staticmethod
    def forward(
        ctx: Any, maps: Tensor, leaf: Tensor, value: Callable[[], Tensor], weight: Tensor, linear: Linear
    ) -> Tensor:
        result = value()
        ctx.linear = linear
        # Copies, because later operations may overwrite them.
        ctx.save_for_backward(maps.clone(), result.clone(), weight)
        return result

    @staticmethod
    def backward(ctx: Any, *gradient: Any) -> Any:
        maps, value, weight = ctx.saved_tensors
        shared, rest = distributed(ctx.linear, maps, weight, value * gradient[0])
        return shared, rest.sum(), None, None, None


def distributed(linear: Linear, maps: Tensor, weight: Tensor, relevance: Tensor) -> tuple[Tensor, Tensor]:
    """Relevance of each input as a multiple of the input, and the relevance that no input takes."""
    if weight.shape[1] == 1 < maps.shape[1]:
        return _by_weight(linear, maps, weight, relevance)
    positive, negative = weight.clamp(min=0), weight.clamp(max=0)
    shared, rest = _by(linear, maps, positive, negative, relevance)
    if rest.any():
        more, rest = _by(linear, maps, negative, positive, rest)
        shared = shared + more
    return shared, rest


def _by_weight(linear: Linear, maps: Tensor, weight: Tensor, relevance: Tensor) -> tuple[Tensor, Tensor]:
    # An exact zero is padding: those of activations are faint (see `passing.activation`).
    there = maps != 0
    with torch.enable_grad():
        leaf = there.to(maps).requires_grad_()
        sums = linear(leaf, weight.square())
    held = sums.detach() > 0
    per_sum = torch.where(held, relevance / torch.where(held, sums.detach(), 1), 0)
    (shares,) = torch.autograd.grad(sums, leaf, per_sum)
    return torch.where(there, shares / torch.where(there, maps, 1), 0), torch.where(held, 0, relevance)


def _by(linear: Linear, maps: Tensor, up: Tensor, down: Tensor, relevance: Tensor) -> tuple[Tensor, Tensor]:
    """Shares by the contributions of positive inputs through the weights `up` and of negative ones through `down`."""
    with torch.enable_grad():
        leaf = maps.detach().requires_grad_()
        sums = linear(leaf.clamp(min=0), up)
        if (maps < 0).any():
            sums = sums + linear(leaf.clamp(max=0), down)
    size = sums.detach().abs()
    held = size > _LEAST * size.max()
    per_sum = torch.where(held, relevance / torch.where(held, sums.detach(), 1), 0)
    (shared,) = torch.autograd.grad(sums, leaf, per_sum)
    return shared, torch.where(held, 0, relevance)
