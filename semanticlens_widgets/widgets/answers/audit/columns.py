"""The verdicts on the components of a class, as JSON and columns."""

from collections.abc import Mapping, Sequence

import numpy as np

from semanticlens_widgets._texts import to_csv
from semanticlens_widgets.analysis import Audit, Requirement
from semanticlens_widgets.analysis.audits.chance import BEYOND
from semanticlens_widgets.analysis.audits.changes.differences import setting_differences
from semanticlens_widgets.analysis.audits.result import component_share_intervals
from semanticlens_widgets.analysis.audits.verdicts import UNEXPECTED
from semanticlens_widgets.concepts import Relevance
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.session import ShareIntervalsKey
from semanticlens_widgets.widgets.answers.audit.protocol import (
    AgreementResult,
    AuditResult,
    BeforeResult,
    ConceptTexts,
    SharedText,
)
from semanticlens_widgets.widgets.answers.audit.requirements import (
    Concepts,
    checked_concepts,
    judging,
    queries,
)
from semanticlens_widgets.widgets.answers.audit.shares import known_intervals
from semanticlens_widgets.widgets.answers.neurons.protocol import Nothing
from semanticlens_widgets.widgets.kernel.request import Answer, Request

_NONE = 65535
_AGREEING, _TEXTS = 50, 8
"""Most components whose agreement is counted, and most texts that they agree on."""


def judged_class(lens: Lens, concepts: Concepts, request: Request) -> Answer[AuditResult]:
    """Returns the verdicts on the components of a class; relevance alone without concepts or samples."""
    relevance = lens.relevance(request.get("layer", str))
    row = relevance.row(request.get("class_name", str))
    intervals = _share_intervals(lens, relevance, row)
    audit = _audit(lens, concepts, request)
    request.check()
    if audit is None:
        return _unjudged(relevance, row, intervals)
    return Answer(_described(lens, audit), [*_columns(audit), *intervals])


def earlier_audit(
    lens: Lens, concepts: Concepts, audits: Mapping[str, Audit], request: Request
) -> Answer[BeforeResult]:
    """Returns the shares and verdicts of a class in an earlier audit; raises ValueError if the audit is gone."""
    audit = audits.get(request.get("before_id", str))
    if audit is None:
        raise ValueError("the earlier audit is not in memory any more; set `before` of the table again")
    name = request.get("class_name", str)
    if audit.layer != request.get("layer", str) or name not in audit.classes:
        nothing: BeforeResult = {
            "n": 0, "n_samples": 0, "shares": [], "intervals": [], "valid": [], "spurious": [], "differences": ""
        }  # fmt: skip
        return Answer(nothing, [b"", b""])
    row, present = audit.classes.index(name), _audit(lens, concepts, request)
    result: BeforeResult = {
        "n": len(audit.components),
        "n_samples": int(audit.n_samples[row]),
        "shares": audit.verdict_shares[row].tolist(),
        "intervals": known_intervals(audit, row),
        **_by_list(audit, row, audit.answers.names),
        "differences": "" if present is None else setting_differences(audit, present),
    }
    columns = [audit.share[row].numpy().astype("<f4"), audit.verdicts[row].numpy().astype("u1")]
    return Answer(result, [column.tobytes() for column in columns])


def agreement(lens: Lens, concepts: Concepts, request: Request) -> Answer[AgreementResult]:
    """Returns the texts that the class's most relevant unexpected components share; none for fewer than two."""
    audit = _audit(lens, concepts, request)
    unexpected = [] if audit is None else audit.components_of(verdicts="unexpected")[:_AGREEING]
    if len(unexpected) < 2:
        return Answer({"n": len(unexpected), "texts": []})
    found = lens.agreement(unexpected).head(_TEXTS)
    texts: list[SharedText] = [
        {
            "text": row["text"],
            "n": int(row["n"]),
            "expected": float(row["expected"]),
            "chance_percentile": float(row["chance_percentile"]),
            "components": row["components"],
        }
        for row in found.to_dict("records")
    ]
    return Answer({"n": len(unexpected), "texts": texts})


def suspect_samples(lens: Lens, concepts: Concepts, request: Request) -> Answer[Nothing]:
    """Returns, as CSV, the samples of the class that drive its spurious and ambiguous components."""
    audit = _audit(lens, concepts, request)
    suspects = [] if audit is None else audit.components_of()
    if audit is None or not suspects:
        raise ValueError(
            "the class has no spurious and no ambiguous neurons, so there are no samples to list"
        )
    return Answer({}, [to_csv(lens.samples(suspects, quantile=0.0, classes=audit.classes)).encode()])


