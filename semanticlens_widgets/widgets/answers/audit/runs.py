"""Requests that run the model: attribution, examples within classes, and ablation."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.relevances import check_class_names, class_examples_of
from semanticlens_widgets.lens.session import AblationKey
from semanticlens_widgets.widgets.answers.audit.protocol import AblationResult, Accuracy, MeasureChange
from semanticlens_widgets.widgets.answers.audit.requirements import (
    Concepts,
    Judging,
    checked_requirements,
    required,
)
from semanticlens_widgets.widgets.answers.audit.shares import verdict_shares
from semanticlens_widgets.widgets.answers.neurons.protocol import Nothing
from semanticlens_widgets.widgets.kernel.request import Answer, Request, number


def attribute(lens: Lens, concepts: Concepts, request: Request) -> Answer[Nothing]:
    """Computes the relevance of a layer; raises ValueError for required classes that do not exist, before it runs."""
    layer, report = request.get("layer", str), request.reporter("computing relevance")
    wanted = required(checked_requirements(request.get("requirements", list)), concepts)
    check_class_names(lens._session, lens.database.layer_name(layer), wanted)
    lens.attribute(layer=layer, progress=False, report=report)
    return Answer({})


def judge_within(lens: Lens, concepts: Concepts, request: Request) -> Answer[Nothing]:
    """Judges classes by their own samples, which are embedded first, so that the requests that follow are quick."""
    layer = lens.database.layer_name(request.get("layer", str))
    required = checked_requirements(request.get("requirements", list))

    def prepare(class_name: str) -> None:
        report = request.reporter(f"looking at samples of {class_name}")
        class_examples_of(lens._session, layer, class_name, report)

    settings: Judging = {"threshold": request.number("threshold"), "within_class": True}
    verdict_shares(lens, concepts, layer, required, settings, prepare)
    return Answer({})


def ablate(lens: Lens, request: Request) -> Answer[AblationResult]:
    """Measures the accuracy with components, without them, and without random ones instead."""
    key = ablation_key(request)
    found = lens.ablation(
        key.components,
        class_name=key.class_name,
        threshold=key.threshold,
        progress=False,
        report=request.reporter("measuring the accuracy"),
    )
    lens._session.memo.put(key, found)
    measures = found.measures
    classes = [_accuracy(rows) for _, rows in measures[:-1].groupby("class", sort=False)]
    known = [accuracy for accuracy in classes if accuracy["n"]]
    return Answer({"overall": _accuracy(measures[-1:]), "classes": known, "n_draws": len(found.random)})


def ablation_key(request: Request) -> AblationKey:
    """Returns the key of the ablation that a request names."""
    return AblationKey(
        tuple(map(str, request.get("components", list))),
        request.get("class_name", str),
        None if request.params.get("threshold") is None else request.number("threshold"),
    )


def _accuracy(rows: pd.DataFrame) -> Accuracy:
    first = rows.iloc[0]
    return {
        "class_name": first["class"],
        "n": int(first["n_samples"]),
        "measures": [_change(row) for row in rows.to_dict("records")],
    }


def _change(row: Mapping[Any, Any]) -> MeasureChange:
    return {
        "measure": row["measure"],
        "before": number(row["before"]),
        "after": number(row["after"]),
        "before_interval": _bounds(row, "before"),
        "after_interval": _bounds(row, "after"),
        "random": number(row["random"]),
    }


def _bounds(row: Mapping[Any, Any], when: str) -> list[float]:
    low, high = float(row[f"{when}_low"]), float(row[f"{when}_high"])
    return [] if low != low else [low, high]
