"""The functions of torch that a model calls, in place or not, each with the rule that it shares relevance by.

Relevance is propagated as a multiple of each value, by a backward pass with changed gradients: a sum, a mean or any
other linear function then shares in proportion to its terms (the epsilon rule), with no rule of its own.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import FunctionType
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from semanticlens_widgets.attribution.lrp import products
from semanticlens_widgets.attribution.lrp.convolutions import convolution
from semanticlens_widgets.attribution.lrp.norms import batch_norm, group_norm, layer_norm
from semanticlens_widgets.attribution.lrp.passing import activation, power
from semanticlens_widgets.attribution.lrp.shifts import Shifts, depends

Rule = Callable[..., Tensor]
_NAMES: Mapping[Rule, str] = {
    products.added: "add sub subtract rsub radd",
    products.product: "mul multiply rmul",
    products.quotient: "div divide true_divide truediv rdiv rtruediv",
    products.bilinear: "matmul rmatmul bmm mm mv dot",
    products.einsum: "einsum",
    products.attention: "scaled_dot_product_attention",
    products.weights: "softmax log_softmax softmin sigmoid hardsigmoid exp rsqrt reciprocal var std _softmax",
    products.linear: "linear",
    products.added_product: "addcmul",
    products.added_matrices: "addmm baddbmm",
    products.joined: "cat concat concatenate stack hstack vstack",
    products.chosen: "where",
    convolution: "conv1d conv2d conv3d",
    layer_norm: "layer_norm",
    group_norm: "group_norm",
    batch_norm: "batch_norm",
    activation: "relu relu6 leaky_relu prelu elu selu celu gelu silu mish hardswish hardtanh tanh softplus softsign "
    "logsigmoid threshold hardshrink softshrink clamp clamp_min clamp_max clip sqrt abs",
    power: "pow square",
}
RULES: Mapping[str, Rule] = {name: rule for rule, names in _NAMES.items() for name in names.split()}
_CHECKS = ("has_torch_function", "has_torch_function_unary", "has_torch_function_variadic")


class RelevanceFunctions(TorchFunctionMode):
    """Mode in which the backward pass of a model's functions propagates relevance in place of gradients."""

    def __init__(self) -> None:
        super().__init__()
        self.shifts = Shifts()

    def __torch_function__(
        self, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Replaces torch's functions of tensors, which call it."""
        kwargs = dict(kwargs or {})
        if not _any_depends([*args, *kwargs.values()]):
            return func(*args, **kwargs)
        if is_written(func):
            with self:
                return _inside(func)(*args, **kwargs)
        plain, in_place = plain_name(func)
        if plain not in RULES or not torch.is_grad_enabled():
            return func(*args, **kwargs)
        out = args[0] if in_place else kwargs.pop("out", None)
        found = RULES[plain](version_of(func), self.shifts, *args, **kwargs)
        return found if out is None else out.copy_(found)


def plain_name(func: Any) -> tuple[str, bool]:
    """The name without the marks of an operator or of an operation in place, and True for one in place."""
    name = getattr(func, "__name__", "")
    if name.startswith("__"):
        bare = name.strip("_")
        return (bare[1:], True) if bare[:1] == "i" and bare[1:] in RULES else (bare, False)
    return (name[:-1], True) if name.endswith("_") and not name.startswith("_") else (name, False)


def version_of(func: Any) -> Any:
    """The function that gives a new tensor in place of one that overwrites."""
    plain, in_place = plain_name(func)
    if not in_place:
        return func
    homes = (torch, Tensor, functional)
    plain = {"truediv": "div"}.get(plain, plain)
    return next(getattr(home, plain) for home in homes if hasattr(home, plain))


def _any_depends(values: Any) -> bool:
    return any(_any_depends(value) if isinstance(value, list | tuple) else depends(value) for value in values)


def is_written(func: Any) -> bool:
    """True for a function that torch wrote in Python, of other functions that have rules."""
    return (
        isinstance(func, FunctionType)
        and func.__module__ == functional.__name__
        and func.__code__.co_name == func.__name__
    )


@lru_cache
def _inside(func: FunctionType) -> Callable[..., Any]:
    """The same function, which does not hand its call over to the mode as a whole."""
    names = {**func.__globals__, **dict.fromkeys(_CHECKS, lambda *_: False)}
    found = FunctionType(func.__code__, names, func.__name__, func.__defaults__, func.__closure__)
    found.__kwdefaults__ = func.__kwdefaults__
    return found
