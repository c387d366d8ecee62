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
from semanticlens_widgets.layers.latents.latents import Latents
from semanticlens_widgets.layers.latents.named import base_of

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
    (B,T,C) or (B,C), in whatever order of axes the layer returns them (see `decide_layouts`), and latents at the places
    of what they are made of; `stable=True` refuses layers whose output for a sample depends on chance or on the rest of
    the batch. `handle` runs inside the layer's hook: a later in-place operation may overwrite the output, so keep what
    is computed from it rather than the tensor itself. Errors of `handle` propagate from the call of the model. Raises
    LayerNotFoundError on entry; ValueError from the call if a layer does not run or runs more than once, or its axes
    cannot be told; TypeError from the call if its output has no floating-point tensor.
    """
    for layer in layers:
        if isinstance(layer, Latents):
            layer.check_encodes()
    forward = _Forward(layers, stable)
    hooks = [(module_of(model, base_of(layer)), _hook(layer, handle, forward, gradients)) for layer in layers]
    with evaluating(model), torch.set_grad_enabled(gradients), _hooked(model, forward, hooks):
        yield


class _Forward:
    """State of the current forward pass."""

    def __init__(self, layers: Sequence[str], stable: bool = False) -> None:
        self.seen: set[str] = set()
        self.changes: dict[str, tuple[Tensor, Tensor]] = {}
        """Latents, before and after a change, that their `into` has not received yet."""
        self.unchecked = {layer for layer in layers if isinstance(layer, Latents)} if stable else set()
        self._layouts: dict[str, Layout] = {}
        self._layers, self._stable = layers, stable
        written = [layer.into for layer in layers if isinstance(layer, Latents)]
        self._bases = list(dict.fromkeys([*map(base_of, layers), *written]))
        self.key = next(_KEYS)

    def begin(self, model: nn.Module, inputs: tuple[object, ...], named: dict[str, object]) -> None:
        """Resets the state for a new pass; before the first one the layouts are decided."""
        if self._semanticlens_is_idle():
            return
        if not self._layouts.keys() >= set(self._bases):
            self._layouts = decide_layouts(model, self._bases, inputs, named, stable=self._stable)
        self.seen.clear()
        self.changes.clear()

    def layout(self, layer: str, output: Tensor) -> Layout:
        """The layout of a layer; raises ValueError if it could not be decided."""
        layer = base_of(layer)
        if layer not in self._layouts:
            raise undecided(layer, output.shape)
        return self._layouts[layer]

    def end(self, model: nn.Module, *_: object) -> None:
        """Raises ValueError for a layer that did not run."""
        for layer in () if self._semanticlens_is_idle() else self._layers:
            if isinstance(layer, Latents) and layer in self.changes:
                raise ValueError(
                    f"layer {layer.into!r} must run after {layer.layer!r}, whose latents it receives"
                )
            if layer not in self.seen:
                raise ValueError(
                    f"layer {base_of(layer)!r} did not run in the forward pass, so it has no output; "
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
    back. Of latents the model receives what the change makes of their decoded sum, and keeps what that had missed:
    output + decode(changed) - decode(latents). Only passes of this thread are changed. Raises LayerNotFoundError on
    entry, ValueError there for latents without decode; ValueError from the call if a layer does not run, TypeError if
    its output has no floating-point tensor.
    """
    forward = _Forward(list(changes))
    hooks = []
    for layer, change in changes.items():
        if isinstance(layer, Latents):
            layer.check_decodes()
            hooks.append((module_of(model, layer.layer), _reading(layer, change, forward)))
            hooks.append((module_of(model, layer.into), _writing(layer, forward)))
        else:
            hooks.append((module_of(model, layer), _changing(layer, change, forward)))
    with _hooked(model, forward, hooks):
        yield


@contextmanager
def _hooked(model: nn.Module, forward: "_Forward", hooks: Sequence[tuple[nn.Module, Any]]) -> Iterator[None]:
    """Hooks in place; only while they are set and removed do other threads wait, whose passes they leave alone."""
    undo = ExitStack()
    with alone_with(model):
        undo.callback(model.register_forward_pre_hook(forward.begin, with_kwargs=True).remove)
        for module, hook in hooks:
            hook._semanticlens_is_idle = forward._semanticlens_is_idle
            undo.callback(module.register_forward_hook(hook).remove)
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


def _reading(latents: Latents, change: Change, forward: _Forward) -> Callable[..., None]:
    """Hook of the layer that latents are made of; keeps them, before and after the change, for `_writing`."""

    def hook(module: nn.Module, _inputs: object, output: object) -> None:
        if forward._semanticlens_is_idle():
            return
        forward.seen.add(latents)
        tensor = output_tensor(latents.layer, output, module)
        found = latents.encoded(forward.layout(latents, tensor).standard(tensor))
        # A tensor of its own, so that gradients by it are those of the changed part alone.
        forward.changes[latents] = (found, change(found.view_as(found)))

    return hook


def _writing(latents: Latents, forward: _Forward) -> Callable[..., Any]:
    """Hook of the layer that latents are decoded into."""

    def hook(module: nn.Module, _inputs: object, output: object) -> Any:
        if forward._semanticlens_is_idle() or latents not in forward.changes:
            return output
        before, after = forward.changes.pop(latents)

        def changed(tensor: Tensor) -> Tensor:
            layout = forward.layout(latents.into, tensor)
            standard = layout.standard(tensor)
            difference = latents.decoded(after, standard) - latents.decoded(before, standard)
            return layout.original(standard + difference.to(standard.dtype))

        return with_tensor(latents.into, output, changed, module)

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
        tensor = output_tensor(base_of(layer), output, module)
        tensor = forward.layout(layer, tensor).standard(tensor)
        if isinstance(layer, Latents):
            tensor = layer.encoded(tensor, check=layer in forward.unchecked)
            forward.unchecked.discard(layer)
        handle(layer, tensor if gradients else tensor.detach())

    return hook


def output_shapes(model: nn.Module, layers: Sequence[str], inputs: Tensor) -> dict[str, tuple[int, ...]]:
    """The shape of each layer's output for `inputs`, without the batch axis: (C, H, W), (T, C) or (C,)."""
    shapes: dict[str, tuple[int, ...]] = {}
    with capture(model, layers, lambda layer, output: shapes.update({layer: tuple(output.shape[1:])})):
        model(inputs)
    return shapes
