"""Components per text of a vocabulary: those with it as their clear label, and those of random groups of images."""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.labels.chance import Chance, best_texts, clear
from semanticlens_widgets.analysis.labels.example_groups import first_copies
from semanticlens_widgets.analysis.labels.labels import CLEAR_ABOVE
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.sides import Side, n_sets_for


class Labelled(NamedTuple):
    """The clear labels of a side, as rows of the vocabulary; -1 for none."""

    components: Int[Tensor, " component"]
    random: Int[Tensor, "draw component"]
    """Of random groups of images, as many and as large as the components."""


def labelled(side: Side, vocabulary: EmbeddedVocabulary) -> Labelled:
    """The labels of the components and of random groups, clear by the same rule as in `label`."""
    table = side.database.example_table(side.layer)[0]
    chance = Chance(table, first_copies(side.database, side.layer), vocabulary)
    chance.warn_where_too_few(side.layer, side.sizes)
    n_sets = n_sets_for(side.embeddings.numel() * len(vocabulary.texts))
    random = [_labels(side, side.embedded(rows), vocabulary, chance) for rows in side.random_sets(n_sets)]
    return Labelled(_labels(side, side.embeddings, vocabulary, chance), torch.stack(random))


def _labels(
    side: Side, embeddings: Float[Tensor, "component dim"], vocabulary: EmbeddedVocabulary, chance: Chance
) -> Int[Tensor, " component"]:
    z_score, texts = best_texts(vocabulary, embeddings)
    z_score = z_score.masked_fill(~side.present, torch.nan)
    found = clear(z_score, chance.percentile(z_score, side.sizes), CLEAR_ABOVE)
    return torch.where(found, texts, -1)


def counted(
    labels: Int[Tensor, "*draw component"], members: Float[Tensor, "text node"]
) -> Float[Tensor, "*draw node"]:
    """The number of components with a label under each node; `members` is 1 where a text is the node or below it."""
    below = torch.cat([members, torch.zeros(1, members.shape[1])])  # -1 is the last row: no label
    return below[labels].sum(-2)
