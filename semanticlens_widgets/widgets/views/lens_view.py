"""What every widget of a lens is and has: its place in the lens, its query, what is selected."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any
from uuid import uuid4

import traitlets
from ipywidgets import widget_serialization
from PIL import Image

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.neurons.component_names import component_names
from semanticlens_widgets.widgets.kernel.bundle import Bundle, loader, shared_bundle
from semanticlens_widgets.widgets.kernel.channel import Channel
from semanticlens_widgets.widgets.kernel.linking import LINKS, TRAITS, links, told_by_browser
from semanticlens_widgets.widgets.session import line
from semanticlens_widgets.widgets.views.standalone import WithoutKernel
from semanticlens_widgets.widgets.views.trait_types import Query, text_of

_MAX_QUERY = 1000
_HEIGHTS = (240, 4000)


class LensWidget(WithoutKernel):
    """A view of a lens: its layer, its query and its selection follow what the reader does."""

    _esm = traitlets.Unicode().tag(sync=True)
    _bundle = traitlets.Instance(Bundle).tag(sync=True, **widget_serialization)
    _channel = traitlets.Instance(Channel).tag(sync=True, **widget_serialization)

    _view_id = traitlets.Unicode().tag(sync=True)
    """The id of its model, by which the browser finds it."""

    layer = traitlets.Unicode().tag(sync=True)
    layers = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True, typescript="LayerInfo[]")
    query = Query().tag(sync=True, to_json=text_of)
    query_image = traitlets.Unicode().tag(sync=True)
    selection = traitlets.List(traitlets.Unicode()).tag(sync=True)
    foundation_model = traitlets.Unicode(read_only=True).tag(sync=True)
    caveat = traitlets.Unicode(read_only=True).tag(sync=True)
    linked = traitlets.List(traitlets.Unicode(), list(LINKS)).tag(sync=True)
    """What it does as the other widgets of the lens do. Whether hovering counts is settled when it is shown."""
    height = traitlets.Int(640).tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)
    attributed = traitlets.Int(0).tag(sync=True)
    """Grows whenever the lens has learnt a relevance, in whichever cell."""

    def __new__(cls, lens: object, *given: Any, **rest: Any) -> Any:
        """Raises TypeError, before the views read anything off it, for what is no lens."""
        if not isinstance(lens, Lens):
            raise TypeError(
                f"lens must be a lens, not a {type(lens).__name__}; make one with Lens.build(...) or slw.open(path)"
            )
        return super().__new__(cls, lens, *given, **rest)

    def __init__(
        self,
        lens: Lens,
        *,
        query: str | Image.Image | Sequence[Image.Image] = "",
        linked: bool | Iterable[str] = True,
        **traits: Any,
    ) -> None:
        """A view of `lens`; `traits` are those that the view begins with."""
        self.lens = lens
        self._line = line(lens)
        self._pages: set[str] = set()
        view_id = uuid4().hex
        super().__init__(
            model_id=view_id,
            _esm=loader(),
            _bundle=shared_bundle(),
            _channel=self._line.channel,
            _view_id=view_id,
            linked=links(linked),
            **traits,
        )
        self._describe_lens()
        self.query = query
        # What a view begins with changes no other: from here on it takes part.
        self._line.linking.join(self)

    def __setattr__(self, name: str, value: Any) -> None:
        """Raises AttributeError for a misspelt trait, which would be set beside it, and change nothing."""
        known = name.startswith("_") or hasattr(type(self), name) or name in self.__dict__
        if not known and (near := get_close_matches(name, self.trait_names(sync=True), n=1, cutoff=0.8)):
            raise AttributeError(f"a {type(self).__name__} has no {name!r}; did you mean {near[0]!r}?")
        super().__setattr__(name, value)

    def close(self) -> None:
        """Ends the view, and after the last view of a lens its line too: nothing else keeps the lens."""
        super().close()
        # What was refused when it was made has no line, and is closed all the same.
        if hasattr(self, "_line") and self._line.linking.leave(self):
            self._line.channel.close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """What the browser sends."""
        with told_by_browser():
            super().set_state(sync_data)

    def can_show(self, layer: str) -> bool:
        """Whether it has this layer to show."""
        return layer in self.lens.layers

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

    def _layers_shown(self) -> list[str]:
        return [self.layer]

    @traitlets.observe(*(name for names in TRAITS.values() for name in names))
    def _pass_on(self, change: Any) -> None:
        self._line.linking.pass_on(self, change["name"])

    @traitlets.validate("linked")
    def _check_linked(self, proposal: Any) -> list[str]:
        return links(proposal["value"])

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> str:
        return self.lens.database.layer(proposal["value"])

    @traitlets.validate("height")
    def _check_height(self, proposal: Any) -> int:
        return within("height", proposal["value"], *_HEIGHTS)

    @traitlets.validate("selection")
    def _check_selection(self, proposal: Any) -> list[str]:
        return component_names(self.lens.database, proposal["value"], self.layer)

    def __repr__(self) -> str:
        shown = self._layers_shown()
        n = sum(self.lens.database.examples[layer].n_components for layer in shown)
        asked = f", query {self.query!r}" if text_of(self.query, self) else ""
        if self.query_image:
            n_images = len(self._line.images.get(self.query_image))
            asked += f", query of {n_images} image{'s' if n_images > 1 else ''}"
        chosen = f", {len(self.selection)} selected" if self.selection else ""
        return (
            f"<{type(self).__name__} of {', '.join(shown)}: {n:,} neurons{asked}{chosen}; "
            "open the notebook in Jupyter to see it>"
        )


def within(name: str, value: int | float, lowest: int, highest: int) -> Any:
    """The value of a trait; raises ValueError when it is out of its range."""
    if not lowest <= value <= highest:
        raise ValueError(f"{name} must be between {lowest} and {highest:,}, not {value}")
    return value
