"""What all widgets of one lens share in the kernel: one channel, one store of images, rankings and labels, one link."""

import threading
from dataclasses import dataclass

from semanticlens_widgets.analysis import Concept
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.requests import SLOW as SLOW_AUDITS
from semanticlens_widgets.widgets.answers.audit.requests import audit_handlers
from semanticlens_widgets.widgets.answers.labels.labels import Naming
from semanticlens_widgets.widgets.answers.labels.requests import SLOW, naming_handlers
from semanticlens_widgets.widgets.answers.map.layouts import Layouts
from semanticlens_widgets.widgets.answers.map.requests import map_handlers
from semanticlens_widgets.widgets.answers.neurons.example_pictures import SLOW as SLOW_EXAMPLES
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings
from semanticlens_widgets.widgets.answers.neurons.requests import handlers
from semanticlens_widgets.widgets.kernel.channel import Channel
from semanticlens_widgets.widgets.kernel.linking import Linking
from semanticlens_widgets.widgets.kernel.request import Answer, Request

_LINE = "line"
_making = threading.Lock()


@dataclass(frozen=True, eq=False)
class Line:
    """A lens's line to the browser."""

    channel: Channel
    rankings: Rankings
    images: QueryImages
    naming: Naming
    linking: Linking
    layouts: Layouts
    concepts: dict[str, Concept]
    """Concepts that are no text, by the names that the browser has for them."""


def line(lens: Lens) -> Line:
    """The line of a lens: the same for all its widgets; a new one when its channel was closed.

    The lens holds it: a table of all lines would keep every lens for good, because a line knows its lens.
    """
    with _making:
        known: Line | None = lens._session.attached.get(_LINE)
        if known is None or known.channel.comm is None:
            # Where the components lie takes seconds to compute, and no channel decides it.
            known = _new_line(lens, Layouts(lens) if known is None else known.layouts)
            lens._session.attached[_LINE] = known
        return known


def _new_line(lens: Lens, layouts: Layouts) -> Line:
    images = QueryImages()
    rankings = Rankings(lens, images)
    naming = Naming(lens)
    linking = Linking()
    lens._session.subscribe(_LINE, linking.attributed)
    concepts: dict[str, Concept] = {}
    asked = {
        **handlers(rankings),
        **naming_handlers(naming),
        **map_handlers(rankings, layouts),
        **audit_handlers(lens, concepts),
        "shown": lambda request: _shown(linking, request),
    }
    channel = Channel(asked, SLOW | SLOW_AUDITS | SLOW_EXAMPLES)
    return Line(channel, rankings, images, naming, linking, layouts, concepts)


def _shown(linking: Linking, request: Request) -> Answer:
    linking.shown(request.get("view", str), request.get("page", str))
    return Answer({})
