"""Gradients from the activations of a component down to the pixels of the input."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets.layers import capture


def output_of(model: nn.Module, pixels: Float[Tensor, "sample channel height width"], layer: str) -> Tensor:
    """The output of a layer, with the graph that leads to the pixels."""
    outputs: list[Tensor] = []
    # Later operations may overwrite the output in place, and the model its input, which a leaf does not allow.
    with capture(model, [layer], lambda _, output: outputs.append(output.clone()), gradients=True):
        model(pixels.clone())
    return outputs[0]


def gradient_of(
    values: Tensor, weights: Tensor, pixels: Float[Tensor, "sample channel height width"], layer: str
) -> Float[Tensor, "sample channel height width"]:
    """The gradient of the weighted sum of values by the pixels; raises ValueError when it does not reach them."""
    gradient = None
    if values.requires_grad:
        gradient = torch.autograd.grad(values, pixels, weights, allow_unused=True)[0]
    if gradient is None:
        raise unreached(layer)
    return gradient


def unreached(layer: str) -> ValueError:
    """The error of a layer that no gradient leads from to the pixels."""
    return ValueError(
        f"no gradient reaches the pixels from layer {layer!r}: the model cuts it off (torch.no_grad, detach); "
        "use method='activation'"
    )
