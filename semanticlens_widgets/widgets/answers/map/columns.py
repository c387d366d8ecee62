"""Binary columns of a map: pure functions of positions and clusters."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int64, Shaped, UInt16
from numpy import ndarray
from torch import Tensor

STEPS = 65534
"""Number of steps from one bound to the other."""
NOWHERE = 65535
"""The x of a component without a position."""


def bounds_of(positions: Float[Tensor, "component 2"]) -> tuple[float, float, float, float]:
    """Returns x0, y0, x1, y1 of all components with a position; a single position gets some room around it."""
    placed = positions[~positions.isnan().any(1)].double()
    if not len(placed):
        return 0.0, 0.0, 1.0, 1.0
    low, high = placed.amin(0), placed.amax(0)
    if bool((low == high).all()):
        low, high = low - 0.5, high + 0.5
    (x0, y0), (x1, y1) = low.tolist(), high.tolist()
    return x0, y0, x1, y1


def quantised(
    positions: Float[Tensor, "component 2"], bounds: Sequence[float]
) -> UInt16[ndarray, "component 2"]:
    """Returns integers from 0 at the lower to 65534 at the upper bound; x = 65535 for no position."""
    low, high = np.array(bounds[:2]), np.array(bounds[2:])
    extent = np.where(high > low, high - low, 1)
    points = positions.double().numpy()
    steps = np.rint((points - low) / extent * STEPS)
    return np.where(np.isnan(points).any(1, keepdims=True), NOWHERE, steps).astype("<u2")


def cluster_column(cluster_of: Int64[ndarray, " component"]) -> Shaped[ndarray, " component"]:
    """Returns indices into the clusters, of one byte or of two for more than 254; the highest number is none."""
    kind = "<u1" if cluster_of.max(initial=-1) < 254 else "<u2"
    return np.where(cluster_of < 0, np.iinfo(kind).max, cluster_of).astype(kind)
