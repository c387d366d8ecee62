"""Objects that all widgets of one comparison share in the kernel."""

import threading
from dataclasses import dataclass

from semanticlens_widgets.analysis import Comparison
from semanticlens_widgets.widgets.answers.comparisons.handlers import SLOW, comparison_handlers
from semanticlens_widgets.widgets.answers.comparisons.layouts import JointLayouts
from semanticlens_widgets.widgets.answers.comparisons.matches import Matches
from semanticlens_widgets.widgets.answers.comparisons.sides import Sides
from semanticlens_widgets.widgets.answers.labels.handlers import SLOW as SLOW_LABELS
from semanticlens_widgets.widgets.answers.map.handlers import WAITING
from semanticlens_widgets.widgets.answers.neurons.example_pictures import SLOW as SLOW_EXAMPLES
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages
from semanticlens_widgets.widgets.kernel.bundle import answer_part
from semanticlens_widgets.widgets.kernel.channel import Channel
from semanticlens_widgets.widgets.kernel.link import Link, shown_handler
from semanticlens_widgets.widgets.kernel.shared import host_session

_OWNER = "widgets"
_making = threading.Lock()


@dataclass(frozen=True, eq=False)
class ComparisonSession:
    """One channel, one link and one cache of layouts for all widgets of a comparison."""

    channel: Channel
    link: Link
    images: QueryImages
    sides: Sides
    layouts: JointLayouts
    matches: Matches


def comparison_session_of(comparison: Comparison) -> ComparisonSession:
    """Returns the session of a comparison, which holds it; made anew if its channel was closed."""
    owner = _OWNER + host_session()
    with _making:
        session = comparison._attached.get(owner)
        if not isinstance(session, ComparisonSession) or session.channel.comm is None:
            session = _new_session(comparison)
            comparison._attached[owner] = session
        return session


def _new_session(comparison: Comparison) -> ComparisonSession:
    link = Link()
    images = QueryImages(link.images)
    sides = Sides(comparison, images)
    layouts, matches = JointLayouts(sides), Matches(sides)
    handlers = {
        **comparison_handlers(sides, layouts, matches),
        "part": answer_part,
        "shown": shown_handler(link),
    }
    channel = Channel(handlers, SLOW | SLOW_LABELS | SLOW_EXAMPLES, WAITING)
    return ComparisonSession(channel, link, images, sides, layouts, matches)
