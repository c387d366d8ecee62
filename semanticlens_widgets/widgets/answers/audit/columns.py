"""The verdicts on the components of a class, as JSON and columns."""

from collections.abc import Sequence

import numpy as np

from semanticlens_widgets.analysis import Audit, Requirement
from semanticlens_widgets.analysis.audits.chance import BEYOND
from semanticlens_widgets.concepts import Relevance
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.protocol import AuditResult
from semanticlens_widgets.widgets.answers.audit.requirements import Concepts, checked_concepts, queries
from semanticlens_widgets.widgets.kernel.request import Answer, Request

_NONE = 65535
_UNEXPECTED = 3


def judged_class(lens: Lens, concepts: Concepts, request: Request) -> Answer[AuditResult]:
    """Returns the verdicts on the components of a class; relevance alone without concepts or samples."""
    relevance = lens.relevance(request.get("layer", str))
    row = relevance.row(request.get("class_name", str))
    valid, spurious = (checked_concepts(kind, request.get(kind, list)) for kind in ("valid", "spurious"))
    if relevance.n_samples[row] == 0 or not valid + spurious:
        return _unjudged(relevance, row)
    requirement = Requirement(relevance.classes[row], queries(valid, concepts), queries(spurious, concepts))
    audit = lens.audit(requirement, layer=relevance.layer, threshold=request.number("threshold"))
    request.check()
    return Answer(_described(audit), _columns(audit))


def _unjudged(relevance: Relevance, row: int) -> Answer[AuditResult]:
    """Returns the relevance alone, for a class without concepts or without samples."""
    n = relevance.n_components
    nothing = [*(np.full(n, np.nan, "<f4") for _ in range(3)), np.full(n, _NONE, "<u2")]
    known = [relevance.mean[row].numpy().astype("<f4"), relevance.share[row].numpy().astype("<f4")]
    columns = [*known, *nothing, *nothing, np.full(n, _UNEXPECTED, "u1")]
    result: AuditResult = {
        "n": n,
        "n_samples": int(relevance.n_samples[row]),
        "bar": BEYOND,
        "shares": [0.0, 0.0, 0.0, float(relevance.share[row].sum())],
        "intervals": [],
        "calibrations": {"valid": [], "spurious": []},
    }
    return Answer(result, [column.tobytes() for column in columns])


def _described(audit: Audit) -> AuditResult:
    calibrations = audit.answers.calibrations
    return {
        "n": len(audit.components),
        "n_samples": int(audit.n_samples[0]),
        "bar": float(audit.bar[0]),
        "shares": audit.verdict_shares[0].tolist(),
        "intervals": audit.intervals[0].tolist(),
        "calibrations": {
            "valid": [calibrations[place] for place in audit.valid[0]],
            "spurious": [calibrations[place] for place in audit.spurious[0]],
        },
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
