"""Rules down to the pixels: the first convolution or linear layer shares equally among the inputs that it sees (flat).

In front of it a gradient is relevance itself and not, as elsewhere, a multiple of the value: pixels may be 0.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from semanticlens_widgets.attribution.lrp.functions import (
    RelevanceFunctions,
    is_written,
    plain_name,
    version_of,
)

_MOVED = {
    *("view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "permute", "transpose", "movedim"),
    *(
        "getitem",
        "narrow",
        "select",
        "chunk",
        "split",
        "unbind",
        "roll",
        "flip",
        "expand",
        "unfold",
        "im2col",
    ),
    *(
        "pad",
        "constant_pad_nd",
        "pixel_unshuffle",
        "interpolate",
        "upsample_nearest2d",
        "upsample_bilinear2d",
    ),
    *("upsample_bicubic2d", "_upsample_bilinear2d_aa", "_upsample_bicubic2d_aa", "cat", "stack", "concat"),
}
"""Functions whose gradient shares relevance as they share values."""
_SCALED = {
    *(
        "add",
        "sub",
        "rsub",
        "mul",
        "div",
        "truediv",
        "radd",
        "rmul",
        "to",
        "float",
        "half",
        "double",
        "bfloat16",
    ),
    *("clone", "contiguous", "type", "type_as", "clamp", "neg"),
}
"""Functions of each pixel alone, by which relevance passes."""
_FLAT = {"conv1d", "conv2d", "conv3d", "linear"}


class PixelFunctions(RelevanceFunctions):
    """Mode in which the backward pass of a model propagates relevance to its input, marked by `mark`."""

    def __torch_function__(
        self, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """As in the base class; functions without a rule in front of the first layer too."""
        if (
            not any(map(is_pixels, _tensors([*args, *(kwargs or {}).values()])))
            or not torch.is_grad_enabled()
        ):
            return super().__torch_function__(func, types, args, kwargs)
        name, in_place = plain_name(func)
        if name in _MOVED and not in_place:
            return mark(func(*args, **(kwargs or {})))
        if name in _SCALED and _is_alone(args):
            return _scaled(version_of(func), args, kwargs or {}, in_place)
        if name in _FLAT and is_pixels(args[0]):
            return _first_layer(func, *args, **(kwargs or {}))
        if is_written(func):
            return super().__torch_function__(func, types, args, kwargs)
        if in_place or name == "setitem":
            return func(*args, **(kwargs or {}))
        named = {key: _as_values(value) for key, value in (kwargs or {}).items()}
        return super().__torch_function__(func, types, tuple(map(_as_values, args)), named)


def _scaled(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], in_place: bool) -> Tensor:
    result = func(*map(_detached, args), **kwargs)
    found = mark(_Same.apply(args[0], result))
    return args[0].copy_(found) if in_place else found


def mark(values: Any) -> Any:
    """The values, whose gradient is from now on relevance."""
    for value in _tensors([values]):
        value._semanticlens_pixels = True  # pyright: ignore[reportAttributeAccessIssue]
    return values


def is_pixels(value: object) -> bool:
    """True for values in front of the first layer."""
    return isinstance(value, Tensor) and getattr(value, "_semanticlens_pixels", False)


def _is_alone(args: tuple[Any, ...]) -> bool:
    return is_pixels(args[0]) and not any(
        isinstance(each, Tensor) and each.requires_grad for each in args[1:]
    )


def _first_layer(
    func: Callable[..., Tensor], values: Tensor, weight: Tensor, *rest: Any, **named: Any
) -> Tensor:
    def shared() -> tuple[Tensor, Tensor]:
        """A leaf of ones in place of the values, and how many of them each output sees."""
        with torch.enable_grad():
            ones = torch.ones_like(values).requires_grad_()
            options = {name: value for name, value in named.items() if name != "bias"}
            return ones, func(ones, torch.ones_like(weight), None, *rest[1:], **options)

    result = func(values.detach(), weight.detach(), *rest, **named)
    return _Flat.apply(values, result, shared)  # pyright: ignore[reportReturnType]


class _Flat(torch.autograd.Function):
    """The value as it is; in the backward pass, relevance shared equally among the inputs of each output."""

    @staticmethod
    def forward(
        ctx: Any, values: Tensor, result: Tensor, shared: Callable[[], tuple[Tensor, Tensor]]
    ) -> Tensor:
        ctx.shared = shared
        ctx.save_for_backward(result.clone())
        return result.clone()

    @staticmethod
    def backward(ctx: Any, *gradient: Any) -> Any:
        [result] = ctx.saved_tensors
        ones, seen = ctx.shared()
        relevance = result * gradient[0] / seen.detach().clamp(min=1)
        return torch.autograd.grad(seen, ones, relevance)[0], None, None


class _Same(torch.autograd.Function):
    """Another value for every pixel, with the relevance of the pixel."""

    @staticmethod
    def forward(_ctx: Any, values: Tensor, result: Tensor) -> Tensor:
        return result.clone() if result.shape == values.shape else result.expand_as(values).clone()

    @staticmethod
    def backward(ctx: Any, *gradient: Any) -> Any:
        return gradient[0], None


class _Values(torch.autograd.Function):
    """The values as they are; behind them a gradient is a multiple of the value."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        ctx.save_for_backward(values.clone())
        return values.clone()

    @staticmethod
    def backward(ctx: Any, *gradient: Any) -> Any:
        return gradient[0] * ctx.saved_tensors[0]


def _as_values(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(map(_as_values, value))
    return _Values.apply(value) if is_pixels(value) else value


def _detached(value: Any) -> Any:
    return value.detach() if isinstance(value, Tensor) else value


def _tensors(values: Any) -> list[Tensor]:
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, list | tuple):
            found += _tensors(value)
    return found
