"""The requests of the audit table: from what the browser asked to an answer of JSON and bytes."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.analysis import Audit, Concept, Requirement
from semanticlens_widgets.concepts import Relevance
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.vocabularies import vocabulary
from semanticlens_widgets.widgets._audit_samples import audit_heatmap, audit_pictures, audit_samples
from semanticlens_widgets.widgets._heatmap_pictures import heatmap_pictures
from semanticlens_widgets.widgets._request import Answer, Handler, Request, number

_NONE = 65535
_UNEXPECTED = 3
_COMPLETIONS = 8

SLOW = frozenset({"ablate", "attribute", "audit_heatmap"})
"""The kinds that wait for long."""

Concepts = Mapping[str, Concept]
"""Concepts that are no text, by the names that the browser has for them."""


def audit_handlers(lens: Lens, concepts: Concepts) -> dict[str, Handler]:
    """The answer to every kind of request that only an audit makes."""
    heatmaps = heatmap_pictures(lens)
    return {
        "audit_classes": lambda request: _classes(lens, request),
        "audit": lambda request: _audit(lens, concepts, request),
        "audit_summary": lambda request: _summary(lens, concepts, request),
        "audit_samples": lambda request: audit_samples(lens, request),
        "audit_pictures": lambda request: audit_pictures(lens, request),
        "audit_heatmap": lambda request: audit_heatmap(heatmaps, request),
        "attribute": lambda request: _attribute(lens, request),
        "ablate": lambda request: _ablate(lens, request),
        "audit_export": lambda request: _export(lens, concepts, request),
        "complete": _complete,
    }


def _classes(lens: Lens, request: Request) -> Answer:
    relevance = lens.database.relevance.get(lens.database.layer(request.get("layer", str)))
    unknown = "missing" if lens.can_attribute else "no_model"
    classes = [] if relevance is None else zip(relevance.classes, relevance.n_samples.tolist(), strict=True)
    return Answer(
        {
            "state": unknown if relevance is None else "computed",
            "method": "" if relevance is None else relevance.method,
            "classes": [{"name": name, "n_samples": n} for name, n in classes],
            "has_heatmaps": lens.can_attribute,
            "can_ablate": lens.can_attribute,
        }
    )


def _attribute(lens: Lens, request: Request) -> Answer:
    report = _reporter(request, "computing relevance")
    lens.attribute(layers=request.get("layer", str), progress=False, report=report)
    return Answer({})


def _ablate(lens: Lens, request: Request) -> Answer:
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


def _audit(lens: Lens, concepts: Concepts, request: Request) -> Answer:
    relevance = lens.relevance(request.get("layer", str))
    row = relevance.row(request.get("class_name", str))
    valid, spurious = request.get("valid", list), request.get("spurious", list)
    if relevance.n_samples[row] == 0 or not valid + spurious:
        return _unjudged(relevance, row)
    requirement = Requirement(relevance.classes[row], queries(valid, concepts), queries(spurious, concepts))
    audit = _judged(lens, [requirement], relevance.layer, _number(request, "threshold"))
    request.check()
    return Answer(_described(audit), _columns(audit))


def _unjudged(relevance: Relevance, row: int) -> Answer:
    """Relevance alone: a class without concepts or without samples."""
    n = relevance.n_components
    nothing = [np.full(n, np.nan, "<f4"), np.full(n, np.nan, "<f4"), np.full(n, _NONE, "<u2")]
    known = [relevance.mean[row].numpy().astype("<f4"), relevance.share[row].numpy().astype("<f4")]
    columns = [*known, *nothing, *nothing, np.full(n, _UNEXPECTED, "u1")]
    result = {
        "n": n,
        "n_samples": int(relevance.n_samples[row]),
        "shares": [0.0, 0.0, 0.0, float(relevance.share[row].sum())],
        "calibrations": {"valid": [], "spurious": []},
    }
    return Answer(result, [column.tobytes() for column in columns])


def _described(audit: Audit) -> dict[str, Any]:
    calibrations = audit.answers.calibrations
    return {
        "n": len(audit.components),
        "n_samples": int(audit.n_samples[0]),
        "shares": audit.verdict_shares[0].tolist(),
        "calibrations": {
            side: [calibrations[place] for place in getattr(audit, side)[0]] for side in ("valid", "spurious")
        },
    }


def _columns(audit: Audit) -> list[bytes]:
    columns = [audit.relevance[0].numpy().astype("<f4"), audit.share[0].numpy().astype("<f4")]
    for side in ("valid", "spurious"):
        best = getattr(audit, f"best_{side}")
        z_score = best.z_score[0].numpy().astype("<f4")
        places = _places(best.concept[0].numpy(), getattr(audit, side)[0])
        places = np.where(np.isnan(z_score), _NONE, places).astype("<u2")
        columns += [z_score, best.alignment[0].numpy().astype("<f4"), places]
    columns.append(audit.verdicts[0].numpy().astype("u1"))
    return [column.tobytes() for column in columns]


def _places(rows: np.ndarray, concepts: Sequence[int]) -> np.ndarray:
    """Rows of all answers as places in a class's own list."""
    places = {row: place for place, row in enumerate(concepts)}
    return np.array([places.get(row, _NONE) for row in rows.tolist()], dtype=np.int64)


