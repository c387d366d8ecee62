"""The labels of a polysemantic component: one a group of its examples, with the group's share."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.labels.chance import (
    CLEAR_BEYOND,
    LONE_PART_CLEAR_BEYOND,
    Chance,
    best_texts,
    clear,
)
from semanticlens_widgets.analysis.labels.example_groups import counted_once, divided, parts
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary

Shares = list[tuple[str, float]]
_AT_ONCE = 1024


def group_labels(
    embeddings: Float[Tensor, "sample dim"],
    rows: Int[Tensor, "component k"],
    vocabulary: EmbeddedVocabulary,
    whole: Int[Tensor, " component"],
    threshold: float,
    chance: Chance,
) -> list[Shares]:
    """The clear labels of each component's groups of examples, with their shares, largest first.

    `rows` are the examples' in `embeddings`, equal ones by one row; `whole` holds the vocabulary's row for each
    component as a whole, -1 where that is not clear: a component of one group has this label, and so has one whose
    groups have no clear label.
    """
    groups = divided(embeddings, rows)
    found: list[Shares] = [[(vocabulary.texts[row], 1.0)] if row >= 0 else [] for row in whole.tolist()]
    several = (groups.amax(1) > 0).nonzero().squeeze(1)
    for components in several.split(_AT_ONCE) if len(several) else ():
        part = groups[components]
        beyond = torch.where(whole[components] >= 0, CLEAR_BEYOND, LONE_PART_CLEAR_BEYOND)
        texts = _clear_texts(embeddings, rows[components], part, vocabulary, threshold, beyond, chance)
        for component, labels, members in zip(
            components.tolist(), texts.tolist(), part.tolist(), strict=True
        ):
            found[component] = _counted(vocabulary, labels, members) or found[component]
    return found


def _clear_texts(
    embeddings: Float[Tensor, "sample dim"],
    rows: Int[Tensor, "component k"],
    groups: Int[Tensor, "component k"],
    vocabulary: EmbeddedVocabulary,
    threshold: float,
    beyond: Float[Tensor, " component"],
    chance: Chance,
) -> Int[Tensor, "component group"]:
    """The vocabulary's row for every group of every component; -1 where it is not clear or there is no group."""
    directions, sizes = parts(embeddings, rows, groups.masked_fill(~counted_once(rows), -1))
    some = sizes > 0
    z_score, texts = best_texts(vocabulary, directions[some])
    whole = sizes.sum(1, keepdim=True).expand_as(sizes)[some]
    percentile = chance.percentile_of_parts(z_score, sizes[some], whole)
    bar = beyond.unsqueeze(1).expand_as(sizes)[some]
    labels = torch.full(some.shape, -1)
    labels[some] = torch.where(clear(z_score, percentile, threshold, bar), texts, -1)
    return labels


def _counted(vocabulary: EmbeddedVocabulary, labels: Sequence[int], members: Sequence[int]) -> Shares:
    """Groups with one label are one; largest share first, ties by the better rank."""
    n_examples = sum(group >= 0 for group in members)
    counts: dict[int, int] = {}
    for group in members:
        row = labels[group] if group >= 0 else -1
        if row >= 0:
            counts[row] = counts.get(row, 0) + 1
    largest_first = sorted(counts.items(), key=lambda item: -item[1])
    return [(vocabulary.texts[row], count / n_examples) for row, count in largest_first]
