"""Traits shared by the widgets of one lens.

Views on the same page pass a reader's changes to one another in the browser (`js/src/kernel/link.ts`). Python passes on
changes made in a cell, and a reader's changes between widgets that share no page, as in hosts where every output is a
page of its own.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.widgets.kernel.request import Answer, Handler, Request

LINKS = ("class", "hover", "layer", "query", "sample", "selection")
TRAITS = {
    "class": ["class_name", "requirements", "threshold", "within_class"],
    "layer": ["layer"],
    "query": ["query_image", "query"],
    "selection": ["selection"],
}
"""Traits by link; a widget that lacks one of them takes no part in the link.

Hovering never leaves the browser, and samples are sent to a prediction view alone (`Link.explain`).
"""
_IMAGES = ("query_image", "picture", "contrast_picture")
"""Traits that hold the handle of an image."""

_from_browser: ContextVar[bool] = ContextVar("from_browser", default=False)
_passing_on: ContextVar[bool] = ContextVar("passing_on", default=False)


@runtime_checkable
class Linked(Protocol):
    """A widget that can be linked."""

    # Typed as Any because a trait has another type on the class than on an instance.
    linked: Any
    _view_id: Any
    _pages: set[str]

    def can_show(self, layer: str) -> bool:
        """Tells whether the widget can show this layer."""
        ...

    def has_trait(self, name: str) -> bool:
        """Tells whether the widget has a trait of this name."""
        ...

    def get_state(self, key: list[str]) -> Mapping[str, Any]:
        """Returns traits as they are sent to the browser."""
        ...

    def set_trait(self, name: str, value: Any) -> None:
        """Sets a trait, read-only ones included."""
        ...


class Link:
    """Open widgets of one lens, and the pages that show them."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._widgets: WeakKeyDictionary[Linked, None] = WeakKeyDictionary()

    def join(self, widget: Linked) -> None:
        """Links the widget with the others.

        A map without a class takes that of the widget that joined last, because readers cannot choose one on a map.
        """
        if widget.has_trait("encoding") and "class" in widget.linked and not _class_of(widget):
            for name, value in self._latest_class().items():
                widget.set_trait(name, value)
        with self._guard:
            self._widgets[widget] = None

    def leave(self, widget: Linked) -> bool:
        """Unlinks the widget; returns True if it was linked and was the last one."""
        with self._guard:
            joined = widget in self._widgets
            self._widgets.pop(widget, None)
            return joined and not self._widgets

    def add_page(self, view: str, page: str) -> None:
        """Records that a page shows the widget with this view id."""
        for widget in self._all():
            if widget._view_id == view:
                widget._pages.add(page)

    def images(self) -> set[str]:
        """Returns the handles of the images that widgets show, as their query or explained."""
        each = [(widget, [name for name in _IMAGES if widget.has_trait(name)]) for widget in self._all()]
        return {handle for widget, names in each for handle in widget.get_state(names).values()}

    def notify_attributed(self) -> None:
        """Notifies all widgets, linked or not, of a new attribution of the lens."""
        for widget in self._all():
            widget.set_trait("attributed", widget.get_state(["attributed"])["attributed"] + 1)

    def pass_on(self, widget: Linked, name: str) -> None:
        """Sets the changed trait `name` on the linked widgets; does nothing before the widget has joined."""
        link, names = next(item for item in TRAITS.items() if name in item[1])
        if link not in widget.linked or _passing_on.get() or widget not in self._all():
            return
        if not _takes_part(widget, names):
            return
        with _during(_passing_on):
            self._set_others(widget, link, names)

    def explain(self, sample: int, page: str) -> None:
        """Shows a sample in the prediction view that was opened last, on another page than `page`.

        Raises ValueError where none is shown.
        """
        views = [
            widget
            for widget in self._all()
            if "sample" in widget.linked and widget.has_trait("contrast_sample") and widget._pages - {page}
        ]
        if not views:
            raise ValueError(
                f"no prediction view is open; run lens.explain({sample}) in a cell, and further images go there"
            )
        views[-1].set_trait("place", [])
        views[-1].set_trait("sample", sample)

    def show_components(self, names: list[str], layer: str) -> None:
        """Selects components of a layer in all widgets that share their selection; galleries show them alone.

        Without names the selection is cleared, and galleries show all components. "" is no layer in particular.
        """
        with _during(_passing_on):
            for widget in self._all():
                if "selection" in widget.linked:
                    if layer and "layer" in widget.linked and widget.can_show(layer):
                        widget.set_trait("layer", layer)
                    widget.set_trait("selection", names)
                    if widget.has_trait("components"):
                        widget.set_trait("components", names)

    def _set_others(self, widget: Linked, link: str, names: list[str]) -> None:
        values = widget.get_state(names)
        for other in self._all():
            if other is widget or link not in other.linked:
                continue
            if _from_browser.get() and widget._pages & other._pages:
                continue  # the page has done so already
            if link == "layer" and not other.can_show(values["layer"]):
                continue
            if not _takes_part(other, names):
                continue
            for each in names:
                other.set_trait(each, values[each])

    def _latest_class(self) -> Mapping[str, Any]:
        states = [state for one in self._all() if "class" in one.linked and (state := _class_of(one))]
        return states[-1] if states else {}

    def _all(self) -> list[Linked]:
        with self._guard:
            return list(self._widgets)


def shown_handler(link: Link) -> Handler:
    """Returns the handler of `shown`: a page tells that it shows a widget."""

    def shown(request: Request) -> Answer:
        link.add_page(request.get("view", str), request.get("page", str))
        return Answer({})

    return shown


def explain_sample_handler(link: Link) -> Handler:
    """Returns the handler of `explain_sample`: a page without a prediction view sends an image to one."""

    def explain_sample(request: Request) -> Answer:
        link.explain(request.get("sample", int), request.get("page", str))
        return Answer({})

    return explain_sample


def _takes_part(widget: Linked, names: list[str]) -> bool:
    return all(map(widget.has_trait, names))


def _class_of(widget: Linked) -> Mapping[str, Any]:
    """Returns the widget's traits about a class; empty without a class and requirements."""
    if not _takes_part(widget, TRAITS["class"]):
        return {}
    state = widget.get_state(TRAITS["class"])
    return state if state["class_name"] or state["requirements"] else {}


def from_browser() -> AbstractContextManager[None]:
    """Marks trait changes inside the context as made by a reader."""
    return _during(_from_browser)


@contextmanager
def _during(flag: ContextVar[bool]) -> Iterator[None]:
    token = flag.set(True)
    try:
        yield
    finally:
        flag.reset(token)


def link_names(linked: bool | Iterable[str]) -> list[str]:
    """Returns the names of the links, all for True and none for False; raises ValueError for an unknown name."""
    if isinstance(linked, bool):
        return list(LINKS) if linked else []
    names = [linked] if isinstance(linked, str) else list(linked)
    for name in names:
        check_choice("linked", name, LINKS)
    return list(dict.fromkeys(names))
