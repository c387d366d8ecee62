"""Handlers of all requests of a comparison's widgets."""

from semanticlens_widgets.widgets.answers.comparisons.by_side import side_handlers
from semanticlens_widgets.widgets.answers.comparisons.encodings import encoding, probe
from semanticlens_widgets.widgets.answers.comparisons.matches import Matches
from semanticlens_widgets.widgets.answers.comparisons.sides import Sides
from semanticlens_widgets.widgets.answers.map.handlers import layout_handlers
from semanticlens_widgets.widgets.answers.map.layout_tasks import LayoutTasks
from semanticlens_widgets.widgets.kernel.request import Handler

SLOW = frozenset({"chance"})
"""Kinds of request that may take seconds."""


def comparison_handlers(sides: Sides, layouts: LayoutTasks, matches: Matches) -> dict[str, Handler]:
    """Returns the handlers by kind."""
    return {
        **side_handlers(sides),
        **layout_handlers(layouts),
        "encoding": lambda request: encoding(sides, request),
        "probe": lambda request: probe(sides, layouts, request),
        "nearest": matches.nearest,
        "chance": matches.chance,
    }
