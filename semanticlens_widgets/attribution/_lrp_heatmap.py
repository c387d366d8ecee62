"""Layer-wise relevance propagation from one component to the pixels, through zennit.

Source: concept relevance propagation, Achtibat et al., From attribution maps to human-understandable explanations
through concept relevance propagation, Nature Machine Intelligence 2023, doi 10.1038/s42256-023-00711-8; the rules are
zennit's EpsilonPlusFlat (Anders et al., arXiv 2106.13200).
"""

from contextlib import AbstractContextManager
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from semanticlens_widgets.attribution._maps import activations, check_components, signs
from semanticlens_widgets.attribution._to_pixels import gradient_of, output_of


def lrp_heatmap(
    model: nn.Module,
    pixels: Float[Tensor, "sample channel height width"],
    layer: str,
    components: Int[Tensor, " sample"],
) -> Float[Tensor, "sample height width"]:
    """What each pixel adds to the positive activations of one component a sample, summed over the channels.

    For a half that is turned around these are the negative ones, and what adds to them counts as positive.
    """
    samples = torch.arange(len(pixels), device=pixels.device)
    # Canonizing merges batch norms into the layers before them, whose outputs are then others: these are the real ones.
    plain = output_of(model, pixels, layer).detach()
    check_components(layer, plain, components)
    positive = activations(plain, samples, components).clamp(min=0)
    leaf = pixels.detach().requires_grad_()
    with _rules(model):
        cells = activations(output_of(model, leaf, layer), samples, components)
        relevance = gradient_of(cells, positive, leaf, layer).sum(1)
    return relevance * signs(plain, components)[:, None, None]


def _rules(model: nn.Module) -> AbstractContextManager[Any]:
    try:
        from zennit.composites import EpsilonPlusFlat
        from zennit.torchvision import ResNetCanonizer
    except ImportError as error:
        raise ImportError(
            "method='lrp' needs zennit; install it with: pip install 'semanticlens-widgets[attribution]'"
        ) from error
    # It merges the batch norms of any model, and splits the sums of torchvision's ResNets.
    return EpsilonPlusFlat(canonizers=[ResNetCanonizer()]).context(model)
