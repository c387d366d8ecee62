"""Recording and changing layer outputs during a forward pass; the model is restored afterwards."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from semanticlens_widgets.layers._channels import channels_first, has_channels_last, is_square
from semanticlens_widgets.layers._names import module_of
from semanticlens_widgets.layers._outputs import output_tensor, with_tensor

Handle = Callable[[str, Tensor], None]
Change = Callable[[Tensor], Tensor]


@contextmanager
def capture(
    model: nn.Module, layers: Sequence[str], handle: Handle, *, gradients: bool = False
) -> Iterator[None]:
    """Calls `handle(layer, output)` for each layer in every `model(...)` inside the context.

    Inside, the model is in eval mode and without gradients; it is restored exactly, also after an error. With
    `gradients=True` gradients are recorded and the output is part of their graph. Maps are passed as (B,C,H,W), even if
    the layer returns (B,H,W,C) (see `has_channels_last`). `handle` runs inside the layer's hook: a later in-place
    operation may overwrite the output, so keep what is computed from it rather than the tensor itself. Errors of
    `handle` propagate from the call of the model. Raises LayerNotFoundError on entry; ValueError from the call if a
    layer does not run or runs more than once; TypeError from the call if its output has no floating-point tensor.
    """
    modules = {layer: module_of(model, layer) for layer in layers}
    forward = _Forward()
    with ExitStack() as undo, evaluating(model), torch.set_grad_enabled(gradients):
        undo.callback(model.register_forward_pre_hook(forward.begin, with_kwargs=True).remove)
        for layer, module in modules.items():
            undo.callback(module.register_forward_hook(_hook(layer, handle, forward, gradients)).remove)
        undo.callback(model.register_forward_hook(lambda *_: _check_all_ran(layers, forward.seen)).remove)
        yield


class _Forward:
    """State of the current forward pass."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.square = False
        """True if the images of the input are as high as wide."""

    def begin(self, _model: nn.Module, inputs: tuple[object, ...], named: dict[str, object]) -> None:
        """Resets the state for a new pass."""
        self.seen.clear()
        self.square = is_square((*inputs, *named.values()))


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Puts the model in eval mode without gradients; restores every flag at the end."""
    before = [(module, module.training) for module in model.modules()]
    try:
        _set_training([(module, False) for module, _ in before])
        with torch.no_grad():
            yield
    finally:
        _set_training(before)


@contextmanager
def intervene(model: nn.Module, changes: Mapping[str, Change]) -> Iterator[None]:
    """Replaces the output of each layer by `changes[layer](output)` in every `model(...)` inside the context.

    Nothing else changes: mode, gradients and weights stay. Maps are passed as (B,C,H,W), and converted back if the
    layer returns (B,H,W,C). Raises LayerNotFoundError on entry; ValueError from the call if a layer does not run,
    TypeError if its output has no floating-point tensor.
    """
    modules = {layer: module_of(model, layer) for layer in changes}
    forward = _Forward()
    with ExitStack() as undo:
        undo.callback(model.register_forward_pre_hook(forward.begin, with_kwargs=True).remove)
        for layer, module in modules.items():
            undo.callback(module.register_forward_hook(_changing(layer, changes[layer], forward)).remove)
        undo.callback(
            model.register_forward_hook(lambda *_: _check_all_ran(list(changes), forward.seen)).remove
        )
        yield


def _changing(layer: str, change: Change, forward: _Forward) -> Callable[..., Any]:
    def hook(module: nn.Module, _inputs: object, output: object) -> Any:
        forward.seen.add(layer)

        def changed(tensor: Tensor) -> Tensor:
            new = change(channels_first(module, tensor, forward.square))
            return new.permute(0, 2, 3, 1) if has_channels_last(module, tensor, forward.square) else new

        return with_tensor(layer, output, changed)

    return hook


def _hook(layer: str, handle: Handle, forward: _Forward, gradients: bool) -> Callable[..., None]:
    def hook(module: nn.Module, _inputs: object, output: object) -> None:
        if layer in forward.seen:
            raise ValueError(
                f"layer {layer!r} runs more than once in one forward pass, so it has no single output; "
                "choose the layer before or after it"
            )
        forward.seen.add(layer)
        tensor = channels_first(module, output_tensor(layer, output), forward.square)
        handle(layer, tensor if gradients else tensor.detach())

    return hook


def _check_all_ran(layers: Sequence[str], seen: set[str]) -> None:
    for layer in layers:
        if layer not in seen:
            raise ValueError(
                f"layer {layer!r} did not run in the forward pass, so it has no output; "
                "choose the layer that contains it, or a later one"
            )


# Flags are set one by one: a model may override `train()` and `eval()` (to merge adapters, to freeze layers), and
# the effects of these could not be undone.
def _set_training(flags: list[tuple[nn.Module, bool]]) -> None:
    for module, training in flags:
        module.training = training


def output_shapes(model: nn.Module, layers: Sequence[str], inputs: Tensor) -> dict[str, tuple[int, ...]]:
    """The shape of each layer's output for `inputs`, without the batch axis: (C, H, W), (T, C) or (C,)."""
    shapes: dict[str, tuple[int, ...]] = {}
    with capture(model, layers, lambda layer, output: shapes.update({layer: tuple(output.shape[1:])})):
        model(inputs)
    return shapes
