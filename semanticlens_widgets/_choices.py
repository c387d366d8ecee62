"""Choices: the words that arguments accept, for type checkers and, by `typing.get_args`, for checks at run time."""

from typing import Literal

AttributionMethod = Literal["gradient", "integrated_gradients", "conductance", "lrp"]
Baseline = Literal["embedding", "cosine"]
"""The template without a query is taken away from the query's embedding, or its cosine from the query's cosine."""
CardNumber = Literal["clarity", "clear", "polysemanticity", "redundancy", "labelled"]
"""Means over the components of a layer; the second and the last are shares."""
DemoModel = Literal["lite0", "lite1", "untrained"]
"""EfficientNet-Lite0 and Lite1, and Lite0 with random weights."""
ExplainedBy = Literal["relevance", "percentile", "score", "difference"]
"""The order of components in an explanation."""
HeatmapMethod = Literal["activation", "gradient", "lrp"]
LabelMethod = Literal["nearest", "soft-wpmi", "csp"]
"""The text with the highest alignment; CLIP-Dissect's measure; alignment after taking look-alikes away."""
Pooling = Literal["max", "mean", "absmax", "absmean", "cls"]
Sign = Literal["positive", "both"]
Similarity = Literal["embedding", "vocabulary", "examples", "activations"]
"""Of components: their embeddings, their answers to a vocabulary, their concept examples, or their scores."""
Targets = Literal["label", "prediction"]
