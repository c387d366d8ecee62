"""Heat maps of components at the resolution of the model's input."""

from collections.abc import Sequence
from typing import get_args

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets._choices import HeatmapMethod
from semanticlens_widgets.attribution._crops import blurred
from semanticlens_widgets.attribution._maps import (
    activations,
    check_components,
    component_maps,
    prefix_tokens,
    tokens_in_order,
)
from semanticlens_widgets.attribution.gradients.model_state import differentiable
from semanticlens_widgets.attribution.gradients.to_pixels import gradient_of, output_of
from semanticlens_widgets.attribution.lrp.heatmap import lrp_heatmap
from semanticlens_widgets.layers import capture, check_method, model_device, model_dtype
from semanticlens_widgets.tensors import pool

HEATMAPS = get_args(HeatmapMethod)


def heatmap(
    model: nn.Module,
    pixels: Float[Tensor, "sample channel height width"],
    layer: str,
    components: Sequence[int],
    method: str = "activation",
    *,
    pooling: str = "max",
) -> Float[Tensor, "sample height width"]:
    """The strength with which each pixel speaks for one component on each sample; float32 on the CPU.

    `components` names one row of the layer a sample; row n + c of a layer with n components is "c-", c
    with the sign reversed. "activation" is the component's activation map, up-sampled bilinearly (only tokens with
    a place); values below 0 speak against it. "gradient" is the size of d score / d pixel, summed over the channels and
    blurred, where `pooling` makes the score. "lrp" is the relevance of each pixel for the component's positive
    activations (see `lrp.heatmap`), up to biases. The model is used in eval mode and left as found, its weights'
    gradients too.

    Raises ValueError for an unknown component, for a layer without places ("activation"), and when no gradient
    reaches the pixels.
    """
    check_choice("method", method, HEATMAPS)
    check_method([layer], method, ("activation", "gradient"))
    if len(components) != len(pixels):
        raise ValueError(
            f"components must name one for each of the {len(pixels)} samples, not {len(components)}"
        )
    pixels = pixels.to(model_device(model), model_dtype(model))
    chosen = torch.tensor(list(components), dtype=torch.int64, device=pixels.device)
    with torch.inference_mode(False):
        pixels = pixels.clone()
        if method == "gradient":
            return _gradient(model, pixels, layer, chosen, pooling).float().cpu()
        found = _activation if method == "activation" else lrp_heatmap
        return found(model, pixels, layer, chosen).float().cpu()


def upsampled(
    maps: Float[Tensor, "map rows columns"], sides: tuple[int, int]
) -> Float[Tensor, "map height width"]:
    """Maps at the resolution of the input, bilinear."""
    return nn.functional.interpolate(
        maps.unsqueeze(1), size=sides, mode="bilinear", align_corners=False
    ).squeeze(1)


def _activation(
    model: nn.Module, pixels: Tensor, layer: str, components: Int[Tensor, " sample"]
) -> Float[Tensor, "sample height width"]:
    sides, samples = (pixels.shape[2], pixels.shape[3]), torch.arange(len(pixels), device=pixels.device)
    found: list[Tensor] = []

    def keep(_layer: str, output: Tensor) -> None:
        in_order = tokens_in_order(model, layer)
        maps = component_maps(layer, output, samples, components, sides, prefix_tokens(model), in_order)
        found.append(upsampled(maps, sides))

    with capture(model, [layer], keep):
        model(pixels)
    return found[0]


def _gradient(
    model: nn.Module, pixels: Tensor, layer: str, components: Int[Tensor, " sample"], pooling: str
) -> Float[Tensor, "sample height width"]:
    with differentiable(model):
        leaf = pixels.detach().requires_grad_()
        output = output_of(model, leaf, layer)
        check_components(layer, output, components)
        cells = activations(output, torch.arange(len(pixels), device=pixels.device), components)
        scores = pool(cells.unsqueeze(2), pooling)
        return blurred(gradient_of(scores, torch.ones_like(scores), leaf, layer).abs().sum(1))
