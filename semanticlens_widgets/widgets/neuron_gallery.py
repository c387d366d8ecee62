"""The grid of neurons: every component of a layer with its concept examples, ranked as one types."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import traitlets
from PIL import Image

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.labels.labels import Source
from semanticlens_widgets.widgets.answers.neurons.component_names import component_names
from semanticlens_widgets.widgets.answers.neurons.rankings import SORTS, Shown
from semanticlens_widgets.widgets.snapshot.gallery import ShownCards, gallery_snapshot
from semanticlens_widgets.widgets.views.labelled_view import NamedWidget
from semanticlens_widgets.widgets.views.lens_view import within
from semanticlens_widgets.widgets.views.trait_types import text_of


class GalleryTraits(NamedWidget):
    """What a gallery has beyond what every view has."""

    sort = traitlets.Unicode("alignment").tag(sync=True, options=SORTS)
    descending = traitlets.Bool(True).tag(sync=True)
    n_examples_shown = traitlets.Int(9).tag(sync=True)
    components = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """The names of those that are shown; empty for all."""

    @property
    def results(self) -> pd.DataFrame:
        """What is shown, in its order: component, layer, index, alignment and what it is worth, scores.

        With a vocabulary also label, label_clear and label_margin; the first time, this waits until they are made.
        """
        shown = self._shown()
        table = self._line.rankings.table(shown)
        if self.components:
            table = table[table["component"].isin(self.components)].reset_index(drop=True)
        if self._vocabulary is None:
            return table
        return self._line.naming.beside(table, shown.layer, self._vocabulary)

    def _drawn(self) -> Sequence[str]:
        place = self.lens.database.place
        places = map(place, self.components)
        wanted = [component for layer, component in places if layer == self.layer]
        cards = ShownCards(
            self._shown(), wanted if self.components else None, self._vocabulary, self.examples_as == "crop"
        )
        return [gallery_snapshot(self._line.rankings, cards)]

    def _shown(self) -> Shown:
        text = text_of(self.query, self)
        return Shown(self.layer, text, self.query_image, self.sort, self.descending)

    @traitlets.validate("components")
    def _check_components(self, proposal: Any) -> list[str]:
        return component_names(self.lens.database, proposal["value"], self.layer)

    @traitlets.validate("sort")
    def _check_sort(self, proposal: Any) -> str:
        check_choice("sort", proposal["value"], SORTS)
        return proposal["value"]

    @traitlets.default("n_examples_shown")
    def _as_many_as_there_are(self) -> int:
        # Of four, nine places would leave half of a card empty.
        return min(9, self.lens.database.provenance.k)

    @traitlets.validate("n_examples_shown")
    def _check_n_examples_shown(self, proposal: Any) -> int:
        return within("n_examples_shown", proposal["value"], 1, 30)


class NeuronGallery(GalleryTraits):
    """A searchable grid of the components of a lens.

    `query`, `layer`, `sort`, `descending` and `selection` follow what the reader does and can be set and
    observed, and so can `vocabulary`, which the labels are chosen from; `results` is the table of what is shown.
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
        vocabulary: Source | None = None,
        components: Sequence[str] = (),
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
    ) -> None:
        """The gallery of a lens.

        Args:
            lens: What to show.
            layer: The layer to begin with; the first by default.
            query: Text as in `lens.search`, an image, or a list of images.
            sort: "alignment" (with the query), "component", "clarity", "polysemanticity", "redundancy",
                "maximum" or "firing_rate".
            descending: Whether the highest come first.
            height: In pixels, 240 to 4,000.
            vocabulary: What to name the neurons by, as in `lens.label`: "general" (visual words), "imagenet", a
                text file, or a list of texts. None: no labels. They come a few seconds after the cards.
            components: Show these alone, by their names ("bn2:12"); all of them by default.
            examples_as: How examples are shown: as "frame" (whole images), as the "crop" that they are in a lens built
                with crop=True, or as "heatmap", with where the neuron responds upon it, which needs the model and the
                images. Left out, as what they are.
            linked: What it does as the other widgets of the lens do, once a reader or a cell changes it: any of
                "class", "hover", "layer", "query", "selection"; True is all of them, False none.

        Raises LayerNotFoundError for an unknown layer and ValueError for other values that cannot be.
        """
        super().__init__(
            lens,
            layer=lens.database.layer(layer),
            query=query,
            sort=sort,
            descending=descending,
            height=height,
            linked=linked,
            components=list(components),
            examples_as=examples_as,
        )
        self.vocabulary = vocabulary
