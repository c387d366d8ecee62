"""Handlers of the requests about one image."""

from semanticlens_widgets.explanations import Explanation
from semanticlens_widgets.widgets.answers.neurons.query_images import decode
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings
from semanticlens_widgets.widgets.answers.predictions.explained import Explanations
from semanticlens_widgets.widgets.answers.predictions.places import (
    explain_heatmap,
    picture_file,
    shows_second,
)
from semanticlens_widgets.widgets.answers.predictions.protocol import (
    ExplainedSide,
    ExplainImageResult,
    ExplainResult,
)
from semanticlens_widgets.widgets.answers.predictions.rows import explain_effects, explain_rows
from semanticlens_widgets.widgets.answers.predictions.steering import outputs, steer, steer_accuracy
from semanticlens_widgets.widgets.kernel.request import Answer, Handler, Request, number

SLOW = frozenset({"explain_effects", "steer_accuracy"})
"""Kinds of request that may take seconds."""


def prediction_handlers(explanations: Explanations, rankings: Rankings) -> dict[str, Handler]:
    """Returns the handlers of all requests about one image, by kind."""
    return {
        "explain": lambda request: _explain(explanations, request),
        "explain_rows": lambda request: explain_rows(explanations, rankings, request),
        "explain_effects": lambda request: explain_effects(explanations, request),
        "explain_heatmap": lambda request: explain_heatmap(explanations, request),
        "explain_image": lambda request: _image(explanations, request),
        "steer": lambda request: steer(explanations, request),
        "steer_accuracy": lambda request: steer_accuracy(explanations, request),
    }


def _explain(explanations: Explanations, request: Request) -> Answer[ExplainResult]:
    found = explanations.of(request)
    places, contrast = found.places, found.contrast
    second = contrast.picture if contrast and shows_second(found) else None
    picture = found.picture
    return Answer(
        {
            "own": _side(explanations, found, request.params.get("picture")),
            "contrast": contrast and _side(explanations, contrast, request.params.get("contrast_picture")),
            "outputs": outputs(found),
            "classes": list(found.prediction.names),
            "n_components": found.examples.n_components,
            "signed": found.examples.sign == "both",
            "grid": None if places is None else list(places.activations.shape[1:]),
            "sides": list(places.sides if places else (picture.height, picture.width) if picture else (0, 0)),
            "n_compared": found.standing.n_compared,
            "has_model": number(found.output) is not None,
            "notes": list(found.notes),
        },
        [picture_file(picture), picture_file(second)],
    )


def _side(explanations: Explanations, found: Explanation, picture: object) -> ExplainedSide:
    samples = explanations.lens.database.samples
    rows: list[int] = [] if found.sample is None else (samples.ids == found.sample).nonzero()[:, 0].tolist()
    name = explanations.pictures.names(str(picture))[0] if found.sample is None and picture else ""
    return {
        "class_name": found.class_name,
        "output": number(found.output),
        "rest": number(found.rest),
        "sample": found.sample,
        "label": samples.labels[rows[0]] if rows else None,
        "name": samples.names[rows[0]] if rows else name,
    }


def _image(explanations: Explanations, request: Request) -> Answer[ExplainImageResult]:
    if len(request.buffers) != 1:
        raise ValueError(f"explain_image: send one file, not {len(request.buffers)}")
    image = decode(request.buffers[0])
    return Answer({"handle": explanations.pictures.add([image], request.get("name", str, ""))})
