"""Parameters and results of the requests about labels; `typescript` writes them for the browser side."""

from typing import TypedDict


class LabelLayerParams(TypedDict):
    """Parameters of `label_layer`."""

    layer: str
    vocabulary: str
    """The key of a vocabulary."""


class LabelLayerResult(TypedDict):
    """Answer to `label_layer`, once all components of the layer have their labels."""

    n: int
    n_clear: int
    clear_above: float
    """Labels are clear from this null z-score on, if also clearer than 95 % of random groups of images."""
    queries: list[str]
    """At most three clear labels that are strong matches and differ most: queries to begin with."""


class LabelsParams(LabelLayerParams):
    """Parameters of `labels`."""

    components: list[int]


class MethodLabel(TypedDict):
    """The label that one of several methods gives to a component."""

    method: str
    label: str
    """Empty if it has none."""
    worth: str
    """Its margin, chance and faithfulness, as far as they are known, in words."""
    agrees: bool | None
    """True if it is the label shown, or one is a hypernym of the other; null without two labels."""


class NeuronLabel(TypedDict):
    """The label of a component."""

    component: int
    label: str
    """Empty if no text is clear."""
    best: str
    """The nearest text, clear or not; empty if the component has no examples."""
    runner_up: str
    margin: float | None
    alignment: float | None
    null_z_score: float | None
    chance: float | None
    """Share of random groups of as many images whose nearest text is less clear."""
    shares: list[tuple[str, float]]
    """Clear labels of groups of the examples with the share of each group, largest first."""
    methods: list[MethodLabel]
    """The labels of all methods, the one shown among them; empty where there is one method."""


class LabelsResult(TypedDict):
    """Answer to `labels`."""

    labels: list[NeuronLabel]


class CompleteParams(TypedDict):
    """Parameters of `complete`."""

    text: str
    vocabulary: str
    """The key of a vocabulary, whose words come first; "" for none."""


class CompleteResult(TypedDict):
    """Answer to `complete`: words that begin with the text."""

    words: list[str]


REQUESTS = {
    "label_layer": (LabelLayerParams, LabelLayerResult),
    "labels": (LabelsParams, LabelsResult),
    "complete": (CompleteParams, CompleteResult),
}
"""Types of the parameters and of the answer by kind of request."""
