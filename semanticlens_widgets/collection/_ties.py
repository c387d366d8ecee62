"""Warning about components whose best samples all have the same score."""

import torch

from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.concepts import ConceptExamples


def warn_of_ties(examples: ConceptExamples) -> None:
    """Warns when more than half of a layer's components have k equal scores: "the best" is then dataset order.

    The usual cause is an activation that saturates, such as ReLU6. Does not warn below 2k samples.
    """
    scores = examples.scores
    if examples.k < 2 or examples.n_samples < 2 * examples.k or not len(scores):
        return
    # Descending, so the first and the last are equal only when all are.
    tied = (scores[:, 0] == scores[:, -1]) & torch.isfinite(scores[:, -1])
    if 2 * int(tied.sum()) <= len(scores):
        return
    value = float(scores[tied, 0].mode().values)
    warn_user(
        f"in layer {examples.layer!r}, {int(tied.sum())} of {len(scores)} components have the same score, mostly "
        f"{value:g}, for all of their {examples.k} best samples, so that these are only the first ones of the dataset; "
        "choose the layer before the activation, or pooling='mean'"
    )
