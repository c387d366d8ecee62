"""What labels groups of examples get that have nothing in common."""

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.analysis._two_best import blocks_of, two_best
from semanticlens_widgets.analysis._vocabulary import EmbeddedVocabulary
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.tensors._cosine import normalized

N_GROUPS = 500
SEED = 0


def against_unrelated(
    embeddings: Float[Tensor, "component dim"],
    alignment: Float[Tensor, " component"],
    vocabulary: EmbeddedVocabulary,
) -> tuple[Float[Tensor, " component"], Float[Tensor, " component"]]:
    """Standard deviations above the mean alignment with unrelated words; percent of the words that align less."""
    unrelated = embeddings @ vocabulary.unrelated.T
    tiny = torch.finfo(unrelated.dtype).tiny
    z_score = (alignment - unrelated.mean(1)) / unrelated.std(1, correction=0).clamp(min=tiny)
    below = 100 * (unrelated < alignment.unsqueeze(1)).float().mean(1)
    return z_score, below.masked_fill(alignment.isnan(), torch.nan)


def chance_percentile(
    z_score: Float[Tensor, " component"], database: ConceptDatabase, vocabulary: EmbeddedVocabulary, k: int
) -> Float[Tensor, " component"]:
    """The percentage of 500 groups of k random samples whose best text has a lower null z-score; NaN stays NaN.

    The best of many texts fits anything a little: this says how well it fits what has no meaning. The groups are
    drawn from the database's samples, with a fixed seed.
    """
    if not len(database.samples):
        return torch.full_like(z_score, torch.nan)
    generator = torch.Generator().manual_seed(SEED)
    drawn = torch.randint(len(database.samples), (N_GROUPS, k), generator=generator)
    groups = normalized(normalized(database.samples.embeddings)[drawn].mean(1))
    best = two_best((groups @ block.T for block in blocks_of(vocabulary.directions)), N_GROUPS).score[0]
    of_chance = against_unrelated(groups, best, vocabulary)[0].sort().values
    below = 100 * torch.searchsorted(of_chance, z_score).float() / N_GROUPS
    return below.masked_fill(z_score.isnan(), torch.nan)
