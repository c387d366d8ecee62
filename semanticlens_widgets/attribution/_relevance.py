"""Relevance: the amount that every component adds to one output of the model, sample by sample."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets._choices import Sign
from semanticlens_widgets.attribution._paths import conductance, integrated_gradients
from semanticlens_widgets.attribution.gradients.targets import Targets, as_targets
from semanticlens_widgets.attribution.gradients.trace import Choose, Trace, trace
from semanticlens_widgets.attribution.lrp.rules import lrp
from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.layers import Output, check_method, check_output_choice, model_device
from semanticlens_widgets.tensors import check_output, component_sums


@dataclass(frozen=True, eq=False)
class Attributed:
    """Outputs and contributions of one batch, on the model's device."""

    outputs: Float[Tensor, "sample output"]
    targets: Int[Tensor, " sample"]
    activations: Mapping[str, Tensor]
    """Layer -> its output."""
    contributions: Mapping[str, Tensor]
    """Layer -> the amount that each cell adds to the target output, in the shape of the activations."""

    def relevance(self, layer: str, sign: str = "positive") -> Float[Tensor, "sample component"]:
        """The contributions of each component, summed over the cells; signed halves apart with `sign="both"`."""
        return component_sums(self.contributions[layer], self.activations[layer], sign)


def relevance(
    model: nn.Module,
    pixels: Float[Tensor, "sample channel height width"],
    layers: str | Sequence[str],
    targets: Targets,
    method: str = "gradient",
    *,
    sign: str = "positive",
    output: Output | None = None,
) -> dict[str, Float[Tensor, "sample component"]]:
    """Layer -> the amount that each of its components adds to output `targets[i]` of sample i; float32.

    "gradient" is activation x gradient, summed over the positions: one forward and one backward pass for all layers;
    for a global average pool and a linear head it is mean(a_k) W[y,k] exactly. "integrated_gradients" follows the
    layer's activations from those of an input of zeros (the mean colour, as most models are normalized): relevances sum
    to the difference of the outputs. "conductance" moves the input along that line. "lrp" is layer-wise relevance
    propagation (see `attribution.lrp`). The two before it need the extra `attribution`. `output` is the part of the
    model's output that holds the classes: a number, a name or a function (see `layers.output_rows`).

    The model is used in eval mode and left as found. Raises LayerNotFoundError; ValueError for an unknown
    output, a layer that the output does not depend on, and a model whose output has no gradient; ImportError without
    the extra; NonFiniteError for a relevance that is NaN or infinite.

    Source: Dreyer et al., Nature Machine Intelligence 2025, doi 10.1038/s42256-025-01084-w (activation x gradient).
    """
    layers = [layers] if isinstance(layers, str) else list(layers)
    check_choice("sign", sign, get_args(Sign))
    chosen = as_targets(targets, len(pixels))
    found = attribute(model, pixels, layers, lambda outputs: chosen, method, output)
    return {layer: found.relevance(layer, sign) for layer in layers}


def attribute(
    model: nn.Module,
    pixels: Tensor,
    layers: Sequence[str],
    choose: Choose,
    method: str = "gradient",
    output: Output | None = None,
) -> Attributed:
    """Like `relevance`, cell by cell; `choose` names the target of each sample from the outputs."""
    check_choice("method", method, METHODS)
    check_output_choice(output)
    check_method(layers, method)
    pixels = pixels.to(model_device(model))
    # LRP has a backward pass of its own, for models too that plain gradients refuse.
    found = trace(model, pixels, layers, choose, output, gradients=method != "lrp")
    for layer, activations in found.activations.items():
        check_output(layer, activations, "max")
    contributions = METHODS[method](model, pixels, found)
    for layer, values in contributions.items():
        if not torch.isfinite(values.sum(dtype=torch.float64)):
            raise NonFiniteError(
                f"layer {layer!r} has a relevance of NaN or infinity by {method!r}; check its weights"
            )
    return Attributed(found.outputs, found.targets, found.activations, contributions)


def _gradient(_model: nn.Module, _pixels: Tensor, found: Trace) -> dict[str, Tensor]:
    return {layer: found.activations[layer] * gradient for layer, gradient in found.gradients.items()}


METHODS: Mapping[str, Callable[[nn.Module, Tensor, Trace], dict[str, Tensor]]] = {
    "gradient": _gradient,
    "integrated_gradients": integrated_gradients,
    "conductance": conductance,
    "lrp": lrp,
}
