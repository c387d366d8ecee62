"""One batch's output of a layer, scored and entered into the layer's state."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from semanticlens_widgets.collection._outputs import check_finite, check_shape
from semanticlens_widgets.collection._state import LayerRule, LayerState
from semanticlens_widgets.passes import moved
from semanticlens_widgets.tensors import (
    empty_best_k,
    empty_moments,
    grid_of,
    insert,
    locate,
    merge_moments,
    moments_of,
    signed_pool,
)


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
    return state if state.best.scores.device == device else moved(state, device)
