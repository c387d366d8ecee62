"""Displays of lenses and their results in a notebook, registered from above: what makes them imports no widgets."""

from collections.abc import Callable, Mapping
from typing import Any

_makers: dict[str, Callable[[Any], Any]] = {}


def show_as(widgets: Mapping[str, Callable[[Any], Any]]) -> None:
    """Registers functions by the name of a class: the result for an object is displayed in its place."""
    _makers.update(widgets)


def mimebundle_of(shown: object, **options: Any) -> Any:
    """The MIME bundle of the widget that is registered for the object's class."""
    return _makers[type(shown).__name__](shown)._repr_mimebundle_(**options)
