"""Outputs and accuracies of the steered model, beside those of the model as it is."""

from collections.abc import Sequence
from typing import Any

import torch

from semanticlens_widgets.explanations import Explanation, Prediction
from semanticlens_widgets.lens.interventions import Steering
from semanticlens_widgets.widgets.answers.predictions.explained import Explanations
from semanticlens_widgets.widgets.answers.predictions.protocol import (
    OutputInfo,
    Share,
    SteerAccuracyResult,
    SteeredOutput,
    SteerResult,
)
from semanticlens_widgets.widgets.kernel.request import Answer, Request, number

TOP = 5
"""Outputs that are shown besides those of the explained classes."""


def outputs(found: Explanation) -> list[OutputInfo]:
    """The highest outputs of an image, and those of the classes that are explained; without the model the answer."""
    prediction, probabilities = found.prediction, found.prediction.probabilities
    return [
        {
            "name": prediction.names[output],
            "value": number(prediction.outputs[output]),
            "probability": number(probabilities[output]),
            "yes": None if prediction.rivals else bool(prediction.outputs[output] > prediction.threshold),
        }
        for output in _shown(found, [prediction])
    ]


def steer(explanations: Explanations, request: Request) -> Answer[SteerResult]:
    """Answers with the outputs of one image before and after; a request that was superseded doesn't run the model."""
    found, steering = explanations.of(request), _steering(explanations, request)
    request.check()
    asking = explanations.asking(request.get("asking", str))
    after = steering.predict(found.question.image, threshold=asking.threshold, before=found.prediction).after
    return Answer(
        {
            "outputs": [
                _changed(found.prediction, after, one) for one in _shown(found, [found.prediction, after])
            ],
            "answer": after.class_name,
        }
    )


def steer_accuracy(explanations: Explanations, request: Request) -> Answer[SteerAccuracyResult]:
    """Answers with the accuracy on a class, or on all images, before and after."""
    asking, class_name = explanations.asking(request.get("asking", str)), request.get("class_name", str)
    steering = _steering(explanations, request)
    found = steering.accuracy(
        class_name or None,
        threshold=asking.threshold,
        progress=False,
        report=request.reporter("measuring the accuracy"),
    )
    table = found.table
    row = table[table["class"] == class_name] if class_name else table
    shares = _shares(row.iloc[-1])
    return Answer(
        {
            "n": int(row["n_samples"].iloc[-1]),
            "before": shares["before"],
            "after": shares["after"],
            "change": shares["change"],
        }
    )


def _steering(explanations: Explanations, request: Request) -> Steering:
    factors = {str(one["component"]): one["factor"] for one in request.get("factors", list)}
    return explanations.lens.steer(factors)


def _shown(found: Explanation, predictions: Sequence[Prediction]) -> list[int]:
    """The highest outputs of any of the predictions, and those of the classes that are explained."""
    prediction = found.prediction
    if bool(prediction.outputs.isnan().any()):
        return [prediction.answer]
    highest = torch.stack([one.probabilities for one in predictions]).amax(0)
    order = highest.argsort(descending=True, stable=True).tolist()
    classes = [found.class_name, *([found.contrast.class_name] if found.contrast else [])]
    explained = {prediction.output_of(name) for name in classes}
    wanted = {*order[:TOP], *explained}
    return [output for output in order if output in wanted]


def _changed(before: Prediction, after: Prediction, output: int) -> SteeredOutput:
    return {
        "name": before.names[output],
        "value_before": number(before.outputs[output]),
        "value_after": number(after.outputs[output]),
        "probability_before": number(before.probabilities[output]),
        "probability_after": number(after.probabilities[output]),
    }


def _shares(row: Any) -> dict[str, Share]:
    return {
        when: {
            "mean": number(row[when]),
            "low": number(row[f"{when}_low"]),
            "high": number(row[f"{when}_high"]),
        }
        for when in ("before", "after", "change")
    }
