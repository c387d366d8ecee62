"""Rules for the sums, products and attention that a model writes as functions.

zennit gives rules to modules only; the gradient of `x + shortcut` would give the whole relevance to both terms.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode

_EPSILON = 1e-6
_SUMS = {"add", "__add__", "__radd__", "__iadd__"}
_PRODUCTS = {"mul", "multiply", "__mul__", "__rmul__", "__imul__"}


class RelevanceFunctions(TorchFunctionMode):
    """Mode in which the backward pass of these functions propagates relevance instead of gradients.

    A sum shares in proportion to its terms. A product gives all to the factor that it scales: the factor of the full
    shape, or half to each of two. Attention shares as a linear map of the values: its weights, and so
    queries and keys, are constants (A. Ali et al., XAI for Transformers: Better Explanations through Conservative
    Propagation, ICML 2022, arXiv 2202.07304).
    """

    def __torch_function__(
        self, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Replaces torch's functions of tensors, which call it."""
        name, kwargs = getattr(func, "__name__", ""), kwargs or {}
        if name in _SUMS and len(args) == 2 and not kwargs and all(map(_depends, args)):
            return _shared(torch.add, *args)
        if name in _PRODUCTS and len(args) == 2 and not kwargs and any(map(_depends, args)):
            return _product(*args)
        if func is scaled_dot_product_attention and len(args) >= 3 and _depends(args[2]):
            weigh = lambda values: func(args[0].detach(), args[1].detach(), values, *args[3:], **kwargs)  # noqa: E731
            return _shared(weigh, args[2])
        return func(*args, **kwargs)


def _product(a: Any, b: Any) -> Tensor:
    shape = torch.broadcast_shapes(*[getattr(factor, "shape", ()) for factor in (a, b)])
    first, second = (_depends(factor) and factor.shape == shape for factor in (a, b))
    if first and second:
        return _shared(torch.mul, a, b, share=0.5)
    # A factor that is spread over the other, as the gate of a squeeze-and-excite block is, only scales.
    if first:
        return _shared(lambda scaled: scaled * _constant(b), a)
    return _shared(lambda scaled: _constant(a) * scaled, b) if second else a * b


def _shared(function: Callable[..., Tensor], *terms: Tensor, share: float = 1.0) -> Tensor:
    """The epsilon rule for a function that is linear in each term: term x gradient, of relevance / output."""
    return _ToGradient.apply(function(*map(_ToRelevance.apply, terms)), share)  # pyright: ignore[reportReturnType]


def _depends(value: object) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


def _constant(value: Any) -> Any:
    return value.detach() if isinstance(value, Tensor) else value


class _ToGradient(torch.autograd.Function):
    """The identity; in the backward pass relevance becomes a gradient of the terms."""

    @staticmethod
    def forward(ctx: Any, output: Tensor, share: float) -> Tensor:
        ctx.share = share
        ctx.save_for_backward(output)
        # A copy, because later operations may overwrite it.
        return output.clone()

    @staticmethod
    def backward(ctx: Any, *relevance: Any) -> Any:
        (output,) = ctx.saved_tensors
        return ctx.share * relevance[0] / (output + torch.where(output < 0, -_EPSILON, _EPSILON)), None


class _ToRelevance(torch.autograd.Function):
    """The identity; in the backward pass a gradient becomes relevance."""

    @staticmethod
    def forward(ctx: Any, term: Tensor) -> Tensor:
        ctx.save_for_backward(term)
        return term.view_as(term)

    @staticmethod
    def backward(ctx: Any, *gradient: Any) -> Any:
        (term,) = ctx.saved_tensors
        return gradient[0] * term
