"""Parameters and results of the requests about one image; `typescript` writes them for the browser side."""

from typing import Literal, TypedDict

Order = Literal["relevance", "difference", "percentile", "score", "alignment"]


class Explained(TypedDict):
    """One image, one output and one layer, with another image or class to contrast it with."""

    asking: str
    """The id of the widget's options: attribution method, threshold and vocabulary."""
    layer: str
    sample: int | None
    """Null for a picture."""
    picture: str
    """The handle of an image that is no sample; "" for a sample."""
    class_name: str
    """"" for the predicted class."""
    contrast_class: str
    contrast_sample: int | None
    contrast_picture: str


class ExplainParams(Explained):
    """Parameters of `explain`."""


class OutputInfo(TypedDict):
    """An output of the model."""

    name: str
    value: float | None
    probability: float | None
    yes: bool | None
    """Of decisions that are taken one by one; null where outputs are rivals."""


class ExplainedSide(TypedDict):
    """The explained image, or what it is contrasted with."""

    class_name: str
    output: float | None
    """Null where it is not known."""
    rest: float | None
    """The output less what all components add."""
    sample: int | None
    label: str | None
    """Of the sample; null for none."""
    name: str
    """Of the sample or the file; "" for none."""


class ExplainResult(TypedDict):
    """Answer to `explain`, with the picture of either image as WebP; the second is empty without a second image."""

    own: ExplainedSide
    contrast: ExplainedSide | None
    outputs: list[OutputInfo]
    """The highest of the image, and those of the explained classes."""
    classes: list[str]
    """The names of all outputs."""
    n_components: int
    signed: bool
    grid: list[int] | None
    """Rows and columns of cells; null where components have no places on the image."""
    sides: list[int]
    """Height and width of the picture, in whose pixels places count."""
    n_compared: int
    """Other images that percentiles are among; 0 where they are not known."""
    has_model: bool
    """True if outputs, effects and steering can be had."""
    notes: list[str]


class ExplainRowsParams(Explained):
    """Parameters of `explain_rows`."""

    by: Order
    query: str
    query_image: str
    place: list[float]
    """A pixel [x, y]: the components that fire there; empty for all."""
    n: int
    """Rows, at most."""
    also: list[int]
    """Components whose rows are wanted too."""


class ExplainedRow(TypedDict):
    """A component on the image."""

    component: int
    name: str
    label: str
    score: float | None
    percentile: float | None
    rank: int | None
    relevance: float | None
    relevance_contrast: float | None
    difference: float | None
    alignment: float | None
    """With the query; null without one."""
    strength: float | None
    """At the place, over the highest score on any image; null without a place."""
    here: float | None
    """The amount that its cell at the place adds; null without a place."""


class Amounts(TypedDict):
    """The sums over several components."""

    n: int
    relevance: float | None
    relevance_contrast: float | None
    difference: float | None


class ExplainRowsResult(TypedDict):
    """Answer to `explain_rows`."""

    rows: list[ExplainedRow]
    also: list[ExplainedRow]
    others: Amounts
    """All components that are not among the rows."""
    n: int
    """Components in this order: those that fire at the place, or all."""
    caveat: str
    """Of the query; "" for none."""


class ExplainEffectsParams(Explained):
    """Parameters of `explain_effects`."""

    components: list[int]


class ExplainEffectsResult(TypedDict):
    """Answer to `explain_effects`."""

    effects: list[float | None]
    """The output less that without the component, in the order of the components."""


class ExplainHeatmapParams(Explained):
    """Parameters of `explain_heatmap`."""

    component: int


class HeatInfo(TypedDict):
    """The heat map of a component on one image."""

    highest: float | None
    """The activation where it responds most; 0 where it does not respond."""
    strength: float | None
    """The same over its highest score on any image; null for a component that never responded."""


class ExplainHeatmapResult(TypedDict):
    """Answer to `explain_heatmap`: one WebP file each for the image and a second image, coloured."""

    maps: list[HeatInfo]


class ExplainImageParams(TypedDict):
    """Parameters of `explain_image`, which sends an image file as its buffer."""

    name: str


class ExplainImageResult(TypedDict):
    """Answer to `explain_image`."""

    handle: str


class Factor(TypedDict):
    """A component that is steered."""

    component: str
    factor: float


class SteerParams(Explained):
    """Parameters of `steer`."""

    factors: list[Factor]


class SteeredOutput(TypedDict):
    """An output before and after."""

    name: str
    value_before: float | None
    value_after: float | None
    probability_before: float | None
    probability_after: float | None


class SteerResult(TypedDict):
    """Answer to `steer`."""

    outputs: list[SteeredOutput]
    """The highest before or after, and those of the explained classes."""
    answer: str
    """The highest output of the steered model."""


class SteerAccuracyParams(TypedDict):
    """Parameters of `steer_accuracy`."""

    asking: str
    factors: list[Factor]
    class_name: str
    """"" for all images."""


class Share(TypedDict):
    """A share of samples, or a change of one, with its 95 % interval."""

    mean: float | None
    low: float | None
    high: float | None


class SteerAccuracyResult(TypedDict):
    """Answer to `steer_accuracy`."""

    n: int
    """Samples; of decisions the answers."""
    before: Share
    after: Share
    change: Share


REQUESTS = {
    "explain": (ExplainParams, ExplainResult),
    "explain_rows": (ExplainRowsParams, ExplainRowsResult),
    "explain_effects": (ExplainEffectsParams, ExplainEffectsResult),
    "explain_heatmap": (ExplainHeatmapParams, ExplainHeatmapResult),
    "explain_image": (ExplainImageParams, ExplainImageResult),
    "steer": (SteerParams, SteerResult),
    "steer_accuracy": (SteerAccuracyParams, SteerAccuracyResult),
}
"""Types of the parameters and of the answer by kind of request."""