def _summary(lens: Lens, concepts: Concepts, request: Request) -> Answer:
    audit = whole_audit(
        lens,
        concepts,
        request.get("layer", str),
        request.get("requirements", list),
        _number(request, "threshold"),
    )
    request.check()
    if audit is None:
        return Answer({"classes": []})
    shares = zip(audit.classes, audit.verdict_shares.tolist(), strict=True)
    return Answer({"classes": [{"name": name, "shares": own} for name, own in shares]})


def whole_audit(
    lens: Lens, concepts: Concepts, layer: str, requirements: Sequence[Mapping[str, Any]], threshold: float
) -> Audit | None:
    """The audit of every class that has a requirement and samples; None where there is no such class."""
    relevance = lens.relevance(layer)
    empty = {name for name, n in zip(relevance.classes, relevance.n_samples.tolist(), strict=True) if n == 0}
    wanted = [
        Requirement(one["class_name"], queries(one["valid"], concepts), queries(one["spurious"], concepts))
        for one in requirements
        if one["class_name"] not in empty
    ]
    return _judged(lens, wanted, layer, threshold) if wanted else None


def _judged(lens: Lens, requirements: Sequence[Requirement], layer: str, threshold: float) -> Audit:
    with lens.lock:  # tokenizers are not safe to use from two threads at once
        return lens.audit(requirements, layer=layer, threshold=threshold)


def _export(lens: Lens, concepts: Concepts, request: Request) -> Answer:
    layer, kind = request.get("layer", str), request.get("format", str)
    check_choice("format", kind, ("csv", "json", "html"))
    audit = whole_audit(
        lens, concepts, layer, request.get("requirements", list), _number(request, "threshold")
    )
    if audit is None:
        raise ValueError("there is nothing to save yet; name a concept of a class first")
    made = {
        "csv": lambda: audit.table.to_csv(index=False),
        "json": audit.to_json,
        "html": lambda: audit.to_html(max_spurious=_number(request, "max_spurious")),
    }
    return Answer({}, [made[kind]().encode()])


def queries(names: Sequence[str], concepts: Concepts) -> list[Any]:
    """What the names that the browser has for concepts stand for."""
    return [concepts.get(name, name) for name in names]


def _number(request: Request, name: str) -> float:
    value = request.params.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{request.kind}: {name} must be a number, not {value!r}")
    return float(value)


def _complete(request: Request) -> Answer:
    text = request.get("text", str).strip().lower()
    found = [word for word in _words() if word.lower().startswith(text)]
    return Answer({"words": found[:_COMPLETIONS]})


@cache
def _words() -> tuple[str, ...]:
    return tuple(dict.fromkeys([*vocabulary("general"), *vocabulary("imagenet")]))
