"""Edges: amounts that the components of one layer add to the score of a component of a later layer."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets.attribution._maps import activations, check_components
from semanticlens_widgets.attribution.gradients.model_state import differentiable, explained_backward
from semanticlens_widgets.attribution.gradients.trace import run
from semanticlens_widgets.layers import model_device
from semanticlens_widgets.tensors import check_output, component_sums, pool


def edges(
    model: nn.Module,
    pixels: Float[Tensor, "sample channel height width"],
    below: str,
    layer: str,
    component: int,
    *,
    pooling: str = "max",
    sign: str = "positive",
) -> Float[Tensor, "sample component"]:
    """a_j d a_k / d a_j of every component j of layer `below`, summed over its cells; float32 on the CPU.

    a_k is the score of row `component` of `layer`, pooled by `pooling`; row n + c of a layer with n components is "c-".
    Where only linear operations lie between the layers, a sample's edges sum to its score, less what biases add.
    `sign="both"` tells the halves of `below` apart. The model is used in eval mode and left as found.

    Raises LayerNotFoundError; ValueError for an unknown component and a layer that is not below.
    """
    return edges_to_each(model, pixels, below, layer, [component], pooling=pooling, sign=sign)[:, 0]


def edges_to_each(
    model: nn.Module,
    pixels: Float[Tensor, "sample channel height width"],
    below: str,
    layer: str,
    components: Sequence[int],
    *,
    pooling: str = "max",
    sign: str = "positive",
) -> Float[Tensor, "sample target component"]:
    """Like `edges`, to several components of `layer`: one forward pass, and a backward pass for each."""
    pixels = pixels.to(model_device(model))
    with differentiable(model):
        _, kept = run(model, pixels, [below, layer])
        check_output(below, kept[below], "max")
        lower, found = kept[below].detach(), []
        for component in components:
            score = _scores(kept[layer], layer, component, pooling).sum()
            gradient = _gradient(score, kept[below], below, layer)
            found.append(component_sums(lower * gradient, lower, sign).cpu())
    return torch.stack(found, 1)


def _scores(output: Tensor, layer: str, component: int, pooling: str) -> Float[Tensor, "sample 1"]:
    samples = torch.arange(len(output), device=output.device)
    components = torch.full_like(samples, component)
    check_components(layer, output, components)
    return pool(activations(output, samples, components).unsqueeze(2), pooling)


def _gradient(score: Tensor, lower: Tensor, below: str, layer: str) -> Tensor:
    with explained_backward():
        (found,) = (
            torch.autograd.grad(score, lower, allow_unused=True, retain_graph=True)
            if score.requires_grad
            else (None,)
        )
    if found is None:
        raise ValueError(
            f"layer {below!r} does not feed layer {layer!r}: it comes after it, or beside it; name a layer before it"
        )
    return found
