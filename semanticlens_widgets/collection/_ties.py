"""Warnings about layers most of whose components are dead, or have equal best scores."""

import torch

from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.collection._dead import without_arbitrary
from semanticlens_widgets.concepts import ConceptExamples


def warn_of_ties(examples: ConceptExamples) -> None:
    """Warns when more than half of a layer's components are dead, or have k equal scores.

    Of equal scores "the best" are those that come first in the dataset; the usual cause is an activation that
    saturates, such as ReLU6. Does not warn below 2k samples.
    """
    scores = without_arbitrary(examples).scores
    n = len(scores)
    if examples.k < 2 or examples.n_samples < 2 * examples.k or not n:
        return
    n_dead = int(scores[:, 0].isneginf().sum())
    if 2 * n_dead > n:
        warn_user(
            f"in layer {examples.layer!r}, {n_dead} of {n} components are dead: never active, or with the same score "
            "for every sample, so that they have no examples; check the transform, or choose another layer"
        )
    # Descending, so the first and the last are equal only when all are.
    tied = (scores[:, 0] == scores[:, -1]) & torch.isfinite(scores[:, -1])
    if 2 * int(tied.sum()) <= n:
        return
    value = float(scores[tied, 0].mode().values)
    warn_user(
        f"in layer {examples.layer!r}, {int(tied.sum())} of {n} components have the same score, mostly {value:g}, for "
        f"all of their {examples.k} best samples, so that these are only the first ones of the dataset; choose the "
        "layer before the activation, or pooling='mean'"
    )
