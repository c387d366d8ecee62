"""The labels of a polysemantic component: one a group of its examples, with the group's share."""

from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.labels.chance import (
    Chance,
    chance_percentile,
    clear,
)
from semanticlens_widgets.analysis.labels.example_groups import MAX_GROUPS, example_groups
from semanticlens_widgets.analysis.labels.two_best import best_of, blocks_of
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.queries.unrelated import against_unrelated
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.tensors._cosine import normalized

Shares = list[tuple[str, float]]


def group_labels(
    database: ConceptDatabase,
    vocabulary: EmbeddedVocabulary,
    layer: str,
    whole: Int[Tensor, " component"],
    threshold: float,
    of_chance: Chance,
) -> list[Shares]:
    """The clear labels of each component's groups of examples, with their shares, largest first.

    `whole` holds the vocabulary's row for each component as a whole, -1 where that is not clear: a component of one
    group has this label.
    """
    groups = example_groups(database, layer)
    found: list[Shares] = [[(vocabulary.texts[row], 1.0)] if row >= 0 else [] for row in whole.tolist()]
    several = (groups.amax(1) > 0).nonzero().squeeze(1)
    for start in range(0, len(several), 1024):
        components = several[start : start + 1024]
        part = groups[components]
        rows = _group_labels(database, vocabulary, layer, components, part, threshold, of_chance)
        for component, labels, members in zip(components.tolist(), rows.tolist(), part.tolist(), strict=True):
            found[component] = _counted(vocabulary, labels, members)
    return found


def _group_labels(
    database: ConceptDatabase,
    vocabulary: EmbeddedVocabulary,
    layer: str,
    components: Int[Tensor, " component"],
    groups: Int[Tensor, "component k"],
    threshold: float,
    of_chance: Chance,
) -> Int[Tensor, "component group"]:
    """The vocabulary's row for every group of every component; -1 where it is not clear or there is no group."""
    examples = normalized(database.example_embeddings(layer, components)).nan_to_num(nan=0.0)
    member = _one_hot(groups)
    means = normalized(torch.einsum("ckg,ckd->cgd", member.to(examples.dtype), examples)).flatten(0, 1)
    sizes = member.sum(1).flatten()
    some = sizes > 0
    labels = torch.full_like(sizes, -1)
    labels[some] = _clear_texts(vocabulary, means[some], sizes[some], threshold, of_chance)
    return labels.unflatten(0, (len(groups), -1))


def _clear_texts(
    vocabulary: EmbeddedVocabulary,
    means: Float[Tensor, "group dim"],
    sizes: Int[Tensor, " group"],
    threshold: float,
    of_chance: Chance,
) -> Int[Tensor, " group"]:
    best, texts = best_of(means @ block.T for block in blocks_of(vocabulary.directions))
    z_score, _ = against_unrelated(means, best, vocabulary.unrelated)
    return torch.where(clear(z_score, chance_percentile(z_score, sizes, of_chance), threshold), texts, -1)


def _one_hot(groups: Int[Tensor, "component k"]) -> Bool[Tensor, "component k group"]:
    return groups.unsqueeze(2) == torch.arange(MAX_GROUPS)


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
