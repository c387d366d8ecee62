"""The state of a pass that collects: frozen, and replaced batch by batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from semanticlens_widgets.collection._outputs import check_finite, check_shape
from semanticlens_widgets.concepts import ConceptExamples
from semanticlens_widgets.passes import Rows, Stored
from semanticlens_widgets.tensors import (
    BestK,
    Moments,
    empty_best_k,
    empty_moments,
    grid_of,
    insert,
    locate,
    merge_best_k,
    merge_moments,
    moments_of,
    signed_pool,
)


@dataclass(frozen=True, eq=False)
class LayerState:
    """The best k samples and the running statistics of one layer's components."""

    best: BestK
    moments: Moments
    grid: tuple[int, ...]

    def to(self, device: torch.device) -> "LayerState":
        """The same state on a device: an interrupted pass goes on wherever the model is now."""
        best, moments = self.best, self.moments
        if best.scores.device == device:
            return self
        return LayerState(
            BestK(best.sample_ids.to(device), best.scores.to(device), best.positions.to(device)),
            Moments(
                moments.count,
                moments.mean.to(device),
                moments.m2.to(device),
                moments.maximum.to(device),
                moments.fired.to(device),
            ),
            self.grid,
        )


_BEST = ("sample_ids", "scores", "positions")
_MOMENTS = ("mean", "m2", "maximum", "fired")


@dataclass(frozen=True, eq=False)
class LayerStates:
    """The state of every layer; empty before the first batch."""

    layers: Mapping[str, LayerState] = field(default_factory=dict)
    rows = Rows()

    def merge(self, other: "LayerStates") -> "LayerStates":
        """The states of both sets of samples: tables bit-identical in any order, moments up to rounding."""
        if not (self.layers and other.layers):
            return self if self.layers else other
        return LayerStates(
            {layer: _merged(state, other.layers[layer]) for layer, state in self.layers.items()}
        )

    def to_tensors(self) -> Stored:
        """Tensors under flat names, and JSON for the rest."""
        tensors = {
            f"{number}.{name}": getattr(part, name)
            for number, state in enumerate(self.layers.values())
            for part, names in ((state.best, _BEST), (state.moments, _MOMENTS))
            for name in names
        }
        return tensors, [
            {"layer": layer, "grid": list(state.grid), "count": state.moments.count}
            for layer, state in self.layers.items()
        ]

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor], rest: Any, _rows: Rows) -> "LayerStates":
        """The inverse of `to_tensors`; KeyError when something is missing."""
        layers = {}
        for number, entry in enumerate(rest):
            best = BestK(*(tensors[f"{number}.{name}"] for name in _BEST))
            moments = Moments(entry["count"], *(tensors[f"{number}.{name}"] for name in _MOMENTS))
            layers[entry["layer"]] = LayerState(best, moments, tuple(entry["grid"]))
        return cls(layers)


def _merged(a: LayerState, b: LayerState) -> LayerState:
    return LayerState(merge_best_k(a.best, b.best), merge_moments(a.moments, b.moments), a.grid)


@dataclass(frozen=True)
class LayerRule:
    """The pooling of one layer's output to scores, and how many samples are kept."""

    layer: str
    pooling: str
    sign: str
    k: int


def observe(
    state: LayerState | None, rule: LayerRule, output: Tensor, sample_ids: Sequence[int]
) -> LayerState:
    """The state after one more batch; None stands for the state before the first.

    Raises NonFiniteError when the output holds NaN or infinity anywhere, ValueError when its shape has no scores.
    """
    output = output if output.is_floating_point() else output.float()
    check_shape(rule.layer, output, rule.pooling, len(sample_ids))
    check_finite(rule.layer, output, sample_ids)
    scores = _scores(rule, output)
    grid = grid_of(output, rule.pooling)
    state = _same_layer(rule, state, scores, grid)
    ids = torch.tensor(sample_ids, device=scores.device)
    best = insert(
        state.best, scores, ids, lambda rows, components: _positions(rule, output, rows, components)
    )
    return LayerState(best, merge_moments(state.moments, moments_of(scores)), grid)


def to_examples(rule: LayerRule, state: LayerState) -> ConceptExamples:
    """The concept examples of a layer, from the state after the last batch."""
    best, moments = state.best, state.moments
    return ConceptExamples(
        layer=rule.layer,
        sample_ids=best.sample_ids.cpu(),
        scores=best.scores.cpu(),
        positions=best.positions.cpu(),
        grid=state.grid,
        mean=moments.mean.float().cpu(),
        variance=moments.variance.float().cpu(),
        maximum=moments.maximum.float().cpu(),
        firing_rate=moments.firing_rate.float().cpu(),
        n_samples=moments.count,
        sign=rule.sign,
    )


def _scores(rule: LayerRule, output: Tensor) -> Float[Tensor, "sample component"]:
    scores = signed_pool(output, rule.pooling, rule.sign)
    # Tables hold float64 sums and 64-bit keys, which only the CPU and CUDA can compute with.
    return scores if scores.device.type == "cuda" else scores.cpu()


def _positions(
    rule: LayerRule, output: Tensor, rows: Int64[Tensor, " pair"], components: Int64[Tensor, " pair"]
) -> Int64[Tensor, " pair"]:
    device = rows.device
    rows, components = rows.to(output.device), components.to(output.device)
    if rule.sign == "positive":
        return locate(output, rule.pooling, rows, components).to(device)
    n_channels = output.shape[-1] if output.ndim < 4 else output.shape[1]
    negate = torch.where(components < n_channels, 1.0, -1.0)
    return locate(output, rule.pooling, rows, components % n_channels, negate).to(device)


def _same_layer(
    rule: LayerRule,
    state: LayerState | None,
    scores: Float[Tensor, "sample component"],
    grid: tuple[int, ...],
) -> LayerState:
    n_components = scores.shape[1]
    device = scores.device
    if state is None:
        return LayerState(
            empty_best_k(n_components, rule.k, device), empty_moments(n_components, device), grid
        )
    before = (len(state.best.scores), state.grid)
    if before != (n_components, grid):
        raise ValueError(
            f"layer {rule.layer!r} changed from (components, grid) {before} to {(n_components, grid)} within one pass; "
            "let the preprocessing give every image the same size"
        )
    return state.to(device)
