"""What runs the studied model for an audit: computing relevance, and doing without components."""

from collections.abc import Callable, Mapping
from typing import Any

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.kernel.request import Answer, Request, number


def attribute(lens: Lens, request: Request) -> Answer:
    """Computes the relevance of a layer."""
    report = _reporter(request, "computing relevance")
    lens.attribute(layers=request.get("layer", str), progress=False, report=report)
    return Answer({})


def ablate(lens: Lens, request: Request) -> Answer:
    """How often the model is right with components, without them, and without random ones."""
    found = lens.ablation(
        request.get("components", list),
        class_name=request.get("class_name", str),
        progress=False,
        report=_reporter(request, "measuring the accuracy"),
    )
    *classes, overall = [_accuracy(row) for row in found.table.to_dict("records")]
    known = [accuracy for accuracy in classes if accuracy["n"]]
    return Answer({"overall": overall, "classes": known, "n_draws": len(found.random)})


def _accuracy(row: Mapping[Any, Any]) -> dict[str, Any]:
    shares = {name: number(row[name]) for name in ("before", "after", "random")}
    return {"class_name": row["class"], "n": int(row["n_samples"]), **shares}


def _reporter(request: Request, what: str) -> Callable[[int, int], None]:
    """Tells the browser how far it is; ends the work when nobody waits for it any longer."""

    def report(done: int, total: int) -> None:
        request.check()
        request.report(done, total, what)

    return report
