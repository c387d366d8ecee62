"""Principal axes: the two directions in which unit vectors differ most, found in a moment."""

import numpy as np
import torch
from jaxtyping import Bool, Float, Float64, Int64
from torch import Tensor

_NOTHING = 1e-6
"""Equal vectors differ by less than this, by rounding."""
_FLAT = 1e-6
"""A second variance below this share of the first is rounding too, or a line that no eye would see bend."""
_SMALL = 64
_ENOUGH = 65536
"""Rows that decide the axes: a million would be fifteen times the work for a map that no eye could tell apart."""


def principal_axes(
    vectors: Float[Tensor, "row dim"], present: Bool[Tensor, " row"]
) -> tuple[Float[Tensor, " dim"], Float[Tensor, "dim 2"]]:
    """Returns the mean of the present rows and their two principal axes, the axis of the largest variance first.

    An axis is zero where there is no such direction: fewer than three different rows, or one dimension. The
    sign of an axis makes its largest entry positive, so that the same rows always give the same map. Of more than
    65,536 rows, an even spread of 65,536 decides.
    """
    rows = vectors[_evenly_spread(present.nonzero().flatten())]
    dim = vectors.shape[1]
    if len(rows) == 0:
        return vectors.new_zeros(dim), vectors.new_zeros(dim, 2)
    mean = rows.mean(0)
    axes = _axes(rows - mean)
    return mean, torch.nn.functional.pad(axes, (0, 2 - axes.shape[1]))


def on_axes(
    vectors: Float[Tensor, "row dim"], mean: Float[Tensor, " dim"], axes: Float[Tensor, "dim 2"]
) -> Float[Tensor, "row 2"]:
    """Returns the coordinates of the vectors along the axes."""
    return vectors @ axes - mean @ axes


def _evenly_spread(rows: Int64[Tensor, " row"]) -> Int64[Tensor, " some"]:
    """Returns at most 65,536 of the rows, the same ones every time."""
    if len(rows) <= _ENOUGH:
        return rows
    return rows[torch.arange(_ENOUGH) * len(rows) // _ENOUGH]


def _axes(centred: Float[Tensor, "row dim"]) -> Float[Tensor, "dim axis"]:
    """Decomposes the smaller of the two products, in double precision, which decides the order of the axes."""
    wide = centred.shape[0] < centred.shape[1]
    product = (centred @ centred.T if wide else centred.T @ centred).double()
    if float(product.trace()) <= _NOTHING**2 * len(centred):
        return centred.new_zeros(centred.shape[1], 2)
    values, directions = _two_largest(product)
    axes = centred.T @ directions.float() if wide else directions.float()
    axes = torch.nn.functional.normalize(axes, dim=0) * (values > _FLAT * values[0])
    return axes * _sign(axes)


def _two_largest(
    matrix: Float64[Tensor, "n n"],
) -> tuple[Float64[Tensor, " axis"], Float64[Tensor, "n axis"]]:
    """Returns the two largest eigenvalues and their vectors.

    Uses Lanczos' method for a large matrix: all its eigenvalues would take thousands of small parallel steps, a
    moment on an idle machine and seconds on a busy one.
    """
    if len(matrix) <= _SMALL:
        values, directions = torch.linalg.eigh(matrix)
        return values[-2:].flip(0), directions[:, -2:].flip(1)
    from scipy.sparse.linalg import eigsh

    start = np.random.default_rng(0).normal(size=len(matrix))
    found, vectors = eigsh(matrix.numpy(), k=2, v0=start)
    order = found.argsort()[::-1]
    return torch.from_numpy(found[order]), torch.from_numpy(np.ascontiguousarray(vectors[:, order]))


def _sign(axes: Float[Tensor, "dim axis"]) -> Float[Tensor, " axis"]:
    largest = axes.gather(0, axes.abs().argmax(0, keepdim=True)).squeeze(0)
    return torch.where(largest < 0, -1.0, 1.0)
