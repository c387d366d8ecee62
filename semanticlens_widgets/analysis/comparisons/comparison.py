"""The result of a comparison: what sides have in common, and what each has alone."""

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations, permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import pandas as pd

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets._choices import Similarity
from semanticlens_widgets._display import mimebundle_of
from semanticlens_widgets.analysis.cards.card import Card, card
from semanticlens_widgets.analysis.comparisons.concepts import Embed, concept_changes
from semanticlens_widgets.analysis.comparisons.figures import matrix_figure, nearest_figure
from semanticlens_widgets.analysis.comparisons.html import comparison_html
from semanticlens_widgets.analysis.comparisons.matching import Matching
from semanticlens_widgets.analysis.comparisons.measures import Measure
from semanticlens_widgets.analysis.comparisons.tables import (
    alone_table,
    matches_table,
    pairs_table,
    similarity_matrix,
)
from semanticlens_widgets.analysis.queries.query import QuerySource

if TYPE_CHECKING:
    import plotly.graph_objects as go


@runtime_checkable
class Asked(Protocol):
    """A lens, as far as a comparison asks it: texts need its foundation model."""

    def search(self, query: QuerySource, *, layer: str | None = None, top: int = 20) -> pd.DataFrame:
        """The components that align best with a query."""
        ...


class Comparison:
    """Two or more sides, each a layer of a lens, compared component by component; `slw.compare` makes it.

    Matches are computed at once, what chance gives and what else the tables hold when it is first asked for.
    """

    def __init__(
        self, measure: Measure, by: Similarity, lenses: Sequence[Asked], embed: Sequence[Embed]
    ) -> None:
        self.by = by
        self._measure, self._lenses, self._embed = measure, lenses, embed
        self._matching = Matching(measure)
        self._attached: dict[str, object] = {}
        """Objects that widgets attach to this comparison, by owner."""
        for left, right in self._pairs():
            self._matching.nearest(left, right)

    @property
    def sides(self) -> list[str]:
        """The names of the sides, in order."""
        return [side.name for side in self._measure.sides]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row for each ordered pair of sides.

        Columns:
            from, to: The sides.
            n_components: Components of `from` that can be compared: dead ones have nothing to compare.
            similarity: S = the mean over these of the similarity with the nearest component of `to`, not symmetric;
                `low` and `high` are its 95 % interval over components, `chance` is S where as many random groups of
                images take the place of the components of `to`.
            matched: The share whose nearest is more similar than the nearest of random groups in 95 % of draws: 5 % by
                chance; `matched_low` and `matched_high` are its interval.
            mutual: The share that is the nearest of its nearest, and `mutual_chance`.
            one_to_one: Mean similarity of one-to-one matches, whose sum is the highest, and `one_to_one_chance`.
            cka: Debiased linear CKA, with by="activations" alone; about 0 by chance; `cka_low` and `cka_high` are its
                95 % interval over images, by the jackknife.
        """
        return pairs_table(self._measure, self._matching)

    @cached_property
    def matches(self) -> pd.DataFrame:
        """One row a component, for each ordered pair of sides.

        Columns: from, to, component; nearest (the most similar component of `to`), similarity; chance_percentile (the
        share of draws of as many random groups of images whose nearest is less similar, in [0, 1]), matched (it is at
        least 0.95); mutual (it is the nearest of its nearest); one_to_one, one_to_one_similarity.
        """
        return matches_table(self._measure, self._matching)

    @cached_property
    def lost(self) -> pd.DataFrame:
        """Components that show something and have no match in a later side, clearest first.

        A component shows something if its examples are more alike than those of 95 % of random groups, and has a match
        if its nearest is above chance; between lenses without meaning 5 % of components are lost. Columns: from, to,
        component, clarity, clarity_percentile, nearest, similarity, chance_percentile, examples, nearest_examples (the
        commonest labels).
        """
        return self._alone(self._pairs())

    @cached_property
    def gained(self) -> pd.DataFrame:
        """Components of a later side that show something and have no match in the earlier one; columns as in `lost`."""
        return self._alone([(right, left) for left, right in self._pairs()])

    def concepts(self, vocabulary: "str | Path | Sequence[str]" = "general") -> pd.DataFrame:
        """The texts that are gained, lost, kept or unknown from each side to each later one.

        A side knows a text if some component answers to it far above unrelated words (z-score 2.75) and above the best
        of as many random groups of images in 95 % of draws: of texts without meaning 5 % are. Columns: concept, from,
        to, change; then for each side, with the ending _from or _to: component (the one that answers best), z_score,
        chance_percentile, examples (the commonest labels).
        """
        return concept_changes(self._measure.sides, self._embed, vocabulary)

    def card(self, vocabulary: "str | Path | Sequence[str]" = "general") -> Card:
        """The interpretability card of the sides in order; of checkpoints, curve and trend are those of training."""
        return card(self._measure.sides, [embed(vocabulary) for embed in self._embed], lenses=self._lenses)

    def search(self, query: QuerySource, *, top: int = 5) -> pd.DataFrame:
        """The answers of every side to one query, below each other: the columns of `lens.search` after `side`."""
        tables = []
        for side, lens in zip(self._measure.sides, self._lenses, strict=True):
            found = lens.search(query, layer=side.layer, top=top)
            found.insert(0, "side", side.name)
            tables.append(found)
        return pd.concat(tables, ignore_index=True)

    def matrix(self) -> pd.DataFrame:
        """The similarity S of each side (row) to each side (column): not symmetric, 1 with itself."""
        return similarity_matrix(self._measure, self._matching)

    def heatmap(self) -> "go.Figure":
        """The matrix as a plotly figure."""
        return matrix_figure(self.matrix(), self.table)

    def histogram(self, source: str | None = None, target: str | None = None) -> "go.Figure":
        """A plotly figure of the similarities with the nearest component, and of what chance gives.

        Left out, it is that of the first side with the last. Raises ValueError for a name that no side has.
        """
        left, right = self._number(source, 0), self._number(target, len(self.sides) - 1)
        if left == right:
            raise ValueError(f"a side is compared with another one, not with itself: {self.sides[left]!r}")
        return nearest_figure(self._measure, self._matching, left, right)

    def _pairs(self) -> list[tuple[int, int]]:
        return list(combinations(range(len(self.sides)), 2))

    def _alone(self, pairs: list[tuple[int, int]]) -> pd.DataFrame:
        return alone_table(self._measure, self._matching, pairs)

    def _number(self, name: str | None, default: int) -> int:
        if name is None:
            return default
        if name not in self.sides:
            raise ValueError(f"there is no side {name!r}{did_you_mean(name, self.sides)}")
        return self.sides.index(name)

    @property
    def is_drawn(self) -> bool:
        """True if it is known what chance gives for each two sides, which the tables wait for."""
        return all(self._matching.is_drawn(*pair) for pair in permutations(range(len(self.sides)), 2))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        """The explorer of the comparison, with its picture and, once chance is drawn, the tables as HTML."""
        return mimebundle_of(self, include=include, exclude=exclude)

    def _repr_html_(self) -> str:
        alone = pd.concat([self.lost, self.gained], ignore_index=True)
        return comparison_html(f"Comparison by {self.by}", self.table, alone, self._measure.sides)

    def __repr__(self) -> str:
        matrix = self.matrix()
        pairs = "; ".join(
            f"{one} to {other} {matrix.loc[one, other]:.2f}" for one, other in permutations(self.sides, 2)
        )
        return f"<Comparison by {self.by}: {pairs}>"
