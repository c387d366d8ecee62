"""Questions to a concept database: none of them needs the studied model."""

from semanticlens_widgets.analysis._calibration import (
    WEAK_BELOW,
    NullCalibration,
    null_calibration,
    null_calibrations,
)
from semanticlens_widgets.analysis._probes import Probe, probe, probes
from semanticlens_widgets.analysis._query import Term, parse_query
from semanticlens_widgets.analysis._ranking import Ranking, rank
from semanticlens_widgets.analysis._sources import Query
from semanticlens_widgets.analysis.scores import clarity, polysemanticity, redundancy, scores, similarity
from semanticlens_widgets.analysis.search import search, search_many

__all__ = [
    "WEAK_BELOW",
    "NullCalibration",
    "Probe",
    "Query",
    "Ranking",
    "Term",
    "clarity",
    "null_calibration",
    "null_calibrations",
    "parse_query",
    "polysemanticity",
    "probe",
    "probes",
    "rank",
    "redundancy",
    "scores",
    "search",
    "search_many",
    "similarity",
]
