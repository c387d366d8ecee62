"""Parameters and results of the requests about single components; `typescript` writes them for the browser side."""

from typing import Literal, TypedDict

Sort = Literal["alignment", "component", "clarity", "polysemanticity", "redundancy", "maximum", "firing_rate"]
Size = Literal["small", "large", "full"]


class RankParams(TypedDict):
    """Parameters of `rank`."""

    layer: str
    query: str
    query_image: str
    """The handle of an image query; "" for none."""
    sort: Sort
    descending: bool


class Calibration(TypedDict):
    """The range of alignments, and how the best one compares with unrelated words."""

    weak: bool
    strength: float | None
    """Share of unrelated words whose best neuron answers worse; null without a calibration."""
    caveat: str
    """Sentence on words of the query that the foundation model can't judge by what images look like; "" without any."""
    min: float | None
    max: float | None


class RankResult(Calibration):
    """Answer to `rank`, with five columns by place.

    They are order, alignment, share of unrelated words with a lower alignment, standard deviations above the layer's
    components, and standard deviations above unrelated words.
    """

    n: int
    has_query: bool
    signed: bool
    """True if the later half of the components are the negative halves of the former."""


class CardsParams(TypedDict):
    """Parameters of `cards`."""

    layer: str
    components: list[int]


class Card(TypedDict):
    """A component with its scores and examples."""

    component: int
    name: str
    clarity: float | None
    polysemanticity: float | None
    redundancy: float | None
    maximum: float | None
    firing_rate: float | None
    n_examples: int
    labels: list[tuple[str, int]]
    """Labels of the examples with their counts, most frequent first."""
    samples: list[int]
    """Rows of the database's sample table, best example first."""


class CardsResult(TypedDict):
    """Answer to `cards`."""

    cards: list[Card]


class DetailParams(TypedDict):
    """Parameters of `detail`."""

    layer: str
    component: int


class SampleInfo(TypedDict):
    """A sample of the database."""

    sample: int
    """The index in the dataset."""
    row: int
    """The row in the database's sample table, by which `thumbnails` finds it."""
    label: str | None
    name: str


class ScoredSample(SampleInfo):
    """A sample with the score of a component."""

    score: float | None
    """Null if it is not known."""


class ExampleInfo(ScoredSample):
    """A concept example."""

    box: list[float] | None
    """Left, top, right and bottom of its crop as shares of the image; null for the whole image."""


class Controls(TypedDict):
    """Images around a quantile of the component's scores, so that the best examples do not mislead."""

    quantile: float | None
    """In (0, 1); null for images drawn at random."""
    samples: list[ScoredSample]


class Histogram(TypedDict):
    """Numbers of attributed samples by score, in bins of equal width."""

    low: float
    """Lower edge of the first bin."""
    high: float
    """Upper edge of the last bin, which includes it."""
    counts: list[int]
    n_samples: int


class ServedClass(TypedDict):
    """A class that the component is relevant for."""

    name: str
    relevance: float | None
    """The mean over the samples of the class."""
    share: float | None
    """Of the positive relevance for the class, in [0, 1]."""
    n_samples: int


class SimilarComponent(TypedDict):
    """A component with similar examples."""

    component: int
    name: str
    similarity: float | None


class DetailResult(TypedDict):
    """Answer to `detail`."""

    card: Card
    examples: list[ExampleInfo]
    look_alikes: list[SampleInfo]
    """Samples like the examples that score below the component's mean; empty if the lens does not keep them."""
    controls: list[Controls]
    """Highest quantile first, random images last; empty on a page of `to_html`."""
    histogram: Histogram | None
    """Null without a relevance of the layer, which alone keeps scores of samples that are no examples."""
    classes: list[ServedClass]
    """Best first; empty without a relevance of the layer."""
    similar: list[SimilarComponent]
    mean: float | None
    variance: float | None
    n_samples: int | None
    nearest: str | None
    """The most similar other component."""


class CompareParams(TypedDict):
    """Parameters of `compare`."""

    names: list[str]


class ComparedNeuron(TypedDict):
    """A component beside others."""

    layer: str
    detail: DetailResult
    """Without controls."""


class CompareResult(TypedDict):
    """Answer to `compare`."""

    neurons: list[ComparedNeuron]
    """In the order of the names."""
    cosines: list[list[float | None]]
    """Of every two embeddings; null where one has no examples."""


class ThumbnailsParams(TypedDict):
    """Parameters of `thumbnails`."""

    samples: list[int]
    """Rows of the sample table."""
    size: Size


class ExamplePicturesParams(TypedDict):
    """Parameters of `example_crops` and of `example_heatmaps`."""

    layer: str
    examples: list[list[int]]
    """Pairs of component and rank."""
    size: Size


class PicturesResult(TypedDict):
    """Answer to every request for pictures, with one buffer of WebP files one after the other."""

    offsets: list[int]
    """File i is bytes offsets[i] to offsets[i + 1] of the buffer, and empty if there is no picture."""


class QueryPictureParams(TypedDict):
    """Parameters of `query_picture`."""

    handle: str


class QueryPictureResult(PicturesResult):
    """Answer to `query_picture`: the pictures of an image query, with the names of their files."""

    names: list[str]
    """In the order of the pictures; "" for none."""


class ImageParams(TypedDict):
    """Parameters of `image`."""

    name: str
    """The name of the file; "" for none."""


class ImageResult(TypedDict):
    """Answer to `image`, which sends an image file as its buffer."""

    handle: str
    width: int
    height: int


class Nothing(TypedDict):
    """No parameters, or an empty answer."""


REQUESTS = {
    "rank": (RankParams, RankResult),
    "cards": (CardsParams, CardsResult),
    "detail": (DetailParams, DetailResult),
    "compare": (CompareParams, CompareResult),
    "thumbnails": (ThumbnailsParams, PicturesResult),
    "example_crops": (ExamplePicturesParams, PicturesResult),
    "example_heatmaps": (ExamplePicturesParams, PicturesResult),
    "image": (ImageParams, ImageResult),
    "query_picture": (QueryPictureParams, QueryPictureResult),
    "prepare": (Nothing, Nothing),
}
"""Types of the parameters and of the answer by kind of request."""
