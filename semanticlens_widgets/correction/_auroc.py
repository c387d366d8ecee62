"""The area under the ROC curve, and how sure it is."""

import math

from jaxtyping import Bool, Float
from torch import Tensor

from semanticlens_widgets.correction._accuracy import Z_95

_HALVINGS = 50


def auroc(scores: Float[Tensor, " sample"], present: Bool[Tensor, " sample"]) -> float:
    """The share of pairs, one sample of the class and one other, that the score puts in order; a tie counts half.

    NaN without such a pair. Source: J. A. Hanley and B. J. McNeil, Radiology 143, 1982, doi
    10.1148/radiology.143.1.7063747.
    """
    n_present, n_absent = int(present.sum()), int((~present).sum())
    if not n_present or not n_absent:
        return math.nan
    _, rows, counts = scores.double().unique(return_inverse=True, return_counts=True)
    # The mean of the ranks that equal scores share.
    ranks = (counts.cumsum(0) - (counts - 1) / 2)[rows]
    return float((ranks[present].sum() - n_present * (n_present + 1) / 2) / (n_present * n_absent))


def auroc_interval(area: float, n_present: int, n_absent: int) -> tuple[float, float]:
    """The 95 % confidence interval of an area over so many samples of the class and others; NaN for none of a kind.

    The bounds are the areas from which this one is 1.96 of their own standard errors away, so that an area of 1 has an
    interval too. R. G. Newcombe, *Confidence intervals for an effect size measure based on the Mann-Whitney statistic*,
    part 2, method 5, Statistics in Medicine 25, 2006, doi 10.1002/sim.2324.
    """
    if math.isnan(area):
        return math.nan, math.nan
    return _bound(area, 0.0, n_present, n_absent), _bound(area, 1.0, n_present, n_absent)


def _bound(area: float, outer: float, n_present: int, n_absent: int) -> float:
    """Halves the way from `outer`, 0 or 1, to the area until the bound is known."""
    inner = area
    for _ in range(_HALVINGS):
        middle = (outer + inner) / 2
        if abs(middle - area) > Z_95 * _standard_error(middle, n_present, n_absent):
            outer = middle
        else:
            inner = middle
    return inner


def _standard_error(area: float, n_present: int, n_absent: int) -> float:
    """Of Hanley and McNeil, with one mean size in place of two, since the kinds may be exchanged."""
    size = (n_present + n_absent) / 2 - 1
    spread = 1 + size * ((1 - area) / (2 - area) + area / (1 + area))
    return math.sqrt(area * (1 - area) * spread / (n_present * n_absent))
