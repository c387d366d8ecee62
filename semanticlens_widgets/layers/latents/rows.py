"""Rows of a layer's output: its components at one place of one sample, a row each."""

from jaxtyping import Float
from torch import Tensor


def rows_of(layer: str, output: Tensor) -> Float[Tensor, "row component"]:
    """(B,C,H,W), (B,T,C) or (B,C) as rows, sample by sample and place by place.

    Raises ValueError for outputs of other numbers of axes.
    """
    if output.ndim not in (2, 3, 4):
        raise ValueError(
            f"layer {layer!r} gives shape {tuple(output.shape)}, and latents are made of (sample, component), "
            "(sample, token, component) or (sample, component, row, column); choose another layer"
        )
    return (output.movedim(1, -1) if output.ndim == 4 else output).flatten(0, -2)


def placed(rows: Float[Tensor, "row component"], output: Tensor) -> Tensor:
    """The inverse of `rows_of`, at the samples and places of `output`; in its order of memory."""
    if output.ndim != 4:
        return rows.unflatten(0, output.shape[:-1])
    found = rows.unflatten(0, (output.shape[0], *output.shape[2:])).movedim(-1, 1)
    return found.contiguous() if output.is_contiguous() else found
