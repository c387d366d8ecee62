"""The neuron gallery: a grid of the components of a layer with their concept examples, ranked by a query."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import traitlets
from ipywidgets import Layout
from PIL import Image

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.labels.labels import LabelSource
from semanticlens_widgets.widgets.answers.neurons.comparisons import pinned_names
from semanticlens_widgets.widgets.answers.neurons.component_names import component_names
from semanticlens_widgets.widgets.answers.neurons.rankings import SORTS, RankQuery
from semanticlens_widgets.widgets.snapshot.gallery import GalleryState, gallery_snapshot
from semanticlens_widgets.widgets.snapshot.unattended import Step
from semanticlens_widgets.widgets.views.label_view import LabelView
from semanticlens_widgets.widgets.views.lens_view import opened_layer
from semanticlens_widgets.widgets.views.trait_types import Choice, text_of, within


class GalleryView(LabelView):
    """Traits and results of a gallery."""

    sort = Choice(SORTS).tag(sync=True)
    descending = traitlets.Bool(True).tag(sync=True)
    n_examples_shown = traitlets.Int(9).tag(sync=True)
    components = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """Names of the components to show; empty for all."""
    pinned = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """Names of up to four components to compare; two or more that a cell sets open the comparison."""

    @property
    def results(self) -> pd.DataFrame:
        """The table of what is shown, in its order: component, layer, index, alignment, z_score, scores.

        With a vocabulary also label, label_clear and label_margin, whose first use waits until they are computed.
        """
        shown = self._rank_query()
        table = self._session.rankings.table(shown)
        if self.components:
            table = table[table["component"].isin(self.components)].reset_index(drop=True)
        if self._vocabulary is None:
            return table
        return self._session.labeller.beside(table, shown.layer, self._vocabulary)

    def _drawn(self) -> Sequence[str]:
        located = map(self.lens.database.locate, self.components)
        wanted = [component for layer, component in located if layer == self.layer]
        cards = GalleryState(
            self._rank_query(),
            wanted if self.components else None,
            self._vocabulary,
            self.examples_as == "crop",
        )
        return [gallery_snapshot(self._session.rankings, cards)]

    def _steps(self) -> Iterable[Step]:
        shown, vocabulary = self._rank_query(), self._vocabulary
        yield lambda check: self._session.rankings.ranking(shown, check)
        yield lambda _check: self._session.rankings.order(shown)
        if vocabulary is not None:
            yield lambda check: self._session.labeller.labels(shown.layer, vocabulary, check=check)

    def _rank_query(self) -> RankQuery:
        text = text_of(self.query, self)
        return RankQuery(self.layer, text, self.query_image, self.sort, self.descending)

    @traitlets.validate("components")
    def _check_components(self, proposal: Any) -> list[str]:
        return component_names(self.lens.database, proposal["value"], self.layer)

    @traitlets.validate("pinned")
    def _check_pinned(self, proposal: Any) -> list[str]:
        return pinned_names(self.lens.database, proposal["value"], self.layer)

    @traitlets.default("n_examples_shown")
    def _default_n_examples_shown(self) -> int:
        # Fewer than nine examples would leave a part of every card empty.
        return min(9, self.lens.database.provenance.k)

    @traitlets.validate("n_examples_shown")
    def _check_n_examples_shown(self, proposal: Any) -> int:
        return within("n_examples_shown", proposal["value"], 1, 30)


class NeuronGallery(GalleryView):
    """A searchable grid of the components of a lens.

    `query`, `layer`, `sort`, `descending` and `selection` follow the reader and can be set and observed, as can
    `vocabulary`, from which labels are chosen; `results` is the table of what is shown.
    """

    _view = traitlets.Unicode("neuron_gallery").tag(sync=True)

    def __init__(
        self,
        lens: Lens,
        *,
        layer: str | None = None,
        query: str | Image.Image | Sequence[Image.Image] = "",
        sort: str = "alignment",
        descending: bool = True,
        height: int = 640,
        vocabulary: LabelSource | None = None,
        components: Sequence[str] = (),
        pinned: Sequence[str] = (),
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
    ) -> None:
        """Opens the gallery of a lens.

        Args:
            lens: The lens to show.
            layer: The initial layer; by default that of `components`, or else the one that `AuditTable` opens.
            query: Text as in `lens.search`, an image, or a list of images.
            sort: "alignment" (with the query), "component", "clarity", "polysemanticity", "redundancy",
                "maximum" or "firing_rate".
            descending: Whether the highest values come first.
            height: In pixels, 240 to 4,000.
            vocabulary: The texts to choose labels from, as in `lens.label`: "general" (visual words), "imagenet", a
                text file, or a list of texts; None for no labels. Labels appear a few seconds after the cards. Several
                methods are a dict: such texts, or tables of labels, by name (see `lens.compare_labels`).
            components: Names of the components to show ("bn2:12"); all of them by default.
            pinned: Names of two to four components to open side by side, of any layers.
            examples_as: How to show examples: as "frame" (whole images), as "crop", in a lens built with crop=True, or
                as "heatmap" (whole images under the neuron's heat map), which needs the model and the images. By
                default as they were embedded.
            linked: The changes to share with the other widgets of the lens: any of "class", "hover", "layer",
                "query", "sample" (images that are sent to a `PredictionView`), "selection"; True for all of them, False
                for none.
            layout: The widget's box, as ipywidgets has it: `layout={"width": "50%"}`. Its height replaces `height`.

        Raises LayerNotFoundError for an unknown layer and ValueError for any other invalid argument.
        """
        super().__init__(
            lens,
            layer=opened_layer(lens, layer, components),
            query=query,
            sort=sort,
            descending=descending,
            height=height,
            linked=linked,
            layout=layout,
            components=list(components),
            pinned=list(pinned),
            examples_as=examples_as,
        )
        self.vocabulary = vocabulary
