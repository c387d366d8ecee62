"""Base class of every widget: its query, selection and links, with and without a kernel."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Protocol, runtime_checkable
from uuid import uuid4

import traitlets
from ipywidgets import Layout, widget_serialization
from PIL import Image
from traitlets.utils.bunch import Bunch

from semanticlens_widgets._texts import escape
from semanticlens_widgets.widgets.answers.neurons.example_pictures import EXAMPLES_AS
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages
from semanticlens_widgets.widgets.kernel.bundle import Bundle, loader, shared_bundle
from semanticlens_widgets.widgets.kernel.channel import Channel
from semanticlens_widgets.widgets.kernel.gate import GatedWidget
from semanticlens_widgets.widgets.kernel.link import LINKS, TRAITS, Link, from_browser, link_names
from semanticlens_widgets.widgets.snapshot.html import snapshot_page
from semanticlens_widgets.widgets.snapshot.unattended import Step, compute_within, picture_seconds
from semanticlens_widgets.widgets.views.trait_types import Choice, Query, text_of, within

HEIGHTS = (240, 4000)
"""Lowest and highest `height`, in pixels."""


@runtime_checkable
class Shared(Protocol):
    """Objects that the widgets of one lens or of one comparison share."""

    @property
    def channel(self) -> Channel:
        """The channel that answers their requests."""
        ...

    @property
    def link(self) -> Link:
        """The link between them."""
        ...

    @property
    def images(self) -> QueryImages:
        """The images that are or were a query."""
        ...


class View(GatedWidget):
    """A view whose query and selection follow the reader and can be set and observed."""

    _esm = traitlets.Unicode().tag(sync=True)
    _bundle = traitlets.Instance(Bundle).tag(sync=True, **widget_serialization)
    _channel = traitlets.Instance(Channel).tag(sync=True, **widget_serialization)
    _view_id = traitlets.Unicode().tag(sync=True)
    """The id of the widget's model, by which the browser finds it."""
    _picture = traitlets.Unicode().tag(sync=True)
    """The last snapshot, shown by a page that restores the widget from a notebook and finds no kernel."""

    layer = traitlets.Unicode().tag(sync=True)
    layers = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True, typescript="LayerInfo[]")
    query = Query().tag(sync=True, to_json=text_of)
    query_image = traitlets.Unicode().tag(sync=True)
    examples_as = Choice(EXAMPLES_AS).tag(sync=True)
    examples_choices = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    """The values of `examples_as` that can be shown."""
    selection: Any
    """Selected components, as each kind of view names them."""
    foundation_model = traitlets.Unicode(read_only=True).tag(sync=True)
    caveat = traitlets.Unicode(read_only=True).tag(sync=True)
    left_out = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(
        sync=True, typescript="LeftOutInfo | null"
    )
    """The images that were left out as broken; None for none."""
    linked = traitlets.List(traitlets.Unicode(), list(LINKS)).tag(sync=True)
    """Names of the traits shared with the other widgets; "hover" takes effect at the next display."""
    height = traitlets.Int(640).tag(sync=True)
    revision = traitlets.Int(0, read_only=True).tag(sync=True)
    attributed = traitlets.Int(0, read_only=True).tag(sync=True)
    """A counter that grows with every attribution of the lens, in whichever cell."""

    def __init__(
        self,
        session: Shared,
        *,
        query: str | Image.Image | Sequence[Image.Image] = "",
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
        **traits: Any,
    ) -> None:
        """Opens a view with initial `traits`, which joins the other views of the session."""
        self._session: Any = session
        self._pages: set[str] = set()
        view_id = uuid4().hex
        super().__init__(
            model_id=view_id,
            _esm=loader(),
            _bundle=shared_bundle(),
            _channel=session.channel,
            _view_id=view_id,
            linked=link_names(linked),
            **({} if layout is None else {"layout": layout}),
            **traits,
        )
        self._describe()
        self.query = query
        # Initial values change no other widget: the view joins the others with them.
        session.link.join(self)

    def __setattr__(self, name: str, value: Any) -> None:
        """Raises AttributeError for a misspelt trait, which would become a plain attribute without effect."""
        known = name.startswith("_") or hasattr(type(self), name) or name in self.__dict__
        if not known and (near := get_close_matches(name, self.trait_names(sync=True), n=1, cutoff=0.8)):
            raise AttributeError(f"a {type(self).__name__} has no {name!r}; did you mean {near[0]!r}?")
        super().__setattr__(name, value)

    def close(self) -> None:
        """Closes the view, and with the last view its channel, which would keep the lens in memory."""
        super().close()
        # A view whose arguments were refused may have no session.
        if hasattr(self, "_session") and self._session.link.leave(self):
            self._session.channel.close()

    def notify_change(self, change: Any) -> None:
        """Notifies observers; those of `query` of images too, which change `query_image` and often no text."""
        if change.name == "query" and not change.new and self.query_image:
            return  # the change of the image brings the same news
        super().notify_change(change)
        if change.name == "query_image" and not text_of(self.query, self):
            super().notify_change(Bunch(change, name="query", old=traitlets.Undefined, new=self.query))

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Applies trait values from the browser, each that is valid; the browser gets the others back as they are."""
        with from_browser():
            super().set_state(sync_data)

    def _snapshot(self, *notes: str) -> str:
        """Draws the widget as it is now, as HTML that needs no script, with notes in plain text below."""
        try:
            return snapshot_page(self._title(), *self._drawn(), *map(escape, notes))
        except Exception:  # a failed picture must not keep the widget from being shown
            self.log.error("the snapshot could not be drawn", exc_info=True)
            return ""

    def can_show(self, layer: str) -> bool:
        """Tells whether the view can show this layer."""
        raise NotImplementedError

    def _describe(self) -> None:
        """Sets the read-only traits."""
        raise NotImplementedError

    def _title(self) -> str:
        """Returns the title of the snapshot and of the page."""
        raise NotImplementedError

    def _drawn(self) -> Sequence[str]:
        """Returns the parts of the snapshot, as HTML."""
        raise NotImplementedError

    def _steps(self) -> Iterable[Step]:
        """Returns what computes the parts of the snapshot."""
        return ()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Returns the widget with its snapshot, for hosts that cannot show widgets, and a line of text.

        In a notebook that a program runs, returns the snapshot of the computed widget alone: the kernel will be gone
        before anybody could ask it.
        """
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        if seconds := picture_seconds():
            picture = self._snapshot(*compute_within(seconds, self._steps()))
            return {"text/html": picture, "text/plain": data["text/plain"]} if picture else data, metadata
        self._picture = self._snapshot()
        return {**data, **({"text/html": self._picture} if self._picture else {})}, metadata

    @traitlets.observe(*(name for names in TRAITS.values() for name in names))
    def _pass_on(self, change: Any) -> None:
        self._session.link.pass_on(self, change["name"])

    @traitlets.validate("linked")
    def _check_linked(self, proposal: Any) -> list[str]:
        return link_names(proposal["value"])

    @traitlets.validate("height")
    def _check_height(self, proposal: Any) -> int:
        return within("height", proposal["value"], *HEIGHTS)

    @traitlets.validate("query_image")
    def _check_query_image(self, proposal: Any) -> str:
        if proposal["value"]:
            self._session.images.get(proposal["value"])
        return proposal["value"]

    def _described(self, contents: str) -> str:
        """Returns the view as a line of text, with its query and selection."""
        query = f", query {self.query!r}" if text_of(self.query, self) else ""
        if self.query_image:
            n_images = len(self._session.images.get(self.query_image))
            query += f", query of {n_images} image{'s' if n_images > 1 else ''}"
        selected = f", {len(self.selection)} selected" if self.selection else ""
        return (
            f"<{type(self).__name__} of {contents}{query}{selected}; open the notebook in Jupyter to see it>"
        )
