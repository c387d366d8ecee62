"""Components per text of a vocabulary: those with it as their clear label, and those of random groups of images.

Evidence for a text is the sum over its components of -ln of the share of random groups whose label is as clear, so that
many clear components and a few very clear ones count alike. Source: Fisher, Statistical methods for research workers,
4th edition 1932 (the combination of probabilities); departure: its distribution is that of random groups of images, as
components of a layer depend on each other.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Float64, Int
from torch import Tensor

from semanticlens_widgets.analysis.labels.chance import Chance, best_texts, clear
from semanticlens_widgets.analysis.labels.example_groups import first_copies
from semanticlens_widgets.analysis.labels.labels import CLEAR_ABOVE
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.sides import Side, n_sets_for


class Labels(NamedTuple):
    """The clear labels of components, or of random groups in their place, draw by draw."""

    texts: Int[Tensor, "*draw component"]
    """Rows of the vocabulary; -1 for none."""
    evidence: Float64[Tensor, "*draw component"]
    """-ln of the share of random groups of images whose label is as clear."""

    def per_text(self, n: int, *, evidence: bool = False) -> Float64[Tensor, "*draw text"]:
        """The number of components with each of `n` texts as their label, or the evidence in them."""
        amounts = self.evidence if evidence else torch.ones_like(self.evidence)
        found = torch.zeros(*self.texts.shape[:-1], n + 1, dtype=torch.float64)
        return found.scatter_add(-1, self.texts % (n + 1), amounts)[..., :n]  # -1 goes to the last: no label


def labelled(side: Side, vocabulary: EmbeddedVocabulary) -> tuple[Labels, Labels]:
    """The labels of the components and of random groups, as many and as large, clear by the same rule as in `label`."""
    table = side.database.example_table(side.layer)[0]
    chance = Chance(table, first_copies(side.database, side.layer), vocabulary)
    chance.warn_where_too_few(side.layer, side.sizes)
    n_sets = n_sets_for(side.embeddings.numel() * len(vocabulary.texts))
    random = [_labels(side, side.embedded(rows), vocabulary, chance) for rows in side.random_sets(n_sets)]
    return _labels(side, side.embeddings, vocabulary, chance), Labels(
        *map(torch.stack, zip(*random, strict=True))
    )


def _labels(
    side: Side, embeddings: Float[Tensor, "component dim"], vocabulary: EmbeddedVocabulary, chance: Chance
) -> Labels:
    z_score, texts = best_texts(vocabulary, embeddings)
    z_score = z_score.masked_fill(~side.present, torch.nan)
    percentile = chance.percentile(z_score, side.sizes)
    found = clear(z_score, percentile, CLEAR_ABOVE)
    return Labels(torch.where(found, texts, -1), -torch.log1p(-percentile.nan_to_num().double()))
