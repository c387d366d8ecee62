"""Objects that all widgets of one lens share in the kernel."""

import threading
from dataclasses import dataclass
from weakref import WeakValueDictionary

from semanticlens_widgets.analysis import Audit, Concept, Knowledge
from semanticlens_widgets.explanations import ClassGraph
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.handlers import SLOW as SLOW_AUDITS
from semanticlens_widgets.widgets.answers.audit.handlers import audit_handlers
from semanticlens_widgets.widgets.answers.labels.handlers import SLOW as SLOW_LABELS
from semanticlens_widgets.widgets.answers.labels.handlers import label_handlers
from semanticlens_widgets.widgets.answers.labels.labels import Labeller
from semanticlens_widgets.widgets.answers.map.handlers import WAITING, map_handlers
from semanticlens_widgets.widgets.answers.map.layouts import Layouts
from semanticlens_widgets.widgets.answers.neurons.example_pictures import SLOW as SLOW_EXAMPLES
from semanticlens_widgets.widgets.answers.neurons.handlers import neuron_handlers
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings
from semanticlens_widgets.widgets.answers.predictions.explained import Explanations
from semanticlens_widgets.widgets.answers.predictions.handlers import SLOW as SLOW_PREDICTIONS
from semanticlens_widgets.widgets.answers.predictions.handlers import prediction_handlers
from semanticlens_widgets.widgets.answers.results.graph_info import SLOW as SLOW_GRAPHS
from semanticlens_widgets.widgets.answers.results.graph_info import graph_handlers
from semanticlens_widgets.widgets.answers.results.knowledge_info import answer_knowledge
from semanticlens_widgets.widgets.kernel.bundle import answer_part
from semanticlens_widgets.widgets.kernel.channel import Channel
from semanticlens_widgets.widgets.kernel.link import Link, explain_sample_handler, shown_handler
from semanticlens_widgets.widgets.kernel.shared import host_session

_OWNER = "widgets"
_making = threading.Lock()


@dataclass(frozen=True, eq=False)
class WidgetSession:
    """One channel, one link and one cache of rankings, images, labels and layouts for all widgets of a lens."""

    channel: Channel
    rankings: Rankings
    images: QueryImages
    labeller: Labeller
    link: Link
    layouts: Layouts
    concepts: dict[str, Concept]
    """Concepts other than texts, by the names that the browser has for them."""
    audits: WeakValueDictionary[str, Audit]
    """Earlier audits that widgets compare with, by id, for as long as a widget holds them."""
    knowledge: WeakValueDictionary[str, Knowledge]
    """The knowledge of layers, by id, for as long as a widget holds it."""
    graphs: WeakValueDictionary[str, ClassGraph]
    """The graphs of classes, by id, for as long as a widget holds them."""
    explanations: Explanations
    """Explanations of single images, as widgets ask for them."""


def session_of(lens: Lens) -> WidgetSession:
    """Returns the session of a lens, made anew if its channel was closed; in marimo each visitor has one.

    The lens holds it. A global table would keep every lens in memory, because a session refers to its lens.
    """
    owner = _OWNER + host_session()
    with _making:
        session: WidgetSession | None = lens._session.attached.get(owner)
        if session is None or session.channel.comm is None:
            # Layouts take seconds to compute and do not depend on the channel.
            session = _new_session(lens, owner, Layouts(lens) if session is None else session.layouts)
            lens._session.attached[owner] = session
        return session


def _new_session(lens: Lens, owner: str, layouts: Layouts) -> WidgetSession:
    link = Link()
    images = QueryImages(link.images)
    rankings = Rankings(lens, images)
    labeller = Labeller(lens)
    explanations = Explanations(lens, QueryImages(link.images, whole=True), WeakValueDictionary())

    def notify_attributed() -> None:
        explanations.forget()
        link.notify_attributed()

    lens._session.subscribe(owner, notify_attributed)
    concepts: dict[str, Concept] = {}
    audits: WeakValueDictionary[str, Audit] = WeakValueDictionary()
    knowledge: WeakValueDictionary[str, Knowledge] = WeakValueDictionary()
    graphs: WeakValueDictionary[str, ClassGraph] = WeakValueDictionary()
    handlers = {
        **neuron_handlers(rankings),
        **label_handlers(labeller),
        **map_handlers(rankings, layouts),
        **audit_handlers(lens, concepts, audits),
        **graph_handlers(graphs),
        **prediction_handlers(explanations, rankings),
        "knowledge": lambda request: answer_knowledge(knowledge, request),
        "part": answer_part,
        "shown": shown_handler(link),
        "explain_sample": explain_sample_handler(link),
    }
    channel = Channel(
        handlers, SLOW_LABELS | SLOW_AUDITS | SLOW_EXAMPLES | SLOW_GRAPHS | SLOW_PREDICTIONS, WAITING
    )
    return WidgetSession(
        channel, rankings, images, labeller, link, layouts, concepts, audits, knowledge, graphs, explanations
    )
