"""The galleries of two sides of a comparison next to each other, under one query."""

from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

import pandas as pd
import traitlets
from ipywidgets import Layout
from PIL import Image

from semanticlens_widgets.analysis import Comparison
from semanticlens_widgets.lens.vocabularies import VocabularySource
from semanticlens_widgets.widgets.answers.comparisons.results import Show, SideQuery, side_table
from semanticlens_widgets.widgets.answers.labels.labels import Labeller
from semanticlens_widgets.widgets.answers.neurons.rankings import SORTS, RankQuery
from semanticlens_widgets.widgets.snapshot.sides import side_steps, sides_snapshot
from semanticlens_widgets.widgets.snapshot.unattended import Step
from semanticlens_widgets.widgets.views.comparison_view import ComparisonView
from semanticlens_widgets.widgets.views.label_traits import LabelTraits
from semanticlens_widgets.widgets.views.trait_types import Choice, text_of

SHOWS: tuple[str, ...] = get_args(Show)
COMPARE_SORTS = ("strength", "similarity", *(sort for sort in SORTS if sort != "alignment"))


class CompareGalleryView(ComparisonView, LabelTraits):
    """Traits and results of two galleries."""

    show = Choice(SHOWS).tag(sync=True)
    """The neurons that are shown: all, those with a match, or those of a side that show something and have none."""
    sort = Choice(COMPARE_SORTS).tag(sync=True)
    """The order of the cards; without a query, "strength" is the similarity with the nearest of the other side."""
    descending = traitlets.Bool(True).tag(sync=True)

    @property
    def results(self) -> pd.DataFrame:
        """The table of what is shown: the neurons of the first side in their order, then those of the second.

        Columns: side, component, layer, index, alignment, z_score, null_percentile, null_z_score (standard deviations
        above unrelated words, which can be compared between sides), scores; then counterpart (the most
        similar component of the other side), similarity, chance_percentile, matched and mutual, as in
        `Comparison.matches`. The first use waits until chance is drawn.
        """
        tables = [side_table(self._session.sides, query) for query in self._side_queries()]
        return pd.concat(tables, ignore_index=True)

    def _drawn(self) -> Sequence[str]:
        return [sides_snapshot(self._session.sides, self._side_queries(), self.examples_as == "crop")]

    def _steps(self) -> Iterable[Step]:
        return side_steps(self._session.sides, self._side_queries())

    def _side_queries(self) -> list[SideQuery]:
        sides, text = self._session.sides, text_of(self.query, self)
        has_query = bool(text.strip() or self.query_image)
        sort = "similarity" if self.sort == "strength" and not has_query else self.sort
        ranked = "alignment" if sort in ("strength", "similarity") else sort
        first, second = map(sides.number, self.pair)
        return [
            SideQuery(
                number,
                other,
                RankQuery(sides[number].side.layer, text, self.query_image, ranked, self.descending),
                sort,
                self.show,
            )
            for number, other in ((first, second), (second, first))
        ]

    def _labellers(self) -> Sequence[Labeller]:
        return [each.labeller for each in self._session.sides.lenses]


class CompareGallery(CompareGalleryView):
    """The galleries of two sides of a comparison, under one query that each answers by its own foundation model.

    A neuron chosen on one side lights its match on the other, and says what the match is worth; opened, it is shown
    beside it. `query`, `pair`, `show`, `sort` and `selection` follow the reader and can be set and observed; `results`
    is the table of what is shown.
    """

    _view = traitlets.Unicode("compare_gallery").tag(sync=True)

    def __init__(
        self,
        comparison: Comparison,
        *,
        query: str | Image.Image | Sequence[Image.Image] = "",
        pair: Sequence[str] | None = None,
        show: str = "all",
        sort: str = "strength",
        descending: bool = True,
        height: int = 640,
        vocabulary: VocabularySource | None = None,
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
    ) -> None:
        """Opens the galleries of a comparison.

        Args:
            comparison: What `slw.compare` returned.
            query: Text as in `lens.search`, an image, or a list of images. A number names another neuron on each side,
                so that a query of two sides can't be "#12".
            pair: The names of the two sides to show; by default the first and the last.
            show: "all" neurons; those "matched"; those "lost" by the later side; or those that it "gained".
            sort: "strength" of the answer to the query, in standard deviations above unrelated words (of an image,
                above the side's other neurons); "similarity" with the nearest neuron of the other side, which
                "strength" is too as long as there is no query; "component", "clarity", "polysemanticity",
                "redundancy", "maximum" or "firing_rate".
            descending: Whether the highest values come first.
            height: In pixels, 240 to 4,000.
            vocabulary: The texts to choose labels from, as in `NeuronGallery`; each side embeds them by its own
                foundation model.
            examples_as: How to show examples, as in `NeuronGallery`.
            linked: The changes to share with the other widgets of the comparison, as in `NeuronGallery`.
            layout: As in `NeuronGallery`.

        Raises ValueError or TypeError for an invalid argument.
        """
        super().__init__(
            comparison,
            query=query,
            pair=pair,
            show=show,
            sort=sort,
            descending=descending,
            height=height,
            examples_as=examples_as,
            linked=linked,
            layout=layout,
        )
        self.vocabulary = vocabulary
