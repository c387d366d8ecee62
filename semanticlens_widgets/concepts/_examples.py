"""Concept examples: the best samples of each component of a layer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

EXAMPLE_TENSORS = ("sample_ids", "scores", "positions", "mean", "variance", "maximum", "firing_rate")


@dataclass(frozen=True, eq=False)
class ConceptExamples:
    """The k samples with the highest score for each component of a layer, and statistics over all samples.

    With `sign="both"` the rows are doubled: row n + c is the negative half of component c ("c-"), with the scores of
    its negated activations, so that a high score always means a strong response.
    """

    layer: str
    sample_ids: Int[Tensor, "component k"]
    """int64; -1 if fewer than k samples excite it, which is all of a dead one. Best first, ties by the lower index."""
    scores: Float[Tensor, "component k"]
    """float32, descending; -inf where `sample_ids` is -1."""
    positions: Int[Tensor, "component k"]
    """int32; flat index into `grid` of the highest activation; -1 if the pooling has no position."""
    grid: tuple[int, ...]
    """(height, width) of a feature map, (tokens,), or ()."""
    mean: Float[Tensor, " component"]
    variance: Float[Tensor, " component"]
    """The population variance of the scores over all samples."""
    maximum: Float[Tensor, " component"]
    firing_rate: Float[Tensor, " component"]
    """The share of samples with a score above 0, in [0, 1]."""
    n_samples: int
    """The number of samples, without broken ones."""
    sign: str = "positive"
    """'positive' or 'both'."""

    def __repr__(self) -> str:
        return (
            f"<ConceptExamples of {self.layer}: the {self.k:,} best of {self.n_samples:,} samples for each of "
            f"{self.n_components:,} components>"
        )

    @property
    def n_components(self) -> int:
        """The number of rows; signed halves count as components."""
        return self.sample_ids.shape[0]

    @property
    def k(self) -> int:
        """The maximum number of examples per component."""
        return self.sample_ids.shape[1]

    @cached_property
    def n_examples(self) -> Int[Tensor, " component"]:
        """The number of examples of each component."""
        return (self.sample_ids >= 0).sum(1)

    @cached_property
    def dead(self) -> Bool[Tensor, " component"]:
        """True for components without examples: never active, or with the same score for every sample."""
        return self.n_examples == 0

    def name(self, component: int) -> str:
        """'layer4:1203', or 'layer4:1203-' for the negative half."""
        half = self.n_components // 2 if self.sign == "both" else self.n_components
        return f"{self.layer}:{component % half}{'-' if component >= half else ''}"

    def component(self, name: str) -> int:
        """The row of '1203', '1203-' or 'layer4:1203'; raises ValueError if there is none."""
        number = name.removeprefix(f"{self.layer}:")
        half = self.n_components // 2 if self.sign == "both" else self.n_components
        digits = number.removesuffix("-")
        if not digits.isascii() or not digits.isdigit() or int(digits) >= half:
            raise ValueError(f"layer {self.layer!r} has components 0 to {half - 1}, not {name!r}")
        if number.endswith("-") and self.sign != "both":
            raise ValueError(
                f"layer {self.layer!r} was collected without negative halves (sign='both'), so {name!r} is not there"
            )
        return int(digits) + (half if number.endswith("-") else 0)


@dataclass(frozen=True, eq=False)
class EmbeddedExamples:
    """Examples of every component of a layer in the space of the foundation model."""

    embeddings: Float[Tensor, "component dim"]
    """The mean directions; zero for a component without examples."""
    n_examples: Int[Tensor, " component"]
    samples: Float[Tensor, "sample dim"]
    """The whole images that examples were chosen from, not normalized."""


def no_examples(layer: str, n_components: int, k: int) -> ConceptExamples:
    """Concept examples of no samples, the identity of merging."""
    zeros = torch.zeros(n_components)
    return ConceptExamples(
        layer=layer,
        sample_ids=torch.full((n_components, k), -1, dtype=torch.int64),
        scores=torch.full((n_components, k), -torch.inf),
        positions=torch.full((n_components, k), -1, dtype=torch.int32),
        grid=(),
        mean=zeros,
        variance=zeros,
        maximum=torch.full((n_components,), -torch.inf),
        firing_rate=zeros,
        n_samples=0,
    )


def examples_to_tensors(examples: ConceptExamples) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Converts concept examples to tensors and JSON."""
    tensors = {name: getattr(examples, name).contiguous() for name in EXAMPLE_TENSORS}
    rest = {
        "name": examples.layer,
        "grid": list(examples.grid),
        "n_samples": examples.n_samples,
        "sign": examples.sign,
    }
    return tensors, rest


def examples_from_tensors(tensors: Mapping[str, Tensor], rest: Mapping[str, Any]) -> ConceptExamples:
    """The inverse of `examples_to_tensors`."""
    return ConceptExamples(
        layer=rest["name"],
        grid=tuple(rest["grid"]),
        n_samples=rest["n_samples"],
        sign=rest["sign"],
        **{name: tensors[name] for name in EXAMPLE_TENSORS},
    )
