"""The knowledge of a layer in words: a table of nodes of a hierarchy, the holes, and a treemap."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
import torch
from jaxtyping import Float, Float64
from torch import Tensor

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets._display import mimebundle_of
from semanticlens_widgets.analysis.knowledge.counts import Labels, labelled
from semanticlens_widgets.analysis.knowledge.figures import treemap_figure
from semanticlens_widgets.analysis.knowledge.hierarchy import Path, paths
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.sides import Side

if TYPE_CHECKING:
    import plotly.graph_objects as go

KNOWN_BEYOND = 0.95
"""A word is known if the evidence in its components is more than in random groups in 95 % of draws."""
_ROUNDING = 1e-9
"""Sums of the same evidence in another order are equal."""
_SHOWN = 12
_OWN = ["n_own", "relevance_own", "expected_own", "percentile_own"]


class Knowledge:
    """The clear labels of a layer over a hierarchy of words; `lens.knowledge` makes it."""

    def __init__(
        self,
        side: Side,
        texts: Sequence[str],
        found: tuple[Labels, Labels],
        where: Sequence[Path],
        weights: Tensor | None,
        lens: object = None,
    ) -> None:
        """`found` are the labels of the components and of random groups; `weights` the components' shares of relevance.

        `lens` is theirs. `weights` and `lens` are None without any.
        """
        self.layer, self.n_components, self.lens = side.layer, int(side.present.sum()), lens
        self._texts, self._paths, self._weights = texts, where, weights
        self._found, self._random = found

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a word or hypernym, the hierarchy from above, the most components first within each hypernym.

        Columns:
            word, path: The word, and its hypernyms with it, as "animal > bird > owl".
            depth, in_vocabulary: Its depth, 0 at the top; whether it is a word of the vocabulary itself.
            n_components, share: The components whose clear label is the word or one below it; of those not dead.
            relevance: The share of positive relevance of these components; NaN in a layer that was not attributed.
            expected: The mean number among as many random groups of images.
            evidence: The sum over these components of -ln of the share of random groups whose label is as clear.
            chance_percentile: The share of draws of as many random groups with less evidence, in [0, 1].
            known: The percentile is at least 0.95 and there is a component; of words without meaning at most 5 % are.
            n_words, n_holes: Words of the vocabulary here and below, and how many of them are holes.
        """
        return self.nodes.drop(columns=["id", "parent", "holes", *_OWN])

    @cached_property
    def holes(self) -> pd.DataFrame:
        """The words of the vocabulary that no component has as its clear label, nor any word below: word, path."""
        nodes = self.nodes
        empty = nodes[nodes["in_vocabulary"] & (nodes["n_components"] == 0)]
        return empty[["word", "path"]].reset_index(drop=True)

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
        return treemap_figure(self.nodes, f"{self.layer}: {self.n_components:,} components", by)

    @cached_property
    def nodes(self) -> pd.DataFrame:
        """The table with `id` and `parent` of each row, and two kinds of columns more.

        `holes` are the words just below that no component has as its label; n_own, relevance_own, expected_own and
        percentile_own are as in the table, of components whose label is the word itself and none below it.
        """
        nodes = sorted({path[:end] for path in self._paths for end in range(1, len(path) + 1)})
        place = {node: column for column, node in enumerate(nodes)}
        members = torch.zeros(len(self._texts), len(nodes))
        for row, path in enumerate(self._paths):
            members[row, [place[path[:end]] for end in range(1, len(path) + 1)]] = 1
        numbers = self._numbers(members, place)
        counts = dict(zip(nodes, numbers["n_components"], strict=True))

        def most_first(node: Path) -> list[tuple[float, str]]:
            return [(-counts[node[:end]], node[end - 1]) for end in range(1, len(node) + 1)]

        own = self._own_numbers([place[path] for path in self._paths]).reindex(range(len(nodes)))
        table = pd.concat([self._described(nodes), numbers, own.fillna({"n_own": 0})], axis=1)
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
                "holes": pd.Series([holes.get(node, []) for node in nodes]),
            }
        )

    def _numbers(self, members: Float[Tensor, "text node"], place: Mapping[Path, int]) -> pd.DataFrame:
        n, below = len(self._texts), members.double()
        ours, expected = self._per_text @ below, self._random.per_text(n).mean(0) @ below
        evidence = self._found.per_text(n, evidence=True) @ below
        percentile = _share_below(self._random.per_text(n, evidence=True) @ below, evidence)
        own = torch.stack([ours[place[path]] for path in self._paths])
        return pd.DataFrame(
            {
                "n_components": ours.int().numpy(),
                "share": (ours / max(1, self.n_components)).numpy(),
                "relevance": self._relevance(members).numpy(),
                "expected": expected.numpy(),
                "evidence": evidence.numpy(),
                "chance_percentile": percentile.numpy(),
                "known": ((percentile >= KNOWN_BEYOND) & (ours > 0)).numpy(),
                "n_words": members.sum(0).int().numpy(),
                "n_holes": ((own == 0).float() @ members).int().numpy(),
            }
        )

    def _own_numbers(self, rows: Sequence[int]) -> pd.DataFrame:
        """The columns `_OWN`; `rows` are those of the texts in the table."""
        n, found = len(self._texts), self._found.texts
        below = _share_below(self._random.per_text(n, evidence=True), self._found.per_text(n, evidence=True))
        relevance = torch.full((n,), torch.nan)
        if self._weights is not None:
            relevance = torch.zeros(n).index_add(0, found[found >= 0], self._weights[found >= 0])
        columns = (self._per_text.int(), relevance, self._random.per_text(n).mean(0), below)
        named = {name: column.numpy() for name, column in zip(_OWN, columns, strict=True)}
        return pd.DataFrame(named, index=pd.Index(rows))

    @cached_property
    def _per_text(self) -> Float64[Tensor, " text"]:
        """The number of components with each text as their clear label."""
        return self._found.per_text(len(self._texts))

    def _relevance(self, members: Float[Tensor, "text node"]) -> Float[Tensor, " node"]:
        if self._weights is None:
            return torch.full((members.shape[1],), torch.nan)
        with_label = self._found.texts >= 0
        return self._weights[with_label] @ members[self._found.texts[with_label]]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        return None if self.lens is None else mimebundle_of(self, include=include, exclude=exclude)

    def __repr__(self) -> str:
        known = self.table[self.table["known"] & self.table["in_vocabulary"]]
        most = known.sort_values("n_components", ascending=False, kind="stable").head(_SHOWN)
        words = ", ".join(f"{row.word} ({row.n_components})" for row in most.itertuples())
        return f"<Knowledge of {self.layer}, {self.n_components:,} components: {words or 'nothing above chance'}>"


def knowledge(
    side: Side,
    vocabulary: EmbeddedVocabulary,
    hierarchy: Mapping[str, Sequence[str]] | None = None,
    *,
    lens: object = None,
) -> Knowledge:
    """The knowledge of a side in the words of a vocabulary, maybe with its lens; for `hierarchy` see its `paths`."""
    relevance = side.database.relevance.get(side.layer)
    weights = None if relevance is None else relevance.share[relevance.n_samples > 0].mean(0)
    found = labelled(side, vocabulary)
    return Knowledge(side, vocabulary.texts, found, paths(vocabulary.texts, hierarchy), weights, lens)


def _share_below(
    draws: Float64[Tensor, "draw some"], ours: Float64[Tensor, " some"]
) -> Float64[Tensor, " some"]:
    # One more than were drawn: ours might be a draw too.
    return (draws < ours - _ROUNDING).double().sum(0) / (len(draws) + 1)


def _shown(path: Path) -> str:
    return " > ".join(path)
