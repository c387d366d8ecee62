"""Batch norms merged into the linear or convolutional layer before them, as LRP needs them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd
from torch.overrides import TorchFunctionMode


@contextmanager
def merged_batch_norms(model: nn.Module, pixels: Tensor, until: nn.Module | None = None) -> Iterator[None]:
    """The model with every batch norm merged into the layer that feeds it and nothing else; put back at the end.

    The layer that feeds it shows when the model runs on `pixels`. Only what runs before the module `until` gives its
    output is merged.
    """
    with ExitStack() as undo:
        for linear, norm in _pairs(model, pixels, until):
            _merge(linear, norm, undo)
        yield


def _merge(linear: Any, norm: Any, undo: ExitStack) -> None:
    """Scales the layer's weights, and leaves the batch norm without an effect."""
    scale = norm.weight.double() * (norm.running_var.double() + norm.eps).rsqrt()
    bias = 0 if linear.bias is None else linear.bias.double()
    shift = (bias - norm.running_mean.double()) * scale + norm.bias.double()
    axis = 1 if isinstance(linear, _ConvTransposeNd) else 0
    weight = linear.weight.double() * scale.view(
        [-1 if at == axis else 1 for at in range(linear.weight.ndim)]
    )
    _replace(linear, "weight", weight.to(linear.weight.dtype), undo)
    _replace(linear, "bias", shift.to(linear.weight.dtype), undo)
    _replace(norm, "weight", torch.ones_like(norm.weight), undo)
    _replace(norm, "bias", torch.zeros_like(norm.bias), undo)
    for name, value in (("running_mean", 0.0), ("running_var", 1 - norm.eps)):
        undo.callback(norm._buffers.__setitem__, name, norm._buffers[name])
        norm._buffers[name] = torch.full_like(norm._buffers[name], value)


def _replace(module: nn.Module, name: str, value: Tensor, undo: ExitStack) -> None:
    undo.callback(module._parameters.__setitem__, name, module._parameters[name])
    module._parameters[name] = nn.Parameter(value.detach(), requires_grad=False)


def _pairs(model: nn.Module, pixels: Tensor, until: nn.Module | None) -> list[tuple[nn.Module, nn.Module]]:
    """Pairs of a layer and the batch norm, with statistics and weights, that takes its output and alone does so."""
    outputs: list[tuple[nn.Module, Tensor]] = []
    pairs: list[tuple[nn.Module, nn.Module]] = []
    uses, ended = _Uses(), []

    def given(module: nn.Module, _inputs: object, output: Tensor) -> None:
        outputs.append((module, output))
        # A tensor that is gone may have had the same id.
        uses.count[id(output)] = 0

    def taken(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        pairs.extend((module, norm) for module, output in outputs if output is inputs[0] and not ended)

    with ExitStack() as undo:
        if until is not None:
            undo.callback(until.register_forward_hook(lambda *_: ended.append(True)).remove)
        for module in model.modules():
            if _is_linear(module):
                undo.callback(module.register_forward_hook(given).remove)
            elif isinstance(module, _BatchNorm) and _is_affine(module):
                undo.callback(module.register_forward_pre_hook(taken).remove)
        undo.enter_context(uses)
        model(pixels.detach().clone())
    alone = {id(module) for module, output in outputs if uses.count[id(output)] == 1}
    times = Counter(id(module) for pair in pairs for module in pair)
    return [pair for pair in pairs if id(pair[0]) in alone and times[id(pair[0])] == times[id(pair[1])] == 1]


class _Uses(TorchFunctionMode):
    """Counts the functions that make something of each tensor: a shortcut around a batch norm is a second one."""

    def __init__(self) -> None:
        super().__init__()
        self.count: Counter[int] = Counter()

    def __torch_function__(
        self, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Called in place of torch's functions of tensors."""
        found = func(*args, **(kwargs or {}))
        if isinstance(found, Tensor):
            self.count.update({id(each) for each in args if isinstance(each, Tensor)})
        return found


def _is_linear(module: nn.Module) -> bool:
    """True for layers whose weights are their own, not computed by a parametrization or from others."""
    if not isinstance(module, nn.Linear | _ConvNd) or module._parameters.get("weight") is None:
        return False
    return "bias" in module._parameters and not (isinstance(module, _ConvTransposeNd) and module.groups > 1)


def _is_affine(norm: _BatchNorm) -> bool:
    return norm.running_mean is not None and norm.weight is not None and norm.bias is not None
