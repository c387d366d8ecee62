"""Is an alignment of 0.24 good? Against unrelated words it can be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets._choices import Baseline
from semanticlens_widgets.analysis.queries.null_words import NULL_WORDS
from semanticlens_widgets.analysis.queries.probes import probes
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.foundation_models import FoundationModel

WEAK_BELOW = 0.5
"""A query is weak when its strength is below this: its best component is no better than that of the median word.

The words name visible things too, so that a stricter bar would call good queries weak. With the offline foundation
model on 522 photos this marks 1 of 46 searches for what the photos show, and 22 of 34 for what no component can know.
"""
_AT_ONCE = 8192
"""Components compared with the words at a time: 7 MB of alignments."""


@dataclass(frozen=True, eq=False)
class NullCalibration:
    """Alignments of the components of one layer with a couple of hundred unrelated everyday words."""

    layer: str
    mean: Float[Tensor, " component"]
    deviation: Float[Tensor, " component"]
    """Population standard deviation over the words."""
    best: Float[Tensor, " word"]
    """Every word's highest alignment in the layer, ascending."""
    words: Float[Tensor, "word dim"]
    """The directions of the words."""
    embeddings: Float[Tensor, "component dim"]
    """Those of the layer."""

    @cached_property
    def ascending(self) -> Float[Tensor, "component word"]:
        """The alignments, ascending along a row: 8 MB for 10,000 components, made when a whole layer is compared."""
        return torch.cat([(part @ self.words.T).sort(1).values for part in self.embeddings.split(_AT_ONCE)])

    def share_below(
        self, components: Int[Tensor, " row"], alignment: Float[Tensor, " row"]
    ) -> Float[Tensor, " row"]:
        """The share of words with a lower alignment than each of a few components has."""
        of_words = self.embeddings[components] @ self.words.T
        return (of_words < alignment.unsqueeze(1)).float().mean(1)

    def strength(self, alignment: Float[Tensor, ""]) -> float:
        """The share of words whose best component has a lower alignment."""
        return int(torch.searchsorted(self.best, alignment)) / len(self.best)


def null_calibration(
    database: ConceptDatabase,
    foundation_model: FoundationModel,
    layer: str | None = None,
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
) -> NullCalibration:
    """The calibration of one layer for queries with these templates and this baseline; compute it once, pass it on."""
    layer = database.layer_name(layer)
    return null_calibrations(database, foundation_model, [layer], templates, baseline)[layer]


def null_calibrations(
    database: ConceptDatabase,
    foundation_model: FoundationModel,
    layer: str | Sequence[str] | None = None,
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
) -> dict[str, NullCalibration]:
    """The calibrations of `layer` (or layers; of all when None); the words are embedded once."""
    names = database.layer_names(layer)
    quoted = [f'"{word}"' for word in NULL_WORDS]
    words = probes(database, foundation_model, quoted, templates=templates, baseline=baseline)
    return calibrations_by(database, torch.stack([word.vector for word in words]), names)


def calibrations_by(
    database: ConceptDatabase, words: Float[Tensor, "word dim"], layers: Sequence[str] | None = None
) -> dict[str, NullCalibration]:
    """The same by words that are embedded already: `EmbeddedVocabulary.unrelated`."""
    names = database.layers if layers is None else layers
    return {layer: _calibrate(layer, database.component_embeddings[layer], words) for layer in names}


def _calibrate(
    layer: str, embeddings: Float[Tensor, "component dim"], words: Float[Tensor, "word dim"]
) -> NullCalibration:
    parts = [_of_part(part @ words.T) for part in embeddings.split(_AT_ONCE)]
    mean, deviation, best = zip(*parts, strict=True)
    return NullCalibration(
        layer=layer,
        mean=torch.cat(mean),
        deviation=torch.cat(deviation),
        best=torch.stack(best).amax(0).sort().values,
        words=words,
        embeddings=embeddings,
    )


def _of_part(alignments: Float[Tensor, "component word"]) -> tuple[Tensor, Tensor, Tensor]:
    """The mean and deviation of every component, and the highest alignment of every word."""
    return alignments.mean(1), alignments.std(1, correction=0), alignments.amax(0)
