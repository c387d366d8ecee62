"""Recording and changing layer outputs during a forward pass; the model is restored afterwards."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

import torch
from torch import Tensor, nn

from semanticlens_widgets.layers._evaluating import alone_with, evaluating
from semanticlens_widgets.layers._names import module_of
from semanticlens_widgets.layers._outputs import output_tensor, with_tensor
from semanticlens_widgets.layers._process import as_written
from semanticlens_widgets.layers.axes._layout import Layout
from semanticlens_widgets.layers.axes._probe import decide_layouts, undecided
from semanticlens_widgets.layers.axes._probe_runs import is_probing

_OPEN: ContextVar[tuple[int, ...]] = ContextVar("semanticlens_open", default=())
"""Keys of the contexts that are open in this thread; hooks of others do nothing."""
_KEYS = itertools.count()

Handle = Callable[[str, Tensor], None]
Change = Callable[[Tensor], Tensor]


@contextmanager
def capture(
    model: nn.Module, layers: Sequence[str], handle: Handle, *, gradients: bool = False, stable: bool = False
) -> Iterator[None]:
    """Calls `handle(layer, output)` for each layer in every `model(...)` inside the context.

    Inside, the model is in eval mode and without gradients; it is restored exactly, also after an error. With
    `gradients=True` gradients are recorded and the output is part of their graph. Outputs are passed as (B,C,H,W),
    (B,T,C) or (B,C), in whatever order of axes the layer returns them (see `decide_layouts`); `stable=True` refuses
    layers whose output for a sample depends on chance or on the rest of the batch. `handle` runs inside the layer's
    hook: a later in-place operation may overwrite the output, so keep what is computed from it rather than the tensor
    itself. Errors of `handle` propagate from the call of the model. Raises LayerNotFoundError on entry; ValueError
    from the call if a layer does not run or runs more than once, or its axes cannot be told; TypeError from the call
    if its output has no floating-point tensor.
    """
    modules = {layer: module_of(model, layer) for layer in layers}
    forward = _Forward(layers, stable)
    hooks = {layer: _hook(layer, handle, forward, gradients) for layer in modules}
    with (
        evaluating(model),
        torch.set_grad_enabled(gradients),
        _hooked(model, forward, modules, hooks),
    ):
        yield


class _Forward:
    """State of the current forward pass."""

    def __init__(self, layers: Sequence[str], stable: bool = False) -> None:
        self.seen: set[str] = set()
        self._layouts: dict[str, Layout] = {}
        self._layers, self._stable = layers, stable
        self.key = next(_KEYS)

    def begin(self, model: nn.Module, inputs: tuple[object, ...], named: dict[str, object]) -> None:
        """Resets the state for a new pass; before the first one the layouts are decided."""
        if self._semanticlens_is_idle():
            return
        if not self._layouts.keys() >= set(self._layers):
            self._layouts = decide_layouts(model, self._layers, inputs, named, stable=self._stable)
        self.seen.clear()

    def layout(self, layer: str, output: Tensor) -> Layout:
        """The layout of a layer; raises ValueError if it could not be decided."""
        if layer not in self._layouts:
            raise undecided(layer, output.shape)
        return self._layouts[layer]

    def end(self, model: nn.Module, *_: object) -> None:
        """Raises ValueError for a layer that did not run."""
        for layer in () if self._semanticlens_is_idle() else self._layers:
            if layer not in self.seen:
                raise ValueError(
                    f"layer {layer!r} did not run in the forward pass, so it has no output; "
                    + (
                        "pass the module before it was exported or traced to a graph"
                        if isinstance(model, torch.fx.GraphModule)
                        else "choose the layer that contains it, or a later one"
                    )
                )

    def _semanticlens_is_idle(self) -> bool:
        """True while hooks keep and change nothing: in a probe, and in other threads, whose passes are their own."""
        return is_probing() or self.key not in _OPEN.get()


@contextmanager
def intervene(model: nn.Module, changes: Mapping[str, Change]) -> Iterator[None]:
    """Replaces the output of each layer by `changes[layer](output)` in every `model(...)` inside the context.

    Nothing else changes: mode, gradients and weights stay. Outputs are passed as in `capture`, and converted
    back. Only passes of this thread are changed. Raises LayerNotFoundError on entry; ValueError from the call if a
    layer does not run, TypeError if its output has no floating-point tensor.
    """
    modules = {layer: module_of(model, layer) for layer in changes}
    forward = _Forward(list(changes))
    hooks = {layer: _changing(layer, changes[layer], forward) for layer in changes}
    with _hooked(model, forward, modules, hooks):
        yield


@contextmanager
def _hooked(
    model: nn.Module, forward: "_Forward", modules: Mapping[str, nn.Module], hooks: Mapping[str, Any]
) -> Iterator[None]:
    """Hooks in place; only while they are set and removed do other threads wait, whose passes they leave alone."""
    undo = ExitStack()
    with alone_with(model):
        undo.callback(model.register_forward_pre_hook(forward.begin, with_kwargs=True).remove)
        for layer, module in modules.items():
            hooks[layer]._semanticlens_is_idle = forward._semanticlens_is_idle
            undo.callback(module.register_forward_hook(hooks[layer]).remove)
        undo.callback(model.register_forward_hook(forward.end).remove)
    token = _OPEN.set((*_OPEN.get(), forward.key))
    try:
        with as_written():
            yield
    finally:
        _OPEN.reset(token)
        with alone_with(model):
            undo.close()


def _changing(layer: str, change: Change, forward: _Forward) -> Callable[..., Any]:
    def hook(module: nn.Module, _inputs: object, output: object) -> Any:
        if forward._semanticlens_is_idle():
            return output
        forward.seen.add(layer)

        def changed(tensor: Tensor) -> Tensor:
            layout = forward.layout(layer, tensor)
            return layout.original(change(layout.standard(tensor)))

        return with_tensor(layer, output, changed, module)

    return hook


def _hook(layer: str, handle: Handle, forward: _Forward, gradients: bool) -> Callable[..., None]:
    def hook(module: nn.Module, _inputs: object, output: object) -> None:
        if forward._semanticlens_is_idle():
            return
        if layer in forward.seen:
            raise ValueError(
                f"layer {layer!r} runs more than once in one forward pass, so it has no single output; "
                "choose the layer before or after it"
            )
        forward.seen.add(layer)
        tensor = output_tensor(layer, output, module)
        tensor = forward.layout(layer, tensor).standard(tensor)
        handle(layer, tensor if gradients else tensor.detach())

    return hook


def output_shapes(model: nn.Module, layers: Sequence[str], inputs: Tensor) -> dict[str, tuple[int, ...]]:
    """The shape of each layer's output for `inputs`, without the batch axis: (C, H, W), (T, C) or (C,)."""
    shapes: dict[str, tuple[int, ...]] = {}
    with capture(model, layers, lambda layer, output: shapes.update({layer: tuple(output.shape[1:])})):
        model(inputs)
    return shapes
