"""Requests that run the model: attribution, examples within classes, and ablation."""

from collections.abc import Callable, Mapping
from typing import Any

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.relevances import check_class_names, class_examples_of
from semanticlens_widgets.widgets.answers.audit.protocol import AblationResult, Accuracy
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
    layer, report = request.get("layer", str), _reporter(request, "computing relevance")
    wanted = required(checked_requirements(request.get("requirements", list)), concepts)
    check_class_names(lens._session, lens.database.layer_name(layer), wanted)
    lens.attribute(layer=layer, progress=False, report=report)
    return Answer({})


def judge_within(lens: Lens, concepts: Concepts, request: Request) -> Answer[Nothing]:
    """Judges classes by their own samples, which are embedded first, so that the requests that follow are quick."""
    layer = lens.database.layer_name(request.get("layer", str))
    required = checked_requirements(request.get("requirements", list))

    def prepare(class_name: str) -> None:
        report = _reporter(request, f"looking at samples of {class_name}")
        class_examples_of(lens._session, layer, class_name, report)

    settings: Judging = {"threshold": request.number("threshold"), "within_class": True}
    verdict_shares(lens, concepts, layer, required, settings, prepare)
    return Answer({})


def ablate(lens: Lens, request: Request) -> Answer[AblationResult]:
    """Measures the accuracy with components, without them, and without random ones instead."""
    found = lens.ablation(
        request.get("components", list),
        class_name=request.get("class_name", str),
        threshold=None if request.params.get("threshold") is None else request.number("threshold"),
        progress=False,
        report=_reporter(request, "measuring the accuracy"),
    )
    *classes, overall = [_accuracy(row) for row in found.table.to_dict("records")]
    known = [accuracy for accuracy in classes if accuracy["n"]]
    return Answer({"overall": overall, "classes": known, "n_draws": len(found.random)})


def _accuracy(row: Mapping[Any, Any]) -> Accuracy:
    return {
        "class_name": row["class"],
        "n": int(row["n_samples"]),
        "before": float(row["before"]),
        "after": float(row["after"]),
        "random": number(row["random"]),
    }


def _reporter(request: Request, what: str) -> Callable[[int, int], None]:
    """Returns a callback that reports progress, and ends the work if the request was cancelled."""

    def report(done: int, total: int) -> None:
        request.check()
        request.report(done, total, what)

    return report
