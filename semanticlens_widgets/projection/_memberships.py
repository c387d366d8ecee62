"""How much a neighbour belongs to the neighbourhood: UMAP's smooth k nearest neighbours.

L. McInnes, J. Healy, J. Melville, UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction, 2018,
arXiv 1802.03426, algorithm 3. Computed here for all rows at once, because umap-learn compiles its own for seconds and
runs it in threads that must not meet another of their kind.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

_LEAST_WIDTH = 1e-3
"""Of the mean distance: as umap-learn does, so that a crowd of copies still has neighbours."""
_STEPS = 32
"""Distances are at most 2: this many halvings of the width are finer than single precision."""


def memberships(distances: Float[Tensor, "row neighbour"]) -> Float[Tensor, "row neighbour"]:
    """The weight of every neighbour in (0, 1]: 1 for the nearest, then falling with distance.

    Distances ascend along a row and leave out the row itself. The weights of a row sum to log2(neighbours + 1),
    unless copies of the row alone exceed that.
    """
    if distances.numel() == 0:
        return torch.empty_like(distances)
    nearest = _nearest_other(distances)
    beyond = (distances - nearest).clamp(min=0)
    return (-beyond / _width(beyond, _least_width(distances, nearest))).exp()


def _nearest_other(distances: Float[Tensor, "row neighbour"]) -> Float[Tensor, "row 1"]:
    """The smallest distance above 0; 0 for a row that has copies alone."""
    other = distances.masked_fill(distances <= 0, torch.inf).amin(1, keepdim=True)
    return other.nan_to_num(posinf=0.0)


def _least_width(
    distances: Float[Tensor, "row neighbour"], nearest: Float[Tensor, "row 1"]
) -> Float[Tensor, "row 1"]:
    """The row itself counts into umap-learn's means, at distance 0."""
    own_share = distances.shape[1] / (distances.shape[1] + 1)
    mean = torch.where(nearest > 0, distances.mean(1, keepdim=True), distances.mean())
    return (_LEAST_WIDTH * own_share * mean).clamp(min=torch.finfo(distances.dtype).tiny)


def _width(beyond: Float[Tensor, "row neighbour"], least: Float[Tensor, "row 1"]) -> Float[Tensor, "row 1"]:
    """By bisection; it doubles until the sum is passed."""
    target = math.log2(beyond.shape[1] + 1)
    low, high = torch.zeros_like(least), torch.full_like(least, torch.inf)
    width = torch.ones_like(least)
    for _ in range(_STEPS):
        over = (-beyond / width).exp().sum(1, keepdim=True) > target
        high, low = torch.where(over, width, high), torch.where(over, low, width)
        width = torch.where(high.isinf(), 2 * width, (low + high) / 2)
        width = width.clamp(min=torch.finfo(width.dtype).tiny)
    return torch.maximum(width, least)
