"""One layer in the order of a query: tensors alone, fast enough for every keystroke."""

from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.queries.calibration import WEAK_BELOW, NullCalibration
from semanticlens_widgets.analysis.queries.probes import Probe
from semanticlens_widgets.concepts import ConceptDatabase


@dataclass(frozen=True, eq=False)
class Ranking:
    """Every component of a layer, scored against one probe. Row c belongs to component c.

    NaN in every column for a component without examples. The null scores are NaN, and the strength None, without
    a calibration and for a query that is not text alone: two images are always closer than a text and an image.
    All but the alignment is computed when it is first asked for: a map wants colours, not an order.
    """

    layer: str
    alignment: Float[Tensor, " component"]
    """Cosine of component embedding and probe, in [-1, 1]; less the cosine with nothing when `baseline="cosine"`."""
    calibration: NullCalibration | None
    """Baseline of the null scores; None without them."""
    caveat: str = ""
    """That of the probe."""

    @cached_property
    def order(self) -> Int[Tensor, " component"]:
        """Components from the highest alignment to the lowest, ties by the lower index, those without examples last."""
        return self.alignment.nan_to_num(nan=-torch.inf).argsort(descending=True, stable=True)

    @cached_property
    def z_score(self) -> Float[Tensor, " component"]:
        """Standard deviations above the mean alignment of the layer's components; 0 when all are equal."""
        known = self.alignment[~self.alignment.isnan()]
        deviation = known.std(correction=0) if len(known) else torch.tensor(0.0)
        return (self.alignment - known.mean()) / deviation if deviation > 0 else self.alignment * 0

    @cached_property
    def percentile(self) -> Float[Tensor, " component"]:
        """The share of the layer's components with a lower alignment, in [0, 1]."""
        ascending = self.alignment[~self.alignment.isnan()].sort().values
        below = torch.searchsorted(ascending, self.alignment) / max(1, len(ascending))
        return below.masked_fill(self.alignment.isnan(), torch.nan)

    @cached_property
    def null_z_score(self) -> Float[Tensor, " component"]:
        """Standard deviations above this component's mean alignment with unrelated words."""
        if self.calibration is None:
            return torch.full_like(self.alignment, torch.nan)
        tiny = torch.finfo(self.alignment.dtype).tiny
        return (self.alignment - self.calibration.mean) / self.calibration.deviation.clamp(min=tiny)

    @cached_property
    def null_percentile(self) -> Float[Tensor, " component"]:
        """The share of unrelated words with a lower alignment to this component, in [0, 1]."""
        if self.calibration is None:
            return torch.full_like(self.alignment, torch.nan)
        ascending = self.calibration.ascending
        below = torch.searchsorted(ascending, self.alignment.unsqueeze(1)).squeeze(1)
        return (below / ascending.shape[1]).masked_fill(self.alignment.isnan(), torch.nan)

    @cached_property
    def strength(self) -> float | None:
        """The share of unrelated words whose best component is worse than the query's best, in [0, 1]."""
        known = self.alignment[~self.alignment.isnan()]
        if self.calibration is None or not len(known):
            return None
        return self.calibration.strength(known.max())

    @property
    def weak(self) -> bool:
        """True if the layer hardly responds to the query; False without a calibration."""
        return self.strength is not None and self.strength < WEAK_BELOW


def rank(
    database: ConceptDatabase,
    probe: Probe,
    layer: str | None = None,
    calibration: NullCalibration | None = None,
) -> Ranking:
    """The components of `layer` (the deepest when None) with their alignment with the probe.

    Raises LayerNotFoundError, and ValueError for a calibration of another layer.
    """
    layer = database.layer_name(layer)
    if calibration is not None and calibration.layer != layer:
        raise ValueError(
            f"the calibration is of layer {calibration.layer!r} and the question of layer {layer!r}"
        )
    alignment = database.component_embeddings[layer] @ probe.vector
    alignment.masked_fill_(database.examples[layer].dead, torch.nan)
    return Ranking(layer, alignment, calibration if probe.is_text else None, probe.caveat)
