"""What the widgets of one lens do together: whoever is changed, the others follow.

In the browser the views of a page tell one another what a reader changes (`js/src/kernel/link.ts`). Python passes on
what a cell sets; and what a reader changes only between widgets that no page shows together, as in hosts where every
output is a page of its own.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

from semanticlens_widgets._arguments import check_choice

LINKS = ("class", "hover", "layer", "query", "selection")
TRAITS = {
    "class": ["class_name", "requirements", "threshold"],
    "layer": ["layer"],
    "query": ["query_image", "query"],
    "selection": ["selection"],
}
"""The traits of a link; hovering has none, it never leaves the browser. Galleries have none of a class."""

_from_browser: ContextVar[bool] = ContextVar("from_browser", default=False)
_passing_on: ContextVar[bool] = ContextVar("passing_on", default=False)


@runtime_checkable
class Linked(Protocol):
    """A widget that can be linked."""

    # Traits, which only an instance knows to be a list of texts and a text.
    linked: Any
    _view_id: Any
    _pages: set[str]

    def can_show(self, layer: str) -> bool:
        """Whether it has this layer to show."""
        ...

    def has_trait(self, name: str) -> bool:
        """Whether it has a trait of this name."""
        ...

    def get_state(self, key: list[str]) -> Mapping[str, Any]:
        """Traits as the browser is sent them."""
        ...

    def set_trait(self, name: str, value: Any) -> None:
        """Sets a trait as the browser does."""
        ...


class Linking:
    """The widgets of one lens."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._widgets: WeakKeyDictionary[Linked, None] = WeakKeyDictionary()

    def join(self, widget: Linked) -> None:
        """From now on the widget follows the others, and they follow it.

        A map, where no class can be chosen, begins with the one that was last made known.
        """
        if widget.has_trait("encoding") and "class" in widget.linked and not _class_of(widget):
            for name, value in self._known_class().items():
                widget.set_trait(name, value)
        with self._guard:
            self._widgets[widget] = None

    def leave(self, widget: Linked) -> bool:
        """The widget follows nobody any longer; whether it was there, and the last one."""
        with self._guard:
            joined = widget in self._widgets
            self._widgets.pop(widget, None)
            return joined and not self._widgets

    def shown(self, view: str, page: str) -> None:
        """A page shows the widget."""
        for widget in self._all():
            if widget._view_id == view:
                widget._pages.add(page)

    def attributed(self) -> None:
        """The lens has learnt a relevance: whoever shows something of it asks for it, linked or not."""
        for widget in self._all():
            widget.set_trait("attributed", widget.get_state(["attributed"])["attributed"] + 1)

    def pass_on(self, widget: Linked, name: str) -> None:
        """A trait of a widget has changed; without effect before it joined."""
        link, names = next(item for item in TRAITS.items() if name in item[1])
        if link not in widget.linked or _passing_on.get() or widget not in self._all():
            return
        with _during(_passing_on):
            self._set_others(widget, link, names)

    def _set_others(self, widget: Linked, link: str, names: list[str]) -> None:
        values = widget.get_state(names)
        for other in self._all():
            if other is widget or link not in other.linked:
                continue
            if _from_browser.get() and widget._pages & other._pages:
                continue  # the page did so itself
            if link == "layer" and not other.can_show(values["layer"]):
                continue
            if not other.has_trait(names[0]):
                continue
            for each in names:
                other.set_trait(each, values[each])

    def _known_class(self) -> Mapping[str, Any]:
        known = [state for one in self._all() if "class" in one.linked and (state := _class_of(one))]
        return known[-1] if known else {}

    def _all(self) -> list[Linked]:
        with self._guard:
            return list(self._widgets)


def _class_of(widget: Linked) -> Mapping[str, Any]:
    """What a widget knows of a class; empty where nothing is chosen and nothing required."""
    if not widget.has_trait("class_name"):
        return {}
    state = widget.get_state(TRAITS["class"])
    return state if state["class_name"] or state["requirements"] else {}


def told_by_browser() -> AbstractContextManager[None]:
    """What changes inside was changed by a reader."""
    return _during(_from_browser)


@contextmanager
def _during(flag: ContextVar[bool]) -> Iterator[None]:
    token = flag.set(True)
    try:
        yield
    finally:
        flag.reset(token)


def links(linked: bool | Iterable[str]) -> list[str]:
    """The names of the links: all for True, none for False; raises ValueError for an unknown one."""
    if isinstance(linked, bool):
        return list(LINKS) if linked else []
    names = [linked] if isinstance(linked, str) else list(linked)
    for name in names:
        check_choice("linked", name, LINKS)
    return names
