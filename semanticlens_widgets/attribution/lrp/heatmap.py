"""Relevance of the pixels for one component by layer-wise relevance propagation.

Source: concept relevance propagation, Achtibat et al., From attribution maps to human-understandable explanations
through concept relevance propagation, Nature Machine Intelligence 2023, doi 10.1038/s42256-023-00711-8.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from semanticlens_widgets.attribution._maps import activations, check_components
from semanticlens_widgets.attribution.gradients.to_pixels import unreached
from semanticlens_widgets.attribution.lrp.conservation import check_conserved
from semanticlens_widgets.attribution.lrp.pixels import PixelFunctions, is_pixels, mark
from semanticlens_widgets.attribution.lrp.rules import prepared
from semanticlens_widgets.layers import capture, module_of


def lrp_heatmap(
    model: nn.Module,
    pixels: Float[Tensor, "sample channel height width"],
    layer: str,
    components: Int[Tensor, " sample"],
) -> Float[Tensor, "sample height width"]:
    """The amount that each pixel adds to the positive activations of one component a sample, summed over the channels.

    For a negative half these are the negative activations, and pixels that add to them count as positive. The rules
    are those of `lrp.rules`; the first layer shares equally among the pixels that each of its outputs sees. With the
    shares of biases the map sums to the activations; a map that is off by more than 5 % draws a warning, one outside
    0.2 to 5 x a ValueError.
    """
    leaf = mark(pixels.detach().clone().requires_grad_())
    kept: list[Tensor] = []
    with prepared(model, pixels, module_of(model, layer)):
        functions = PixelFunctions()
        keep = capture(model, [layer], lambda _, output: kept.append(output.clone()), gradients=True)
        with keep, functions:
            model(leaf.clone())
        [output] = kept
        check_components(layer, output, components)
        cells = activations(output, torch.arange(len(pixels), device=pixels.device), components)
        positive = cells.detach().clamp(min=0)
        if not cells.requires_grad:
            raise unreached(layer)
        # Relevance is a multiple of the value, and in front of the first layer the gradient itself.
        start = positive if is_pixels(output) else (positive > 0).to(positive)
        leaves = functions.shifts.leaves
        found, *shares = torch.autograd.grad(cells, [leaf, *leaves], start, allow_unused=True)
    if found is None:
        raise unreached(layer)
    whole = float(positive.sum(dtype=torch.float64))
    rest = sum(float(share) for share in shares if share is not None)
    if whole:
        check_conserved(
            {layer: (float(found.sum(dtype=torch.float64)) + rest) / whole}, "positive activations"
        )
    return found.sum(1)
