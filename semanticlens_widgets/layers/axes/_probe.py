"""Layouts of a model's layers, found by running it on a few samples.

Two small batches tell the batch axis, and whether a sample's output depends on the others or on chance. Marks tell the
axis of the components; where operations dropped them, a larger input does, in which every place axis grows.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd

from semanticlens_widgets.layers._evaluating import evaluating
from semanticlens_widgets.layers._names import module_of
from semanticlens_widgets.layers._outputs import output_tensor
from semanticlens_widgets.layers.axes._layout import Layout, known_layout, remember_layouts
from semanticlens_widgets.layers.axes._marks import Mark, MarkAxes, mark_of
from semanticlens_widgets.layers.axes._probe_runs import Inputs, enlarged, probing, resized
from semanticlens_widgets.layers.axes._stability import check_stable

_MORE, _FEWER = 3, 2
"""Samples in the two batches."""


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
    return {
        layer: _layout(model, layer, known.get(layer), more.get(layer), fewer.get(layer), inputs, stable)
        for layer in layers
    }


def _layout(
    model: nn.Module,
    layer: str,
    known: Layout | None,
    more: _Seen | None,
    fewer: _Seen | None,
    inputs: Inputs,
    stable: bool,
) -> Layout:
    if more is None or fewer is None or more.output.ndim not in (2, 3, 4):
        # What does not run, and what has no scores, is refused where it is used.
        return known or Layout(components=1)
    layout = known or _decided(model, layer, more, fewer, inputs)
    _check_batch(layer, layout, more.output, fewer.output)
    if stable:
        again = lambda: layout.standard(_look(model, [layer], resized(inputs, _FEWER))[layer].output)  # noqa: E731
        first, second = (layout.standard(seen.output) for seen in (more, fewer))
        check_stable(f"layer {layer!r}", first[:_FEWER], second, again)
    return layout


def _decided(model: nn.Module, layer: str, more: _Seen, fewer: _Seen, inputs: Inputs) -> Layout:
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
        larger = _look(model, [layer], enlarged(resized(inputs, _FEWER)))[layer].output
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
            tensor = output_tensor(layer, output, module_of(model, layer))
        except TypeError:
            return
        seen.setdefault(layer, _Seen(tensor.detach().clone(), mark_of(tensor)))

    with ExitStack() as undo:
        for layer in layers:
            hook = lambda _module, _inputs, output, layer=layer: keep(layer, output)  # noqa: E731
            undo.callback(module_of(model, layer).register_forward_hook(hook).remove)
        with probing(), evaluating(model), MarkAxes():
            model(*inputs[0], **inputs[1])
    return seen
