"""Agreement of components: texts that several of them have among their two best, clear or not.

A component's best text can be right and yet not clear. Where many components of a class have it, that is evidence of
its own, to be weighed against how often any components of the layer have a text in common.
"""

from collections.abc import Sequence

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets._arguments import check_texts
from semanticlens_widgets.analysis.labels.two_best import two_nearest
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.queries.unrelated import random_rows
from semanticlens_widgets.concepts import ConceptDatabase

_AT_ONCE = 500


def agreement(
    database: ConceptDatabase, vocabulary: EmbeddedVocabulary, components: Sequence[str]
) -> pd.DataFrame:
    """One row a text that at least two of the components have among their two best, the most surprising first.

    Columns:
        text.
        n, share: The number of the components that have it, and their share.
        expected: The number among as many random components of the layer.
        p_value: The probability of as many or more among these (hypergeometric).
        chance_percentile: The share of 5,000 random sets of as many components whose most surprising text is less
            surprising: what is the best of a vocabulary is compared with the best of a vocabulary.
        components: Names of the components that have it.

    Dead components are left out. Raises ValueError for components of several layers, and fewer than two that are not
    dead.
    """
    layer, chosen = _located(database, components)
    examples = database.examples[layer]
    alive = (~examples.dead).nonzero().squeeze(1)
    embeddings = database.component_embeddings[layer][alive]
    best = two_nearest(embeddings, vocabulary.directions).index
    texts, ranks = best.clamp(min=-1).unique(return_inverse=True)
    own = torch.isin(alive, chosen)
    if own.sum() < 2:
        raise ValueError(
            f"components must name at least two that are not dead, not {len(chosen)}: one has nothing to agree with"
        )
    tails = _tails(len(alive), ranks.flatten().bincount(minlength=len(texts)), int(own.sum()))
    counts = ranks[:, own].flatten().bincount(minlength=len(texts))
    p_values = tails.gather(1, counts.unsqueeze(1)).squeeze(1)
    least = _least_of_random_sets(ranks, tails, int(own.sum()))
    rows = ((counts >= 2) & (texts >= 0)).nonzero().squeeze(1)
    rows = rows[p_values[rows].argsort(stable=True)]
    names = [examples.name(index) for index in alive[own].tolist()]
    return pd.DataFrame(
        {
            "text": [vocabulary.texts[text] for text in texts[rows].tolist()],
            "n": counts[rows].numpy(),
            "share": (counts[rows] / own.sum()).numpy(),
            "expected": (
                ranks.flatten().bincount(minlength=len(texts))[rows] * own.sum() / len(alive)
            ).numpy(),
            "p_value": p_values[rows].numpy(),
            "chance_percentile": (
                (len(least) - torch.searchsorted(least, p_values[rows], right=True)) / (len(least) + 1)
            ).numpy(),
            "components": [
                [name for name, has in zip(names, (ranks[:, own] == row).any(0).tolist(), strict=True) if has]
                for row in rows.tolist()
            ],
        }
    )


def _located(database: ConceptDatabase, components: Sequence[str]) -> tuple[str, Int[Tensor, " component"]]:
    located = [database.locate(name) for name in check_texts("components", components)]
    layers = sorted({layer for layer, _ in located})
    if len(layers) != 1:
        raise ValueError(f"components must be of one layer, not of {', '.join(layers) or 'none'}")
    return layers[0], torch.tensor([index for _, index in located])


def _tails(n: int, having: Int[Tensor, " text"], size: int) -> Float[Tensor, "text count"]:
    """The probability of at least 0, 1, ... of `size` components with each text, drawn from `n` that `having` have."""
    count, all_of = torch.arange(size + 1, dtype=torch.float64), having.double().unsqueeze(1)
    logs = _log_choose(all_of, count) + _log_choose(n - all_of, size - count)
    of_all = _log_choose(torch.tensor(float(n), dtype=torch.float64), torch.tensor(float(size)))
    return (logs - of_all).exp().flip(1).cumsum(1).flip(1).clamp(max=1.0)


def _log_choose(n: Tensor, k: Tensor) -> Tensor:
    """The logarithm of n over k; -inf where there is no such choice."""
    possible = (k >= 0) & (k <= n)
    inner = k.clamp(min=0).minimum(n.clamp(min=0))
    logs = torch.lgamma(n + 1) - torch.lgamma(inner + 1) - torch.lgamma(n - inner + 1)
    return torch.where(possible, logs, -torch.inf)


def _least_of_random_sets(
    ranks: Int[Tensor, "2 component"], tails: Float[Tensor, "text count"], size: int
) -> Float[Tensor, " set"]:
    """The smallest probability among the texts of each random set of components, ascending."""
    least = []
    for members in random_rows(ranks.shape[1], size).split(_AT_ONCE):
        texts = ranks[:, members].permute(1, 0, 2).flatten(1)
        counts = torch.zeros(len(members), len(tails), dtype=torch.int64)
        counts.scatter_add_(1, texts, torch.ones_like(texts))
        least.append(tails[texts, counts.gather(1, texts)].amin(1))
    return torch.cat(least).sort().values
