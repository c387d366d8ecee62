"""Layouts of a model's layers, found by running it on a few samples.

Two small batches tell the batch axis, and whether a sample's output depends on the others or on chance. Marks tell the
axis of the components; where operations dropped them, a larger input does, in which every place axis grows.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd

from semanticlens_widgets.layers._axis_marks import Mark, MarkAxes, mark_of
from semanticlens_widgets.layers._evaluating import evaluating
from semanticlens_widgets.layers._layout import Layout, known_layout, remember_layouts
from semanticlens_widgets.layers._names import module_of
from semanticlens_widgets.layers._outputs import output_tensor
from semanticlens_widgets.layers._stability import check_stable

_MORE, _FEWER = 3, 2
"""Samples in the two batches."""

_PROBING: ContextVar[bool] = ContextVar("semanticlens_probing", default=False)

_SEEDS = itertools.count()

Inputs = tuple[tuple[object, ...], dict[str, object]]


def is_probing() -> bool:
    """True while a model runs to find its layouts, when hooks keep and change nothing."""
    return _PROBING.get()


def decide_layouts(
    model: nn.Module,
    layers: Sequence[str],
    positional: tuple[object, ...],
    named: dict[str, object],
    *,
    stable: bool = False,
) -> dict[str, Layout]:
    """The layout of each layer, decided once a model; a layer without one is missing.

    The inputs are those of the forward pass that follows. Raises ValueError for a layer whose batch axis or components
    cannot be told; with `stable=True` also for one whose output for a sample depends on chance or on the batch.
    """
    found = {layer: layout for layer in layers if (layout := known_layout(model, layer))}
    for layer in layers:
        if layer not in found and isinstance(module_of(model, layer), _ConvNd | _BatchNorm):
            found[layer] = Layout(components=1)
    if stable or len(found) < len(layers):
        found.update(_probed(model, layers, found, (positional, named), stable))
    remember_layouts(model, found)
    return found


def undecided(layer: str, shape: Sequence[int]) -> ValueError:
    """The error of a layer whose axes cannot be told."""
    return ValueError(
        f"layer {layer!r} gives shape {tuple(shape)}, and the axis of its components cannot be told from the model; "
        f"name it: layers={{{layer!r}: slw.Layout(components=-1)}}, or choose another layer"
    )


@dataclass(frozen=True, eq=False)
class _Seen:
    """The output of a layer, and its mark."""

    output: Tensor
    mark: Mark | None


def _probed(
    model: nn.Module, layers: Sequence[str], known: Mapping[str, Layout], inputs: Inputs, stable: bool
) -> dict[str, Layout]:
    try:
        more, fewer = (_look(model, layers, resized(inputs, n)) for n in (_MORE, _FEWER))
    except Exception:  # noqa: BLE001 (whatever a foreign model raises)
        # The forward pass that follows says what is wrong; a model of one fixed batch size goes on by types alone.
        return {}
    found: dict[str, Layout] = {}
    for layer in layers:
        if layer not in more or layer not in fewer or more[layer].output.ndim not in (2, 3, 4):
            # What does not run, and what has no scores, is refused where it is used.
            found[layer] = known.get(layer, Layout(components=1))
            continue
        layout = known.get(layer) or _layout(model, layer, more[layer], fewer[layer], inputs)
        _check_batch(layer, layout, more[layer].output, fewer[layer].output)
        if stable:
            pair = [layout.standard(seen[layer].output) for seen in (more, fewer)]
            check_stable(
                f"layer {layer!r}",
                pair[0][:_FEWER],
                pair[1],
                lambda layer=layer, layout=layout: layout.standard(
                    _look(model, [layer], resized(inputs, _FEWER))[layer].output
                ),
            )
        found[layer] = layout
    return found


def _layout(model: nn.Module, layer: str, more: _Seen, fewer: _Seen, inputs: Inputs) -> Layout:
    shape = more.output.shape
    axes = [a for a, n in enumerate(shape) if n == _MORE and fewer.output.shape[a] == _FEWER]
    if len(axes) != 1:
        raise ValueError(_without_batch(layer, shape))
    [batch] = axes
    if len(shape) == 2:
        return Layout(components=1 - batch, batch=batch)
    components = None if more.mark is None else more.mark.axis
    if components is None or components == batch:
        components = _unchanged_axis(model, layer, fewer.output, batch, inputs)
    if components is None:
        raise undecided(layer, shape)
    return Layout(components, batch, more.mark is None or more.mark.in_order is not False)


def _check_batch(layer: str, layout: Layout, more: Tensor, fewer: Tensor) -> None:
    for axis in (layout.batch, layout.components):
        if not -more.ndim <= axis < more.ndim:
            raise ValueError(f"layer {layer!r} gives shape {tuple(more.shape)}, which has no axis {axis}")
    if (more.shape[layout.batch], fewer.shape[layout.batch]) != (_MORE, _FEWER):
        raise ValueError(_without_batch(layer, more.shape))


def _without_batch(layer: str, shape: Sequence[int]) -> str:
    return (
        f"layer {layer!r} gives shape {tuple(shape)} for {_MORE} samples; "
        "one axis must be the samples, choose another layer"
    )


def _unchanged_axis(model: nn.Module, layer: str, output: Tensor, batch: int, inputs: Inputs) -> int | None:
    """The only axis, beside the batch, that stays as long when images are twice as high and wide."""
    try:
        larger = _look(model, [layer], _enlarged(resized(inputs, _FEWER)))[layer].output
    except Exception:  # noqa: BLE001 (whatever a foreign model raises)
        return None
    if larger.ndim != output.ndim:
        return None
    axes = [a for a in range(output.ndim) if a != batch and larger.shape[a] == output.shape[a]]
    return axes[0] if len(axes) == 1 else None


def _look(model: nn.Module, layers: Sequence[str], inputs: Inputs) -> dict[str, _Seen]:
    """The outputs of the layers that run, copied before anything can overwrite them."""
    seen: dict[str, _Seen] = {}

    def keep(layer: str, output: object) -> None:
        try:
            tensor = output_tensor(layer, output)
        except TypeError:
            return
        seen.setdefault(layer, _Seen(tensor.detach().clone(), mark_of(tensor)))

    hooks = [
        module_of(model, layer).register_forward_hook(lambda _m, _i, output, layer=layer: keep(layer, output))
        for layer in layers
    ]
    try:
        with probing(), evaluating(model), MarkAxes():
            model(*inputs[0], **inputs[1])
    finally:
        for hook in hooks:
            hook.remove()
    return seen


@contextmanager
def probing() -> Iterator[None]:
    before = _PROBING.set(True)
    try:
        cuda = [torch.cuda.current_device()] if torch.cuda.is_initialized() else []
        with torch.random.fork_rng(cuda):
            # Runs draw other numbers, so that outputs which depend on chance differ.
            torch.manual_seed(next(_SEEDS))
            yield
    finally:
        _PROBING.reset(before)


def resized(inputs: Inputs, n: int) -> Inputs:
    """The inputs with `n` samples; if there are fewer, others are made of them by shifts along the last axis."""
    size = next((len(part) for part in _parts(inputs) if isinstance(part, Tensor) and part.ndim > 1), 0)

    def sized(part: Any) -> Any:
        if not isinstance(part, Tensor) or part.ndim < 1 or len(part) != size:
            return part
        rows = [
            part[row % size].roll(row // size, -1) if part.ndim > 1 else part[row % size] for row in range(n)
        ]
        return torch.stack(rows)

    return _each(inputs, sized)


def _enlarged(inputs: Inputs) -> Inputs:
    def larger(part: Any) -> Any:
        is_images = isinstance(part, Tensor) and part.ndim == 4 and part.is_floating_point()
        return nn.functional.interpolate(part, scale_factor=2) if is_images else part

    return _each(inputs, larger)


def _each(inputs: Inputs, change: Any) -> Inputs:
    positional, named = inputs
    return tuple(change(part) for part in positional), {name: change(part) for name, part in named.items()}


def _parts(inputs: Inputs) -> list[object]:
    return [*inputs[0], *inputs[1].values()]
