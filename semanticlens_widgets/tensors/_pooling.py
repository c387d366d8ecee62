"""Pooling: one score per sample and component of a layer's output, and the position it comes from.

An output is treated as (sample, cell, component), a view without a copy in either memory format. A cell is a position
of a map (B,C,H,W) or a token (B,T,C); outputs of linear layers (B,C) have a single cell. A 4-D output is always read as
(B,C,H,W): `capture` converts those of layers that return (B,H,W,C), such as Swin's blocks.
"""

from typing import get_args

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from semanticlens_widgets._choices import Pooling

POOLINGS = get_args(Pooling)


def check_output(layer: str, output: Tensor, pooling: str) -> None:
    """Raises ValueError if a layer's output has no scores."""
    shape = tuple(output.shape)
    if output.ndim not in (2, 3, 4):
        raise ValueError(
            f"layer {layer!r} gives shape {shape}; choose a layer that gives (B,C), (B,T,C) or (B,C,H,W)"
        )
    if 0 in shape:
        raise ValueError(f"layer {layer!r} gives shape {shape}, which is empty; choose another layer")
    if pooling == "cls" and output.ndim == 4:
        raise ValueError(
            f"layer {layer!r} gives shape {shape}, which has no CLS token; choose pooling='max' or 'mean'"
        )


def grid_of(output: Tensor, pooling: str) -> tuple[int, ...]:
    """(height, width) of a map, (tokens,), or () if scores have no position."""
    if output.ndim == 2 or pooling == "cls":
        return ()
    return tuple(output.shape[2:]) if output.ndim == 4 else (output.shape[1],)


def pool(output: Tensor, pooling: str, negate: bool = False) -> Float[Tensor, "sample component"]:
    """Float32 scores: the maximum or mean over the cells, of the values or their magnitudes; or token 0 ('cls').

    Linear outputs are their own scores, for any pooling. `negate` pools the negated output.
    """
    cells = cells_of(output)
    if cells.shape[1] == 1 or pooling == "cls":
        scores = _signed(cells[:, 0], pooling)
        return -scores.float() if negate else scores.float()
    if pooling == "max":
        # The maximum of the negated output is the negated minimum: this avoids a copy.
        return (-cells.amin(1) if negate else cells.amax(1)).float()
    scores = _signed(cells, pooling)
    scores = scores.amax(1) if pooling == "absmax" else scores.mean(1, dtype=torch.float32)
    return -scores.float() if negate else scores.float()


def signed_pool(output: Tensor, pooling: str, sign: str) -> Float[Tensor, "sample component"]:
    """Like `pool`; with `sign="both"` followed by the scores of the negated output."""
    scores = pool(output, pooling)
    return torch.cat([scores, pool(output, pooling, negate=True)], 1) if sign == "both" else scores


def locate(
    output: Tensor,
    pooling: str,
    samples: Int64[Tensor, " pair"],
    components: Int64[Tensor, " pair"],
    negate: Float[Tensor, " pair"] | None = None,
) -> Int64[Tensor, " pair"]:
    """The cell with the highest activation of each (sample, component) pair, the first of equals.

    -1 if scores have no position (see `grid_of`). Only the given pairs are searched: the arg-max of a whole
    channels-last map costs as much as the layer itself. `negate` holds -1.0 for negated pairs, else 1.0.
    """
    if not grid_of(output, pooling):
        return torch.full_like(samples, -1)
    cells = _signed(cells_of(output)[samples, :, components], pooling)
    return (cells if negate is None else cells * negate.unsqueeze(1)).argmax(1)


def cells_of(output: Tensor) -> Float[Tensor, "sample cell component"]:
    """The cells of an output (B,C,H,W), (B,T,C) or (B,C)."""
    if output.ndim == 2:
        return output.unsqueeze(1)
    return output.permute(0, 2, 3, 1).flatten(1, 2) if output.ndim == 4 else output


def _signed(values: Tensor, pooling: str) -> Tensor:
    return values.abs() if pooling in ("absmax", "absmean") else values
