"""Relevance of the pixels for one component by layer-wise relevance propagation.

Source: concept relevance propagation, Achtibat et al., From attribution maps to human-understandable explanations
through concept relevance propagation, Nature Machine Intelligence 2023, doi 10.1038/s42256-023-00711-8; the rules are
zennit's EpsilonPlusFlat (Anders et al., arXiv 2106.13200).
"""

from contextlib import AbstractContextManager
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from semanticlens_widgets.attribution._extra import extra
from semanticlens_widgets.attribution._maps import activations, check_components, signs
from semanticlens_widgets.attribution.gradients.to_pixels import gradient_of, output_of


def lrp_heatmap(
    model: nn.Module,
    pixels: Float[Tensor, "sample channel height width"],
    layer: str,
    components: Int[Tensor, " sample"],
) -> Float[Tensor, "sample height width"]:
    """The amount that each pixel adds to the positive activations of one component a sample, summed over the channels.

    For a negative half these are the negative activations, and pixels that add to them count as positive.
    """
    samples = torch.arange(len(pixels), device=pixels.device)
    # Canonizing merges batch norms into the layers before them and so changes their outputs: these are the real ones.
    plain = output_of(model, pixels, layer).detach()
    check_components(layer, plain, components)
    positive = activations(plain, samples, components).clamp(min=0)
    leaf = pixels.detach().requires_grad_()
    with _rules(model):
        cells = activations(output_of(model, leaf, layer), samples, components)
        relevance = gradient_of(cells, positive, leaf, layer).sum(1)
    return relevance * signs(plain, components)[:, None, None]


def _rules(model: nn.Module) -> AbstractContextManager[Any]:
    # It merges the batch norms of any model, and splits the sums of torchvision's ResNets.
    canonizer = extra("zennit.torchvision", "lrp").ResNetCanonizer()
    return extra("zennit.composites", "lrp").EpsilonPlusFlat(canonizers=[canonizer]).context(model)
