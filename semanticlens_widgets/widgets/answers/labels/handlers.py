"""Handlers of the requests about labels: `label_layer` waits for all labels of a layer, `labels` reads some."""

from collections.abc import Mapping
from functools import cache
from itertools import islice
from typing import Any

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.analysis import CLEAR_ABOVE
from semanticlens_widgets.vocabularies import vocabulary
from semanticlens_widgets.widgets.answers.labels.labels import Labeller
from semanticlens_widgets.widgets.answers.labels.methods import method_labels
from semanticlens_widgets.widgets.answers.labels.protocol import (
    CompleteResult,
    LabelLayerResult,
    LabelsResult,
    MethodLabel,
    NeuronLabel,
)
from semanticlens_widgets.widgets.kernel.request import Answer, Handler, Request, number

SLOW = frozenset({"label_layer"})
"""Kinds of request that may take seconds."""
MOST_LABELS = 500
"""Components in one request for labels."""
_COMPLETIONS = 8


def label_handlers(labeller: Labeller) -> dict[str, Handler]:
    """Returns the handlers of all requests about the labels of one lens, by kind."""
    return {
        "label_layer": lambda request: _label_layer(labeller, request),
        "labels": lambda request: _labels(labeller, request),
        "complete": lambda request: _complete(labeller, request),
    }


def _label_layer(labeller: Labeller, request: Request) -> Answer[LabelLayerResult]:
    layer = labeller.lens.database.layer_name(request.get("layer", str))
    texts = labeller.get(request.get("vocabulary", str))
    table = labeller.labels(layer, texts, request.report, request.check)
    for other in texts.methods.values():
        labeller.labels(layer, other, request.report, request.check)
    return Answer(
        {
            "n": len(table),
            "n_clear": int(table["clear"].sum()),
            "clear_above": CLEAR_ABOVE,
            "queries": labeller.example_queries(layer, texts),
        }
    )


def _labels(labeller: Labeller, request: Request) -> Answer[LabelsResult]:
    layer = labeller.lens.database.layer_name(request.get("layer", str))
    components = request.get("components", list)
    n = labeller.lens.database.examples[layer].n_components
    if len(components) > MOST_LABELS or not all(
        type(index) is int and 0 <= index < n for index in components
    ):
        raise ValueError(f"labels: at most {MOST_LABELS} components of 0 to {n - 1}, not {shown(components)}")
    texts = labeller.get(request.get("vocabulary", str))
    wait = (request.report, request.check)
    rows = labeller.labels(layer, texts, *wait).iloc[components].to_dict("records")
    beside = {
        name: labeller.labels(layer, other, *wait).iloc[components].to_dict("records")
        for name, other in texts.methods.items()
    }
    shown_by = next((name for name, other in texts.methods.items() if other is texts), "")
    return Answer(
        {
            "labels": [
                _label(row, method_labels({name: of[place] for name, of in beside.items()}, shown_by))
                for place, row in enumerate(rows)
            ]
        }
    )


def _complete(labeller: Labeller, request: Request) -> Answer[CompleteResult]:
    text = request.get("text", str).strip().casefold()
    key = request.get("vocabulary", str, "")
    own = labeller.get(key).texts if key else ()
    found = (word for word in dict.fromkeys([*own, *_words()]) if word.casefold().startswith(text))
    return Answer({"words": list(islice(found, _COMPLETIONS))})


@cache
def _words() -> tuple[str, ...]:
    return tuple(dict.fromkeys([*vocabulary("general"), *vocabulary("imagenet")]))


def _label(row: Mapping[Any, Any], methods: list[MethodLabel]) -> NeuronLabel:
    """Describes a component's label; `label` is "" if no text is clear, `best` if the component has no examples."""
    return {
        "component": int(row["index"]),
        "label": row["label"],
        "best": row["best"],
        "runner_up": row["runner_up"],
        "margin": number(row["margin"]),
        "alignment": number(row["alignment"]),
        "null_z_score": number(row["null_z_score"]),
        "chance": number(row["chance_percentile"]),
        "shares": [(text, float(share)) for text, share in row["labels"]],
        "methods": methods,
    }
