"""The knowledge of a layer in words: a table of nodes of a hierarchy, the holes, and a treemap."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.analysis.knowledge.counts import Labelled, counted, labelled
from semanticlens_widgets.analysis.knowledge.figures import treemap_figure
from semanticlens_widgets.analysis.knowledge.hierarchy import Path, paths
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.sides import Side

if TYPE_CHECKING:
    import plotly.graph_objects as go

KNOWN_BEYOND = 0.95
"""A word is known if more components have a label there than of random groups in 95 % of draws."""
_SHOWN = 12


class Knowledge:
    """The clear labels of a layer over a hierarchy of words; `lens.knowledge` makes it."""

    def __init__(
        self, side: Side, texts: Sequence[str], found: Labelled, where: Sequence[Path], weights: Tensor | None
    ) -> None:
        """`weights` are the shares of relevance of the components; None without any."""
        self.layer, self._n_components = side.layer, int(side.present.sum())
        self._texts, self._found, self._paths, self._weights = texts, found, where, weights

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a word or hypernym, the hierarchy from above, the most components first within each hypernym.

        Columns:
            word, path: The word, and its hypernyms with it, as "animal > bird > owl".
            depth, in_vocabulary: Its depth, 0 at the top; whether it is a word of the vocabulary itself.
            n_components, share: The components whose clear label is the word or one below it; of those not dead.
            relevance: The share of positive relevance of these components; NaN in a layer that was not attributed.
            expected: The mean number among as many random groups of images.
            chance_percentile: The share of draws of random groups with fewer, in [0, 1].
            known: The percentile is at least 0.95 and there is a component; of words without meaning at most 5 % are.
            n_words, n_holes: Words of the vocabulary here and below, and how many of them are no component's label.
        """
        return self._nodes.drop(columns=["id", "parent", "n_own", "holes"])

    @cached_property
    def holes(self) -> pd.DataFrame:
        """The words of the vocabulary that are no component's clear label: word, path."""
        labels = set(self._found.components.tolist())
        rows = [row for row in range(len(self._texts)) if row not in labels]
        words = [self._texts[row] for row in rows]
        return pd.DataFrame({"word": words, "path": [_shown(self._paths[row]) for row in rows]})

    def treemap(self, by: str = "share") -> "go.Figure":
        """A plotly treemap: hypernyms around words, coloured by the share of components or of relevance.

        Words in brackets are not above chance; grey tiles are words that nothing answers to. Raises ValueError for
        by="relevance" in a layer that was not attributed.
        """
        check_choice("by", by, ["share", "relevance"])
        if by == "relevance" and self._weights is None:
            raise ValueError(
                f"layer {self.layer!r} was not attributed; call lens.attribute() first, or use by='share'"
            )
        return treemap_figure(self._nodes, f"{self.layer}: {self._n_components:,} components", by)

    @cached_property
    def _nodes(self) -> pd.DataFrame:
        nodes = sorted({path[:end] for path in self._paths for end in range(1, len(path) + 1)})
        place = {node: column for column, node in enumerate(nodes)}
        members = torch.zeros(len(self._texts), len(nodes))
        for row, path in enumerate(self._paths):
            members[row, [place[path[:end]] for end in range(1, len(path) + 1)]] = 1
        numbers = self._numbers(members)
        counts = dict(zip(nodes, numbers["n_components"], strict=True))

        def most_first(node: Path) -> list[tuple[float, str]]:
            return [(-counts[node[:end]], node[end - 1]) for end in range(1, len(node) + 1)]

        table = pd.concat([self._described(nodes), numbers], axis=1)
        return table.loc[sorted(table.index, key=lambda row: most_first(nodes[row]))].reset_index(drop=True)

    def _described(self, nodes: Sequence[Path]) -> pd.DataFrame:
        own = {path: int(n) for path, n in zip(self._paths, self._per_text.tolist(), strict=True)}
        inner = {path[:end] for path in self._paths for end in range(1, len(path))}
        holes: dict[Path, list[str]] = {}
        for path in self._paths:
            if not own[path] and path not in inner:
                holes.setdefault(path[:-1], []).append(path[-1])
        return pd.DataFrame(
            {
                "word": [node[-1] for node in nodes],
                "path": [_shown(node) for node in nodes],
                "depth": [len(node) - 1 for node in nodes],
                "in_vocabulary": [node in own for node in nodes],
                "id": ["\n".join(node) for node in nodes],
                "parent": ["\n".join(node[:-1]) for node in nodes],
                "n_own": [own.get(node, 0) for node in nodes],
                "holes": pd.Series([holes.get(node, []) for node in nodes]),
            }
        )

    def _numbers(self, members: Float[Tensor, "text node"]) -> pd.DataFrame:
        ours = counted(self._found.components, members)
        draws = torch.stack([counted(labels, members) for labels in self._found.random])
        percentile = (draws < ours).float().sum(0) / (len(draws) + 1)
        empty = (self._per_text == 0).float()
        return pd.DataFrame(
            {
                "n_components": ours.int().numpy(),
                "share": (ours / max(1, self._n_components)).numpy(),
                "relevance": self._relevance(members).numpy(),
                "expected": draws.mean(0).numpy(),
                "chance_percentile": percentile.numpy(),
                "known": ((percentile >= KNOWN_BEYOND) & (ours > 0)).numpy(),
                "n_words": members.sum(0).int().numpy(),
                "n_holes": (empty @ members).int().numpy(),
            }
        )

    @cached_property
    def _per_text(self) -> Int[Tensor, " text"]:
        """The number of components with each text as their clear label."""
        labels = self._found.components
        return labels[labels >= 0].bincount(minlength=len(self._texts))

    def _relevance(self, members: Float[Tensor, "text node"]) -> Float[Tensor, " node"]:
        if self._weights is None:
            return torch.full((members.shape[1],), torch.nan)
        with_label = self._found.components >= 0
        return self._weights[with_label] @ members[self._found.components[with_label]]

    def __repr__(self) -> str:
        known = self.table[self.table["known"] & self.table["in_vocabulary"]]
        most = known.sort_values("n_components", ascending=False, kind="stable").head(_SHOWN)
        words = ", ".join(f"{row.word} ({row.n_components})" for row in most.itertuples())
        return f"<Knowledge of {self.layer}, {self._n_components:,} components: {words or 'nothing above chance'}>"


def knowledge(
    side: Side, vocabulary: EmbeddedVocabulary, hierarchy: Mapping[str, Sequence[str]] | None = None
) -> Knowledge:
    """The knowledge of a side in the words of a vocabulary; for `hierarchy` see `hierarchy.paths`."""
    relevance = side.database.relevance.get(side.layer)
    weights = None if relevance is None else relevance.share[relevance.n_samples > 0].mean(0)
    found = labelled(side, vocabulary)
    return Knowledge(side, vocabulary.texts, found, paths(vocabulary.texts, hierarchy), weights)


def _shown(path: Path) -> str:
    return " > ".join(path)
