"""Types of a card, and of the requests for knowledge and for graphs; `typescript` writes them for the browser side."""

from typing import TypedDict


class NumberInfo(TypedDict):
    """A number of a card, the same for all rows."""

    key: str
    title: str
    meaning: str
    is_share: bool
    """True for a share of components, False for a mean over them."""
    lower_is_better: bool
    edges: list[float]
    """The edges of the histogram's bars, one more than bars."""
    trend: str
    """One sentence on the change from the first layer or checkpoint to the last; "" for a single one."""


class RowNumber(TypedDict):
    """A number of one row."""

    mean: float | None
    low: float | None
    high: float | None
    chance: float | None
    counts: list[int]
    """Components by bar."""
    apart: bool
    """True if it differs from the next in the ranking with 95 % confidence."""


class CardRow(TypedDict):
    """A layer, a checkpoint, or all layers together."""

    name: str
    layer: str
    """The layer of the lens; "" for all layers together."""
    n_components: int
    n_dead: int
    numbers: list[RowNumber]
    """In the order of the card's numbers."""


class CardInfo(TypedDict):
    """An interpretability card."""

    numbers: list[NumberInfo]
    rows: list[CardRow]
    n_parts: int
    """The rows that are one layer or checkpoint each, in their order; a row over all layers follows."""
    one_lens: bool
    """True if all rows are layers of one lens."""


class KnowledgeParams(TypedDict):
    """Parameters of `knowledge`."""

    knowledge: str
    """The id of the knowledge."""


class Answering(TypedDict):
    """Components that answer to a word or hypernym, and what chance gives."""

    n: int
    relevance: float | None
    expected: float
    """The mean number among as many random groups of images."""
    percentile: float
    """The share of draws of random groups with fewer."""
    known: bool


class KnownWord(Answering):
    """A word or hypernym that components have as their label, or that is above such words."""

    word: str
    parent: int
    """The place of the hypernym in the list, which comes first; -1 at the top."""
    own: Answering | None
    """The components whose label is the word itself and none below it; null without any."""
    holes: list[str]
    """Words of the vocabulary here and below, but below no other word of the list, that nothing answers to."""


class KnowledgeResult(TypedDict):
    """Answer to `knowledge`."""

    n_components: int
    n_labelled: int
    """Components with a clear label."""
    has_relevance: bool
    words: list[KnownWord]
    holes: list[str]
    """Words that nothing answers to, outside of all hypernyms in the list."""


class GraphParams(TypedDict):
    """Parameters of `graph`."""

    graph: str
    """The id of the graph."""


class GraphLayer(TypedDict):
    """A layer of a graph."""

    name: str
    column: int
    """0 for a layer that no other feeds, otherwise one more than that of the layer that feeds it."""
    n_components: int


class GraphNode(TypedDict):
    """A component, or the class."""

    name: str
    layer: str
    """"" for the class."""
    component: int
    """Its number in the layer; -1 for the class."""
    place: int
    """Its place from the top of its layer, in an order in which strong edges cross least."""
    label: str
    verdict: str
    """"" where none is known."""
    relevance: float | None
    """The mean over the class's samples."""
    share: float | None
    """Of the sizes of all in its layer, with the sign of the relevance."""
    samples: list[int]
    """Rows of the sample table, best example first."""


class GraphEdge(TypedDict):
    """An edge between two nodes."""

    source: int
    """The number of the node."""
    target: int
    edge: float
    """The mean amount that the source adds to the target."""
    share: float
    """Of the sizes of all edges into the target from the layer of the source, -1 to 1."""


class GraphResult(TypedDict):
    """Answer to `graph`."""

    class_name: str
    n_samples: int
    weak_below: float
    """Edges with a smaller share are not in the list."""
    layers: list[GraphLayer]
    nodes: list[GraphNode]
    """By layer, the most relevant first; the last is the class."""
    edges: list[GraphEdge]


class WithoutParams(GraphParams):
    """Parameters of `graph_without`."""

    nodes: list[str]
    """Names of the components that are zero."""
    control: bool
    """True to measure random components of the same layers too."""


class NodeChange(TypedDict):
    """A node of a later layer, or the class, with and without them."""

    node: int
    """The number of the node."""
    before: float | None
    """The mean score over the class's samples, of the class its output."""
    after: float | None
    share: float | None
    """The change over the size of `before`."""
    random: float | None
    """The mean share without random components of the same layers; null unless asked for."""


class WithoutResult(TypedDict):
    """Answer to `graph_without`."""

    changes: list[NodeChange]


REQUESTS = {
    "knowledge": (KnowledgeParams, KnowledgeResult),
    "graph": (GraphParams, GraphResult),
    "graph_without": (WithoutParams, WithoutResult),
}
"""Types of the parameters and of the answer by kind of request."""
