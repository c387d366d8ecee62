"""What all widgets of one lens share in the kernel: one channel, one store of images and rankings."""

import threading
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets._channel import Channel
from semanticlens_widgets.widgets._query_images import QueryImages
from semanticlens_widgets.widgets._rankings import Rankings
from semanticlens_widgets.widgets._requests import handlers

_lines: "WeakKeyDictionary[Lens, Line]" = WeakKeyDictionary()
_making = threading.Lock()


@dataclass(frozen=True, eq=False)
class Line:
    """A lens's line to the browser."""

    channel: Channel
    rankings: Rankings
    images: QueryImages


def line(lens: Lens) -> Line:
    """The line of a lens: the same for all its widgets; a new one when its channel was closed."""
    with _making:
        known = _lines.get(lens)
        if known is None or known.channel.comm is None:
            known = _lines[lens] = _new_line(lens)
        return known


def _new_line(lens: Lens) -> Line:
    images = QueryImages()
    rankings = Rankings(lens, images)
    return Line(Channel(handlers(rankings)), rankings, images)
