"""Tables and moments of the layers: the state of a pass that collects."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from semanticlens_widgets.passes import merged_by_key
from semanticlens_widgets.tensors import BestK, Moments, merge_best_k, merge_moments


@dataclass(frozen=True)
class LayerRule:
    """The pooling of one layer's output to scores, and how many samples are kept."""

    layer: str
    pooling: str
    sign: str
    k: int


@dataclass(frozen=True, eq=False)
class LayerState:
    """The best k samples and the running statistics of one layer's components."""

    best: BestK
    moments: Moments
    grid: tuple[int, ...]
    layout: tuple[int, ...] = ()
    """The fields of the layer's `Layout`, once it was decided: a resumed pass may have no batch left to do so."""

    def merge(self, other: "LayerState") -> "LayerState":
        """The state of both sets of samples."""
        return LayerState(
            merge_best_k(self.best, other.best),
            merge_moments(self.moments, other.moments),
            self.grid,
            self.layout or other.layout,
        )


@dataclass(frozen=True, eq=False)
class LayerStates:
    """The state of every layer; empty before the first batch."""

    layers: Mapping[str, LayerState] = field(default_factory=dict)

    def merge(self, other: "LayerStates") -> "LayerStates":
        """The states of both sets of samples: bit-identical in any order."""
        return LayerStates(merged_by_key(self.layers, other.layers, LayerState.merge))
