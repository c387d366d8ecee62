"""One forward and one backward pass: outputs of layers, and the gradient of an output of each sample by them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from semanticlens_widgets.attribution.gradients.model_state import differentiable, explained_backward
from semanticlens_widgets.attribution.gradients.targets import checked_targets
from semanticlens_widgets.layers import Output, intervene, output_rows

Choose = Callable[[Float[Tensor, "sample output"]], Int[Tensor, " sample"]]
"""Chooses from the model's outputs the one of each sample that is attributed."""


@dataclass(frozen=True, eq=False)
class Trace:
    """Both passes of one batch."""

    outputs: Float[Tensor, "sample output"]
    targets: Int[Tensor, " sample"]
    activations: Mapping[str, Tensor]
    """Layer -> its output before anything overwrote it."""
    gradients: Mapping[str, Tensor]
    """Layer -> gradient of the target output, in the shape of the activations."""
    output: Output | None = None
    """The part of the model's output that was attributed, as `layers.output_rows` takes it."""


def trace(
    model: nn.Module,
    pixels: Tensor,
    layers: Sequence[str],
    choose: Choose,
    output: Output | None = None,
    *,
    gradients: bool = True,
) -> Trace:
    """One forward and one backward pass for all layers; the model is left as found.

    The sum of the target outputs is differentiated: samples do not meet in eval mode, so each has its own.
    `gradients=False` leaves the backward pass out.
    """
    with differentiable(model), torch.set_grad_enabled(gradients):
        whole, kept = run(model, pixels, layers)
        outputs = output_rows(whole, len(pixels), output)
        targets = checked_targets(choose(outputs.detach()), outputs)
        found = gradients_of(picked(outputs, targets).sum(), kept) if gradients else {}
    activations = {layer: kept[layer].detach() for layer in layers}
    return Trace(outputs.detach(), targets, activations, found, output)


def run(model: nn.Module, pixels: Tensor, layers: Sequence[str]) -> tuple[object, dict[str, Tensor]]:
    """The model's output, and the output of every layer as a part of their graph.

    The model goes on with a copy, so that later operations may overwrite it in place.
    """
    kept: dict[str, Tensor] = {}

    def keep(layer: str, output: Tensor) -> Tensor:
        if layer in kept:
            raise ValueError(
                f"layer {layer!r} runs more than once in one forward pass, so it has no single output; "
                "choose the layer before or after it"
            )
        kept[layer] = output if output.requires_grad else output.detach().requires_grad_()
        return kept[layer].clone()

    changes = {layer: lambda output, layer=layer: keep(layer, output) for layer in layers}
    with explained_backward(), intervene(model, changes):
        # A copy: the model may overwrite its input, and a tensor from inference mode cannot be differentiated.
        output = model(pixels.detach().clone())
    return output, kept


def gradients_of(total: Tensor, kept: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Layer -> gradient of `total`; ValueError for a layer that it does not depend on."""
    return gradients_beside(total, kept, [])[0]


def gradients_beside(
    total: Tensor, kept: Mapping[str, Tensor], others: Sequence[Tensor], *, retain: bool = False
) -> tuple[dict[str, Tensor], list[Tensor | None]]:
    """As `gradients_of`, and the gradients of other leaves, None where `total` does not depend on one."""
    if not total.requires_grad:
        raise ValueError(
            "the model's output has no gradient: it must not be computed under torch.no_grad() or detached "
            f"from the layers {', '.join(map(repr, kept))}, and for LRP it must be logits, not a softmax of them"
        )
    with explained_backward():
        found = torch.autograd.grad(
            total, [*kept.values(), *others], allow_unused=True, retain_graph=retain or None
        )
    for layer, gradient in zip(kept, found, strict=False):
        if gradient is None:
            raise ValueError(
                f"layer {layer!r} adds nothing to the model's output: it comes after it, its output is not used there, "
                "or what lies between passes no gradient (quantized layers, detach); choose another layer"
            )
    return dict(zip(kept, found, strict=False)), list(found[len(kept) :])


def picked(
    outputs: Float[Tensor, "sample output"], targets: Int[Tensor, " sample"]
) -> Float[Tensor, " sample"]:
    """The target output of every sample."""
    return outputs.gather(1, targets.unsqueeze(1)).squeeze(1)
