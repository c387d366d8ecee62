"""Parameters and results of the requests of the map; `typescript` writes them for the browser side."""

from typing import Literal, TypedDict

Encoding = Literal[
    "alignment",
    "cluster",
    "clarity",
    "polysemanticity",
    "redundancy",
    "relevance",
    "verdict",
    "layer",
    "side",
    "match",
]
"""Quantities that colours show; `side` and `match` are of comparisons, `layer` and what is of a class of lenses."""
Method = Literal["pca", "umap"]


class MapParams(TypedDict):
    """Parameters of `map`."""

    layers: list[str]
    method: Method


class MapUpdateParams(MapParams):
    """Parameters of `map_update`, which is answered once there is a better layout."""

    have: Method
    """The method of the positions that the browser has."""
    clustered: bool
    """True if the browser has the clusters of these positions."""


class LayerPoints(TypedDict):
    """The points of one layer: `count` of them from `start` on, in the order of its components."""

    name: str
    start: int
    count: int
    signed: bool
    """True if the later half of them are the negative halves of the former."""
    hollow: bool
    """True if they are drawn as rings, which tells the sides of a comparison apart without colours."""


class ClusterInfo(TypedDict):
    """A cluster of points."""

    name: str
    """"" for a cluster that no text fits better than chance, and as long as names are not known."""
    agreement: float | None
    """Share of the members that agree with the name; null without a name."""
    elsewhere: float | None
    """The same of all other components."""
    runner_up: str
    """The next best text; "" without a name."""
    is_close: bool
    """True if the members do not prefer the name to it beyond chance."""
    central: str
    """Name of the component that is most like all members."""
    x: float
    """The position of its label, in the coordinates of `bounds`."""
    y: float
    size: int
    sample: int | None
    """The row of a sample that shows it; null for none."""


class MapResult(TypedDict):
    """Answer to `map` and to `map_update`, with two columns by place.

    Positions are Uint16 x and y, 0 to 65534 from one bound to the other; x = 65535 is a component without a position.
    Clusters are indices into `clusters`, Uint8 up to 254 clusters, else Uint16; the highest number is none.
    """

    n: int
    bounds: tuple[float, float, float, float]
    """x0, y0, x1, y1."""
    layers: list[LayerPoints]
    method: Method
    clustered: bool
    """True once clusters are found; their names come with the final layout."""
    final: bool
    """False while a better layout is being computed: request it with `map_update`."""
    clusters: list[ClusterInfo]


class EncodingParams(TypedDict):
    """Parameters of `encoding`."""

    layers: list[str]
    encoding: Encoding
    query: str
    query_image: str


class EncodingResult(TypedDict):
    """Answer to `encoding`, with one column by place: Float32, NaN for no value."""

    kind: Literal["sequential", "diverging"]
    min: float | None
    max: float | None
    weak: bool
    """True if the best neuron answers the query no better than unrelated words; `message` gives the reason."""
    message: str
    caveat: str
    """That of `rank`; "" for other encodings."""


class ProbeParams(TypedDict):
    """Parameters of `probe`."""

    layers: list[str]
    method: Method
    have: Method
    """The method of the positions that the browser shows."""
    query: str
    query_image: str


class ProbeResult(TypedDict):
    """Answer to `probe`: the position of the query; null if the layout has none for it."""

    x: float | None
    y: float | None


REQUESTS = {
    "map": (MapParams, MapResult),
    "map_update": (MapUpdateParams, MapResult),
    "encoding": (EncodingParams, EncodingResult),
    "probe": (ProbeParams, ProbeResult),
}
"""Types of the parameters and of the answer by kind of request."""