def _audit(lens: Lens, concepts: Concepts, request: Request) -> Audit | None:
    """Returns the audit of the class; None without concepts or samples."""
    relevance = lens.relevance(request.get("layer", str))
    row = relevance.row(request.get("class_name", str))
    valid, spurious = (checked_concepts(kind, request.get(kind, list)) for kind in ("valid", "spurious"))
    if relevance.n_samples[row] == 0 or not valid + spurious:
        return None
    requirement = Requirement(relevance.classes[row], queries(valid, concepts), queries(spurious, concepts))
    return lens.audit(requirement, layer=relevance.layer, **judging(request))


def _share_intervals(lens: Lens, relevance: Relevance, row: int) -> list[bytes]:
    """Returns the two bounds of every component's share; NaN for a class of fewer than two samples."""
    name, every = relevance.classes[row], range(relevance.n_components)
    key = ShareIntervalsKey(relevance.layer, name)
    found = lens._session.memo.get(key, lambda: component_share_intervals(relevance, name, every))
    return [bound.contiguous().numpy().astype("<f4").tobytes() for bound in found.T]


def _unjudged(relevance: Relevance, row: int, intervals: list[bytes]) -> Answer[AuditResult]:
    """Returns the relevance alone, for a class without concepts or without samples."""
    n = relevance.n_components
    nothing = [*(np.full(n, np.nan, "<f4") for _ in range(3)), np.full(n, _NONE, "<u2")]
    known = [relevance.mean[row].numpy().astype("<f4"), relevance.share[row].numpy().astype("<f4")]
    columns = [*known, *nothing, *nothing, np.full(n, UNEXPECTED, "u1")]
    result: AuditResult = {
        "n": n,
        "n_samples": int(relevance.n_samples[row]),
        "bar": BEYOND,
        "shares": [0.0, 0.0, 0.0, float(relevance.share[row].sum())],
        "intervals": [],
        "calibrations": {"valid": [], "spurious": []},
        "caveats": {"valid": [], "spurious": []},
        "suspects": [],
    }
    return Answer(result, [*(column.tobytes() for column in columns), *intervals])


def _described(lens: Lens, audit: Audit) -> AuditResult:
    calibrations = audit.answers.calibrations
    caveats = [
        lens._session.caveat_of(name) if calibration == "words" else ""
        for name, calibration in zip(audit.answers.names, calibrations, strict=True)
    ]
    return {
        "n": len(audit.components),
        "n_samples": int(audit.n_samples[0]),
        "bar": float(audit.bar[0]),
        "shares": audit.verdict_shares[0].tolist(),
        "intervals": known_intervals(audit, 0),
        "calibrations": _by_list(audit, 0, calibrations),
        "caveats": _by_list(audit, 0, caveats),
        "suspects": audit.components_of(),
    }


def _by_list(audit: Audit, row: int, texts: Sequence[str]) -> ConceptTexts:
    """Sorts texts of all concepts of an audit into the lists of a class."""
    return {
        "valid": [texts[concept] for concept in audit.valid[row]],
        "spurious": [texts[concept] for concept in audit.spurious[row]],
    }


def _columns(audit: Audit) -> list[bytes]:
    columns = [audit.relevance[0].numpy().astype("<f4"), audit.share[0].numpy().astype("<f4")]
    for side in ("valid", "spurious"):
        best = getattr(audit, f"best_{side}")
        z_score = best.z_score[0].numpy().astype("<f4")
        places = _places(best.concept[0].numpy(), getattr(audit, side)[0])
        places = np.where(np.isnan(z_score), _NONE, places).astype("<u2")
        more = [best.percentile[0].numpy().astype("<f4"), best.alignment[0].numpy().astype("<f4")]
        columns += [z_score, *more, places]
    columns.append(audit.verdicts[0].numpy().astype("u1"))
    return [column.tobytes() for column in columns]


def _places(rows: np.ndarray, concepts: Sequence[int]) -> np.ndarray:
    """Converts rows of all answers to indices into a class's own list."""
    places = {row: place for place, row in enumerate(concepts)}
    return np.array([places.get(row, _NONE) for row in rows.tolist()], dtype=np.int64)
