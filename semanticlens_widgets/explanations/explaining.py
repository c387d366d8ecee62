"""Explaining a prediction with the model: outputs, relevance, effects and maps of one image."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets.attribution import Attributed, attribute
from semanticlens_widgets.concepts import ConceptDatabase, OutputNames
from semanticlens_widgets.correction import outputs_without
from semanticlens_widgets.explanations.places import Places, places_of
from semanticlens_widgets.explanations.prediction import Prediction, look_like_probabilities
from semanticlens_widgets.layers import capture, evaluating, intervene, model_device, model_dtype, output_rows
from semanticlens_widgets.pipeline import Studied
from semanticlens_widgets.tensors import signed_pool

ALONG_PATHS = ("integrated_gradients", "conductance")
NOT_ADDITIVE_ABOVE = 0.05
"""The share of what the layer adds that contributions may miss without a note."""
_ALTERED = (-3.0, 0.0, 3.0)
"""Multiples of the image by which logits are told from probabilities."""


@dataclass(frozen=True, eq=False)
class Reading:
    """The way in which the outputs of a model are read."""

    studied: Studied
    classes: Callable[[int], Mapping[str, int]]
    """From the number of outputs to the output of every class."""
    names: OutputNames
    """Of outputs that are no classes."""
    rivals: bool | None
    """False where each output is a yes or no of its own; None if it is one for a single output alone."""
    threshold: float | None = None


@dataclass(frozen=True, eq=False)
class Found:
    """The amounts of one image for one output, one number a component of the layer."""

    prediction: Prediction
    output: int
    """The one that was attributed."""
    scores: Float[Tensor, " component"]
    relevance: Float[Tensor, " component"]
    without_layer: float
    places: Places | None


def predict(reading: Reading, pixels: Float[Tensor, "1 channel height width"]) -> Prediction:
    """The prediction for one image; the model is left as found."""
    outputs = outputs_for(reading.studied, pixels)
    return _prediction(reading, outputs[0], pixels)


def explain_pixels(
    reading: Reading,
    database: ConceptDatabase,
    layer: str,
    pixels: Float[Tensor, "1 channel height width"],
    choose: Callable[[Prediction], int],
    method: str,
) -> Found:
    """The amounts of one image for the output that `choose` names; the model is left as found."""
    studied, sign = reading.studied, database.provenance.sign
    layer = studied.layer(layer)
    pixels = pixels.to(model_device(studied.model), model_dtype(studied.model))
    prediction = predict(reading, pixels)
    output = choose(prediction)
    target = torch.tensor([output])
    found = attribute(studied.model, pixels, [layer], lambda _: target, method, studied.output)
    relevance = found.relevance(layer, sign)[0].cpu()
    pooling = database.provenance.pooling.get(layer, "max")
    return Found(
        prediction,
        output,
        signed_pool(found.activations[layer], pooling, sign)[0].cpu(),
        relevance,
        _nothing(studied, pixels, layer, output, method),
        _places(studied.model, layer, found, (pixels.shape[2], pixels.shape[3]), sign == "both"),
    )


def effects_of(
    reading: Reading, database: ConceptDatabase, layer: str, pixels: Tensor, components: Sequence[int]
) -> Float[Tensor, "component output"]:
    """All outputs for one image, less those without each of the components."""
    studied, halves = reading.studied, database.provenance.sign == "both"
    layer = studied.layer(layer)
    pixels = pixels.to(model_device(studied.model), model_dtype(studied.model))
    # The whole model is run in the same way, as batches of another size may round otherwise.
    each = outputs_without(studied.model, pixels, layer, [-1, *components], halves)
    outputs = torch.cat([output_rows(found, n, studied.output).float().cpu() for found, n in each])
    return outputs[0] - outputs[1:]


def not_additive(found: Found, method: str) -> str:
    """A sentence on contributions that do not add up to what the layer adds; "" where they do."""
    value, added = float(found.prediction.outputs[found.output]), float(found.relevance.double().sum())
    whole = value - found.without_layer
    if method == "lrp" or abs(added - whole) <= NOT_ADDITIVE_ABOVE * max(abs(whole), 1e-6):
        return ""
    without = "for an input of zeros" if method in ALONG_PATHS else "with zeros for the whole layer"
    return (
        f"The components add {added:.3g} in all, and the output falls by {whole:.3g} {without}: the model is not "
        "additive from here on, so take an amount as a first-order estimate and compare it with the effect"
    )


def _prediction(reading: Reading, outputs: Float[Tensor, " output"], pixels: Tensor) -> Prediction:
    rivals = reading.rivals if reading.rivals is not None else len(outputs) > 1
    probabilities = look_like_probabilities(outputs[None], rivals)
    if probabilities:  # a logit may lie in 0 to 1 by chance
        altered = [outputs_for(reading.studied, pixels * factor) for factor in _ALTERED]
        probabilities = look_like_probabilities(torch.cat(altered), rivals)
    default = 0.5 if probabilities else 0.0
    threshold = default if reading.threshold is None else float(reading.threshold)
    return Prediction(
        reading.names.of_all(reading.classes(len(outputs)), len(outputs)),
        outputs,
        rivals,
        probabilities,
        torch.nan if rivals else threshold,
        int(outputs.argmax()),
    )


def outputs_for(studied: Studied, pixels: Tensor) -> Float[Tensor, "sample output"]:
    """The model's outputs for a batch, float32 on the CPU; the model is left as found."""
    pixels = pixels.to(model_device(studied.model), model_dtype(studied.model))
    with evaluating(studied.model), torch.no_grad():
        # A copy: the model may overwrite its input.
        return output_rows(studied.model(pixels.clone()), len(pixels), studied.output).float().cpu()


def _nothing(studied: Studied, pixels: Tensor, layer: str, output: int, method: str) -> float:
    """The output where the method has nothing to share out: with a layer of zeros, or as for an input of zeros."""
    nothing = torch.zeros_like(pixels)
    if method == "conductance":
        return float(outputs_for(studied, nothing)[0, output])
    start: list[Tensor] = []
    if method == "integrated_gradients":
        with capture(studied.model, [layer], lambda _, found: start.append(found.clone())):
            studied.model(nothing)
    with intervene(studied.model, {layer: lambda found: start[0] if start else torch.zeros_like(found)}):
        return float(outputs_for(studied, pixels)[0, output])


def _places(
    model: nn.Module, layer: str, found: Attributed, sides: tuple[int, int], halves: bool
) -> Places | None:
    try:
        return places_of(model, layer, found.activations[layer], found.contributions[layer], sides, halves)
    except ValueError:  # no places on the image
        return None
