"""What shows a lens, handed down from above: a lens itself knows no widget."""

from collections.abc import Callable
from typing import Any

_makers: list[Callable[[Any], Any]] = []


def show_lenses_as(widget: Callable[[Any], Any]) -> None:
    """From now on the display of a lens is that of `widget(lens)`."""
    _makers[:] = [widget]


def mimebundle_of(lens: object, **options: Any) -> Any:
    """What a notebook shows of a lens."""
    (widget,) = _makers
    return widget(lens)._repr_mimebundle_(**options)
