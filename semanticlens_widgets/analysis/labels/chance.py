"""Chance level of labels: the labels of groups of examples that have nothing in common."""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.labels.two_best import best_of, blocks_of
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.queries.unrelated import N_GROUPS, against_unrelated, random_groups

CLEAR_BEYOND = 0.95
"""A label is clear only where its null z-score is higher than that of this share of random groups."""
Chance = Callable[[int], Float[Tensor, " group"]]
"""From the size of a group to what random groups of that size reach, least first."""


def clear(
    z_score: Float[Tensor, " component"], percentile: Float[Tensor, " component"], threshold: float
) -> Bool[Tensor, " component"]:
    """True if a label is far above unrelated words and clearer than 95 % of random groups; False for NaN."""
    return (z_score >= threshold) & (percentile >= CLEAR_BEYOND)


def chance(samples: Float[Tensor, "sample dim"], vocabulary: EmbeddedVocabulary) -> Chance:
    """The null z-scores of the best texts of 500 groups of random samples, with a fixed seed; drawn once a size."""
    known = vocabulary.chances.setdefault(samples, {})

    def of_size(size: int) -> Float[Tensor, " group"]:
        if size not in known:
            known[size] = _of_chance(samples, vocabulary, size)
        return known[size]

    return of_size


def chance_percentile(
    z_score: Float[Tensor, " group"], sizes: Int[Tensor, " group"], of_chance: Chance
) -> Float[Tensor, " group"]:
    """The share of random groups of the same size whose best text has a lower null z-score; NaN stays NaN.

    The best of many texts fits anything a little: this says how well it fits what has no meaning.
    """
    below = torch.full_like(z_score, torch.nan)
    for size in sizes[~z_score.isnan()].unique().tolist():
        of_size = sizes == size
        below[of_size] = torch.searchsorted(of_chance(size), z_score[of_size]).float() / N_GROUPS
    return below.masked_fill(z_score.isnan(), torch.nan)


def _of_chance(
    samples: Float[Tensor, "sample dim"], vocabulary: EmbeddedVocabulary, size: int
) -> Float[Tensor, " group"]:
    groups = random_groups(samples, size)
    best, _ = best_of(groups @ block.T for block in blocks_of(vocabulary.directions))
    return against_unrelated(groups, best, vocabulary.unrelated)[0].sort().values
