"""Inside a prediction: one image, its output and the components that add to it.

`prediction` reads outputs; `explaining` finds the amounts of an image with the model, `held` without it; `standing`
ranks its scores among all images, `places` lays them over the image; `explanation` is the result, with its `html`.
"""

from semanticlens_widgets.explanations.explaining import (
    Found,
    Reading,
    effects_of,
    explain_pixels,
    not_additive,
    predict,
)
from semanticlens_widgets.explanations.explanation import Explanation
from semanticlens_widgets.explanations.held import WITHOUT_MODEL, held_sample
from semanticlens_widgets.explanations.prediction import Prediction
from semanticlens_widgets.explanations.standing import standing

__all__ = [
    "WITHOUT_MODEL",
    "Explanation",
    "Found",
    "Prediction",
    "Reading",
    "effects_of",
    "explain_pixels",
    "held_sample",
    "not_additive",
    "predict",
    "standing",
]
