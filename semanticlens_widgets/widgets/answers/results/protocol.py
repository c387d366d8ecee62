"""Types of a card, and of the request for knowledge; `typescript` writes them for the browser side."""

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


REQUESTS = {"knowledge": (KnowledgeParams, KnowledgeResult)}
"""Types of the parameters and of the answer by kind of request."""
