"""The grid of neurons: every component of a layer with its concept examples, ranked as one types."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import traitlets
from ipywidgets import widget_serialization
from PIL import Image

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets._bundle import Bundle, loader, shared_bundle
from semanticlens_widgets.widgets._channel import Channel
from semanticlens_widgets.widgets._heard_widget import HeardWidget
from semanticlens_widgets.widgets._lines import line
from semanticlens_widgets.widgets._names import component_names
from semanticlens_widgets.widgets._rankings import SORTS, Shown
from semanticlens_widgets.widgets._traits import Query, text_of

_MAX_QUERY = 1000
_HEIGHTS = (240, 4000)


class NeuronGallery(HeardWidget):
    """A searchable grid of the components of a lens.

    `query`, `layer`, `sort`, `descending` and `selection` follow what the reader does and can be set and
    observed; `results` is the table of what is shown.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _view = traitlets.Unicode("neuron_gallery").tag(sync=True)
    _bundle = traitlets.Instance(Bundle).tag(sync=True, **widget_serialization)
    _channel = traitlets.Instance(Channel).tag(sync=True, **widget_serialization)

    layer = traitlets.Unicode().tag(sync=True)
    layers = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True, typescript="LayerInfo[]")
    query = Query().tag(sync=True, to_json=text_of)
    query_image = traitlets.Unicode().tag(sync=True)
    sort = traitlets.Unicode("alignment").tag(sync=True, options=SORTS)
    descending = traitlets.Bool(True).tag(sync=True)
    selection = traitlets.List(traitlets.Unicode()).tag(sync=True)
    foundation_model = traitlets.Unicode(read_only=True).tag(sync=True)
    caveat = traitlets.Unicode(read_only=True).tag(sync=True)
    height = traitlets.Int(640).tag(sync=True)
    n_examples_shown = traitlets.Int(9).tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        lens: Lens,
        *,
        layer: str | None = None,
        query: str | Image.Image | Sequence[Image.Image] = "",
        sort: str = "alignment",
        descending: bool = True,
        height: int = 640,
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

        Raises LayerNotFoundError for an unknown layer and ValueError for other values that cannot be.
        """
        self.lens = lens
        self._line = line(lens)
        super().__init__(
            layer=lens.database.layer(layer),
            sort=sort,
            descending=descending,
            height=height,
            _esm=loader(),
            _bundle=shared_bundle(),
            _channel=self._line.channel,
        )
        self._describe_lens()
        self.query = query

    @property
    def results(self) -> pd.DataFrame:
        """What is shown, in its order: component, layer, index, alignment and what it is worth, scores."""
        return self._line.rankings.table(self._shown())

    def remember_images(self, images: Any) -> str:
        """The handle under which an image query is kept; raises TypeError for anything but PIL images."""
        if isinstance(images, Image.Image):
            images = [images]
        if not isinstance(images, list | tuple) or not all(
            isinstance(image, Image.Image) for image in images
        ):
            raise TypeError(f"query must be text, a PIL image or a list of PIL images, not {images!r}")
        return self._line.images.add(images)

    def recall_images(self) -> list[Image.Image]:
        """The images of an image query."""
        return list(self._line.images.get(self.query_image))

    def check_query_text(self, text: str) -> str:
        """The text; raises ValueError when it is too long to be meant."""
        if len(text) > _MAX_QUERY:
            raise ValueError(
                f"query must have at most {_MAX_QUERY:,} characters, not {len(text):,}; a query is a few words"
            )
        return text

    def _describe_lens(self) -> None:
        examples = self.lens.database.examples
        layers = [{"name": name, "n_components": found.n_components} for name, found in examples.items()]
        self.set_trait("layers", layers)
        provenance = self.lens.database.provenance
        self.set_trait("foundation_model", provenance.foundation_model)
        self.set_trait("caveat", provenance.foundation_model_caveat)

    def _shown(self) -> Shown:
        text = text_of(self.query, self)
        return Shown(self.layer, text, self.query_image, self.sort, self.descending)

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> str:
        return self.lens.database.layer(proposal["value"])

    @traitlets.validate("sort")
    def _check_sort(self, proposal: Any) -> str:
        check_choice("sort", proposal["value"], SORTS)
        return proposal["value"]

    @traitlets.validate("height")
    def _check_height(self, proposal: Any) -> int:
        return _within("height", proposal["value"], *_HEIGHTS)

    @traitlets.validate("n_examples_shown")
    def _check_n_examples_shown(self, proposal: Any) -> int:
        return _within("n_examples_shown", proposal["value"], 1, 30)

    @traitlets.validate("selection")
    def _check_selection(self, proposal: Any) -> list[str]:
        return component_names(self.lens.database, proposal["value"], self.layer)

    def __repr__(self) -> str:
        n = self.lens.database.examples[self.layer].n_components
        asked = f", query {self.query!r}" if text_of(self.query, self) else ""
        if self.query_image:
            n_images = len(self._line.images.get(self.query_image))
            asked += f", query of {n_images} image{'s' if n_images > 1 else ''}"
        chosen = f", {len(self.selection)} selected" if self.selection else ""
        return f"<NeuronGallery of {self.layer}: {n:,} neurons{asked}{chosen}; open the notebook in Jupyter to see it>"


def _within(name: str, value: int, lowest: int, highest: int) -> int:
    if not lowest <= value <= highest:
        raise ValueError(f"{name} must be between {lowest} and {highest:,}, not {value}")
    return value
