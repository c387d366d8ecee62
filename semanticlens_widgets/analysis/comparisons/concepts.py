"""Concepts that a side knows, and those that come, go and stay from one side to another."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.labels.labels import CLEAR_ABOVE
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.sides import Side, n_sets_for

KNOWN_BEYOND = 0.95
"""A concept is known if a component answers to it more than the best of as many random groups in 95 % of draws."""
_CHUNK = 512


Embed = Callable[[Any], EmbeddedVocabulary]
"""Embeds a vocabulary with the foundation model of a side's lens."""


class Known(NamedTuple):
    """For every text of a vocabulary the component of a side that answers to it best; -1 and NaN without any."""

    component: Int[Tensor, " text"]
    z_score: Float[Tensor, " text"]
    """Standard deviations above the component's alignment with unrelated words."""
    percentile: Float[Tensor, " text"]
    """The share of random sets, of as many groups of images as there are components, whose best answers less."""

    @property
    def known(self) -> Bool[Tensor, " text"]:
        """True if the answer is far above unrelated words and above chance."""
        return (self.z_score >= CLEAR_ABOVE) & (self.percentile >= KNOWN_BEYOND)


def known_concepts(side: Side, vocabulary: EmbeddedVocabulary) -> Known:
    """The best answer of a side's components to every text, against the best of as many random groups.

    The maximum over many components is high by chance alone; random groups pay the same price. So of texts that have
    nothing to do with the components 5 % are above chance, however many components there are.
    """
    best, component = _best(side.embeddings[side.present], vocabulary)
    n_sets = n_sets_for(side.embeddings.numel() * len(vocabulary.texts))
    below = torch.zeros_like(best)
    for rows in side.random_sets(n_sets):
        below += _best(side.embedded(rows[side.present]), vocabulary)[0] < best - 1e-6
    component = torch.where(component >= 0, side.present.nonzero().squeeze(1)[component], -1)
    return Known(component, best, (below / (n_sets + 1)).masked_fill(best.isnan(), torch.nan))


def _best(
    embeddings: Float[Tensor, "component dim"], vocabulary: EmbeddedVocabulary
) -> tuple[Float[Tensor, " text"], Int[Tensor, " text"]]:
    n = len(vocabulary.texts)
    best, component = torch.full((n,), torch.nan), torch.full((n,), -1)
    for start in range(0, len(embeddings), _CHUNK):
        part = embeddings[start : start + _CHUNK]
        unrelated = part @ vocabulary.unrelated.T
        deviation = unrelated.std(1, correction=0).clamp(min=torch.finfo(part.dtype).tiny)
        scores = (part @ vocabulary.directions.T - unrelated.mean(1, keepdim=True)) / deviation.unsqueeze(1)
        found = scores.max(0)
        better = ~(found.values <= best)
        best = torch.where(better, found.values, best)
        component = torch.where(better, found.indices + start, component)
    return best, component


def concept_changes(sides: Sequence[Side], embed: Sequence[Embed], vocabulary: object) -> pd.DataFrame:
    """One row a text, for each side and each later one: its change and the best component of both."""
    words = [each(vocabulary) for each in embed]
    known = [known_concepts(side, embedded) for side, embedded in zip(sides, words, strict=True)]
    tables = [
        _changes((sides[left], known[left]), (sides[right], known[right]), words[left].texts)
        for left, right in combinations(range(len(sides)), 2)
    ]
    return pd.concat(tables, ignore_index=True)


def _changes(before: tuple[Side, Known], after: tuple[Side, Known], texts: tuple[str, ...]) -> pd.DataFrame:
    (left, one), (right, other) = before, after
    had, has = one.known, other.known
    words = {(True, True): "kept", (True, False): "lost", (False, True): "gained", (False, False): "unknown"}
    changes = [words[pair] for pair in zip(had.tolist(), has.tolist(), strict=True)]
    columns: dict[str, object] = {
        "concept": list(texts),
        "from": left.name,
        "to": right.name,
        "change": changes,
    }
    for word, side, found in (("from", left, one), ("to", right, other)):
        components = found.component.tolist()
        columns[f"component_{word}"] = [side.names[index] if index >= 0 else "" for index in components]
        columns[f"z_score_{word}"] = found.z_score.numpy()
        columns[f"chance_percentile_{word}"] = found.percentile.numpy()
        columns[f"examples_{word}"] = [examples_shown(side, index) for index in components]
    return pd.DataFrame(columns)


def examples_shown(side: Side, component: int, most: int = 3) -> str:
    """The commonest labels of a component's examples with their counts, as "frog (7), toad (2)"."""
    labels = side.database.example_labels(side.layer, component) if component >= 0 else []
    return ", ".join(f"{label} ({n})" for label, n in labels[:most])
