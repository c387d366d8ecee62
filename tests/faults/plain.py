"""Plain, slow computations that a lens is compared with: one sample at a time, the axis of components known."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from tests.faults.zoo import Architecture


def tensor_of(output: Any) -> Tensor:
    """The first floating-point tensor of a module's output; the module tables name layers where that is meant."""
    if isinstance(output, Tensor):
        return output
    parts = list(output.values()) if hasattr(output, "values") else list(output)
    return tensor_of(parts[0])


def cells(output: Tensor, layout: str) -> Tensor:
    """(place, component) of one sample, from its output in a layout."""
    if layout == "map":
        return output[0].flatten(1).T
    if layout == "last":
        return output[0].flatten(0, 1)
    if layout == "sequence":
        return output[0].T
    return output[:, 0] if layout == "first" else output[0].reshape(-1, output.shape[-1])


def outputs_at(model: nn.Module, layer: str, pixels: Tensor) -> Tensor:
    """The layer's output for one sample, copied before anything can overwrite it."""
    kept: list[Tensor] = []
    hook = model.get_submodule(layer).register_forward_hook(
        lambda _module, _inputs, output: kept.append(tensor_of(output).detach().clone())
    )
    with torch.no_grad():
        model(pixels[None])
    hook.remove()
    return kept[0]


def scores(architecture: Architecture, model: nn.Module, layer: str, batch: Tensor) -> Tensor:
    """(sample, component): the maximum over the places."""
    layout = architecture.layout(layer)
    return torch.stack([cells(outputs_at(model, layer, pixels), layout).amax(0) for pixels in batch])


def positive_sums(architecture: Architecture, model: nn.Module, layer: str, batch: Tensor) -> Tensor:
    """(sample, component): the positive activations, summed over the places."""
    layout = architecture.layout(layer)
    outputs = [cells(outputs_at(model, layer, pixels), layout) for pixels in batch]
    return torch.stack([output.double().clamp(min=0).sum(0) for output in outputs])


def relevance(
    architecture: Architecture, model: nn.Module, layer: str, batch: Tensor, targets: list[int]
) -> Tensor:
    """(sample, component): activation x gradient of the target's output, summed over the places."""
    rows = zip(batch, targets, strict=True)
    return torch.stack([_relevance(architecture, model, layer, pixels, target) for pixels, target in rows])


def _relevance(
    architecture: Architecture, model: nn.Module, layer: str, pixels: Tensor, target: int
) -> Tensor:
    kept: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: object, output: Any) -> Any:
        own = tensor_of(output)
        own.retain_grad()
        kept.append(own)
        return replaced(output, own.clone())

    hook = model.get_submodule(layer).register_forward_hook(keep)
    with torch.enable_grad():
        architecture.logits(model(pixels[None].clone().requires_grad_()))[0, target].backward()
    hook.remove()
    gradient = kept[0].grad
    assert gradient is not None
    product = kept[0].detach() * gradient
    return cells(product, architecture.layout(layer)).sum(0)


def ablated(
    architecture: Architecture, model: nn.Module, layer: str, batch: Tensor, components: list[int]
) -> list[int]:
    """The highest output of every sample with zeros in the place of some components."""
    with scaled(architecture, model, layer, dict.fromkeys(components, 0.0)):
        return predictions(architecture, model, batch)


@contextmanager
def scaled(
    architecture: Architecture, model: nn.Module, layer: str, factors: Mapping[int, float]
) -> Iterator[None]:
    """The model with some components of the layer's output multiplied."""
    axis = {"map": 1, "sequence": 1}.get(architecture.layout(layer), -1)

    def scale(_module: nn.Module, _inputs: object, output: Any) -> Any:
        own = tensor_of(output).clone()
        for component, factor in factors.items():
            own.select(axis, component).mul_(factor)
        return replaced(output, own)

    hook = model.get_submodule(layer).register_forward_hook(scale)
    try:
        yield
    finally:
        hook.remove()


def logits_of(architecture: Architecture, model: nn.Module, pixels: Tensor) -> Tensor:
    """The outputs for one sample."""
    with torch.no_grad():
        return architecture.logits(model(pixels[None]))[0].float()


def edges(
    architecture: Architecture, model: nn.Module, source: str, target: str, pixels: Tensor, component: int
) -> Tensor:
    """(component of the source,): its activations x gradient of the score of a component of the target, summed."""
    kept: dict[str, Tensor] = {}

    def keep(layer: str, _module: nn.Module, _inputs: object, output: Any) -> Any:
        kept[layer] = tensor_of(output)
        kept[layer].retain_grad()
        return replaced(output, kept[layer].clone())

    hooks = [
        model.get_submodule(layer).register_forward_hook(partial(keep, layer)) for layer in (source, target)
    ]
    with torch.enable_grad():
        model(pixels[None].clone().requires_grad_())
        cells(kept[target], architecture.layout(target))[:, component].amax().backward()
    for hook in hooks:
        hook.remove()
    gradient = kept[source].grad
    assert gradient is not None
    return cells(kept[source].detach() * gradient, architecture.layout(source)).sum(0)


def predictions(architecture: Architecture, model: nn.Module, batch: Tensor) -> list[int]:
    """The highest output of every sample; of a single one, 1 above 0."""
    with torch.no_grad():
        outputs = [architecture.logits(model(pixels[None]))[0] for pixels in batch]
        # A single output says yes or no.
        return [int(own.argmax()) if len(own) > 1 else int(own[0] > 0) for own in outputs]


def heatmap(
    architecture: Architecture, model: nn.Module, layer: str, pixels: Tensor, component: int
) -> Tensor:
    """The raw activations of a component where they lie on the image, enlarged; negative ones count 0; maximum 1."""
    output = outputs_at(model, layer, pixels)
    layout = architecture.layout(layer)
    if layout == "map":
        places = output[0, component]
    elif layout == "last":
        places = output[0, :, :, component]
    else:
        column = cells(output, layout)[architecture.prefix :, component]
        rows = round((len(column) * pixels.shape[1] / pixels.shape[2]) ** 0.5)
        places = column.reshape(rows, -1)
    enlarged = nn.functional.interpolate(places[None, None], pixels.shape[1:], mode="bilinear")[0, 0].clamp(
        min=0
    )
    return enlarged / enlarged.max() if enlarged.any() else enlarged


def replaced(output: Any, tensor: Tensor) -> Any:
    """The output of a module with another first tensor."""
    if isinstance(output, Tensor):
        return tensor
    if isinstance(output, tuple):
        return (replaced(output[0], tensor), *output[1:])
    first = next(iter(output))
    return type(output)({**output, first: tensor})


Compare = Callable[[Tensor, Tensor], str | None]


def difference(found: Tensor, expected: Tensor, tolerance: float) -> str | None:
    """The difference of the found values, as a share of the largest expected one; None within the tolerance."""
    if found.shape != expected.shape:
        return f"shape {tuple(found.shape)} instead of {tuple(expected.shape)}"
    scale = float(expected.abs().max()) or 1.0
    error = float((found.double() - expected.double()).abs().max()) / scale
    return None if error <= tolerance else f"off by {error:.2g} of the largest value {scale:.3g}"
