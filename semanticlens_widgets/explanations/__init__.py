"""Inside a prediction: one image, its output and the components that add to it.

`prediction` reads outputs; `explaining` finds the amounts of an image with the model, `held` without it; `standing`
ranks its scores among all images, `places` lays them over the image; `explanation` is the result, with its `html`.
`steering` holds results of models with weaker or stronger components, `behaviour` those of `edits` of images; the room
`graphs` joins the concepts of a class.
"""

from semanticlens_widgets.explanations.behaviour import Behaviour
from semanticlens_widgets.explanations.explaining import (
    Found,
    Reading,
    effects_of,
    explain_pixels,
    not_additive,
    outputs_for,
    predict,
)
from semanticlens_widgets.explanations.explanation import Explanation
from semanticlens_widgets.explanations.graphs.graph import ClassGraph
from semanticlens_widgets.explanations.held import WITHOUT_MODEL, held_sample
from semanticlens_widgets.explanations.prediction import Prediction
from semanticlens_widgets.explanations.standing import standing
from semanticlens_widgets.explanations.steering import Gap, SteeredAccuracy, SteeredPrediction

__all__ = [
    "WITHOUT_MODEL",
    "Behaviour",
    "ClassGraph",
    "Explanation",
    "Found",
    "Gap",
    "Prediction",
    "Reading",
    "SteeredAccuracy",
    "SteeredPrediction",
    "effects_of",
    "explain_pixels",
    "held_sample",
    "not_additive",
    "outputs_for",
    "predict",
    "standing",
]
