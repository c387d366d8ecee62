"""One layer in the order of a query: tensors alone, fast enough for every keystroke."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis._calibration import WEAK_BELOW, NullCalibration
from semanticlens_widgets.analysis._probes import Probe
from semanticlens_widgets.concepts import ConceptDatabase


@dataclass(frozen=True, eq=False)
class Ranking:
    """Every component of a layer, scored against one probe. Row c belongs to component c.

    NaN in every column for a component without examples. The null scores are NaN, and the strength None, without
    a calibration and for a query that is not text alone: two images are always closer than a text and an image.
    """

    layer: str
    order: Int[Tensor, " component"]
    """Components from the highest alignment to the lowest, ties by the lower index, those without examples last."""
    alignment: Float[Tensor, " component"]
    """Cosine of component embedding and probe, in [-1, 1]; less the cosine with nothing when `null="cosine"`."""
    z_score: Float[Tensor, " component"]
    """Standard deviations above the mean alignment of the layer's components; 0 when all are equal."""
    percentile: Float[Tensor, " component"]
    """The share of the layer's components with a lower alignment, in [0, 100]."""
    null_z_score: Float[Tensor, " component"]
    """Standard deviations above this component's mean alignment with unrelated words."""
    null_percentile: Float[Tensor, " component"]
    """The share of unrelated words with a lower alignment to this component, in [0, 100]."""
    strength: float | None
    """The share of unrelated words whose best component is worse than the query's best, in [0, 100]."""

    @property
    def weak(self) -> bool:
        """Whether the layer hardly knows what was asked for; False when it cannot be said."""
        return self.strength is not None and self.strength < WEAK_BELOW


def rank(
    database: ConceptDatabase,
    probe: Probe,
    layer: str | None = None,
    calibration: NullCalibration | None = None,
) -> Ranking:
    """The components of `layer` (the first when None) in the order of their alignment with the probe.

    Raises LayerNotFoundError, and ValueError for a calibration of another layer.
    """
    layer = database.layer(layer)
    if calibration is not None and calibration.layer != layer:
        raise ValueError(
            f"the calibration is of layer {calibration.layer!r} and the question of layer {layer!r}"
        )
    embeddings = database.component_embeddings[layer]
    known = database.examples[layer].n_examples > 0
    alignment = (embeddings @ probe.vector).masked_fill(~known, torch.nan)
    usable = calibration if probe.is_text else None
    return Ranking(
        layer=layer,
        order=alignment.nan_to_num(nan=-torch.inf).argsort(descending=True, stable=True),
        alignment=alignment,
        z_score=_z_score(alignment),
        percentile=_percentile(alignment),
        null_z_score=_null_z_score(alignment, usable),
        null_percentile=_null_percentile(alignment, usable),
        strength=_strength(alignment, usable),
    )


def _z_score(alignment: Float[Tensor, " component"]) -> Float[Tensor, " component"]:
    known = alignment[~alignment.isnan()]
    deviation = known.std(correction=0) if len(known) else torch.tensor(0.0)
    return (alignment - known.mean()) / deviation if deviation > 0 else alignment * 0


def _percentile(alignment: Float[Tensor, " component"]) -> Float[Tensor, " component"]:
    ascending = alignment[~alignment.isnan()].sort().values
    below = torch.searchsorted(ascending, alignment) / max(1, len(ascending))
    return (100 * below).masked_fill(alignment.isnan(), torch.nan)


def _null_z_score(
    alignment: Float[Tensor, " component"], calibration: NullCalibration | None
) -> Float[Tensor, " component"]:
    if calibration is None:
        return torch.full_like(alignment, torch.nan)
    tiny = torch.finfo(alignment.dtype).tiny
    return (alignment - calibration.mean) / calibration.deviation.clamp(min=tiny)


def _null_percentile(
    alignment: Float[Tensor, " component"], calibration: NullCalibration | None
) -> Float[Tensor, " component"]:
    if calibration is None:
        return torch.full_like(alignment, torch.nan)
    below = torch.searchsorted(calibration.ascending, alignment.unsqueeze(1)).squeeze(1)
    return (100 * below / calibration.ascending.shape[1]).masked_fill(alignment.isnan(), torch.nan)


def _strength(alignment: Float[Tensor, " component"], calibration: NullCalibration | None) -> float | None:
    known = alignment[~alignment.isnan()]
    if calibration is None or not len(known):
        return None
    return 100 * int(torch.searchsorted(calibration.best, known.max())) / len(calibration.best)
