"""The first few components in the order of a query, in less time than the columns of the whole layer take."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.queries.calibration import WEAK_BELOW, NullCalibration
from semanticlens_widgets.analysis.queries.halves import halves_of
from semanticlens_widgets.analysis.queries.probes import Probe
from semanticlens_widgets.analysis.queries.ranking import rank
from semanticlens_widgets.concepts import ConceptDatabase


@dataclass(frozen=True, eq=False)
class First:
    """The best components of a layer for a query, best first, with the columns of `Ranking`."""

    components: Int[Tensor, " best"]
    alignment: Float[Tensor, " best"]
    z_score: Float[Tensor, " best"]
    percentile: Float[Tensor, " best"]
    null_z_score: Float[Tensor, " best"]
    null_percentile: Float[Tensor, " best"]
    strength: float | None

    @property
    def weak(self) -> bool:
        """True if the layer hardly responds to the query; False without a calibration."""
        return self.strength is not None and self.strength < WEAK_BELOW


def first(
    database: ConceptDatabase, probe: Probe, layer: str, top: int, calibration: NullCalibration | None = None
) -> First:
    """The first `top` in the order of `rank`, without components that have no examples.

    A large layer is searched in half precision, which changes neither order nor alignments (see `halves`).
    """
    halves = halves_of(database.component_embeddings[layer], database.examples[layer].dead)
    if halves is not None:
        n, mean, deviation = halves.n_known, *halves.spread(probe.vector)
        components, alignment = halves.best(probe.vector, top)
    else:
        found = rank(database, probe, layer).alignment
        known = found[~found.isnan()]
        n, mean = len(known), known.mean()
        deviation = known.std(correction=0) if n else mean
        components, alignment = _best(found, known.topk(min(top, n)).values)
    ascending, best, components = alignment.flip(0), alignment[:top], components[:top]
    not_below = len(alignment) - torch.searchsorted(ascending, best)
    return First(
        components,
        best,
        (best - mean) / deviation if deviation > 0 else best * 0,
        (n - not_below) / max(1, n),
        *_against_words(calibration if probe.is_text else None, components, best),
    )


def _best(
    alignment: Float[Tensor, " component"], highest: Float[Tensor, " top"]
) -> tuple[Int[Tensor, " best"], Float[Tensor, " best"]]:
    """The components that are as high as the lowest of the highest, since topk promises nothing about ties."""
    if not len(highest):
        return torch.empty(0, dtype=torch.int64), highest
    rows = (alignment >= highest[-1]).nonzero().squeeze(1)
    rows = rows[alignment[rows].argsort(descending=True, stable=True)]
    return rows, alignment[rows]


def _against_words(
    calibration: NullCalibration | None, components: Int[Tensor, " best"], alignment: Float[Tensor, " best"]
) -> tuple[Tensor, Tensor, float | None]:
    """The null z-scores and percentiles, and the strength of the first."""
    if calibration is None:
        nothing = torch.full_like(alignment, torch.nan)
        return nothing, nothing, None
    deviation = calibration.deviation[components].clamp(min=torch.finfo(alignment.dtype).tiny)
    below = calibration.share_below(components, alignment)
    strength = calibration.strength(alignment[0]) if len(alignment) else None
    return (alignment - calibration.mean[components]) / deviation, below, strength
