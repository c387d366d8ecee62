"""The numbers of a map, as they travel: pure functions of positions."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int64, Shaped, UInt16
from numpy import ndarray
from torch import Tensor

STEPS = 65534
"""From one bound to the other."""
NOWHERE = 65535
"""The x of a component without a place."""


def bounds_of(positions: Float[Tensor, "component 2"]) -> list[float]:
    """x0, y0, x1, y1 of the components that have a place; a single place gets some room around it."""
    known = positions[~positions.isnan().any(1)].double()
    if not len(known):
        return [0.0, 0.0, 1.0, 1.0]
    low, high = known.amin(0), known.amax(0)
    if bool((low == high).all()):
        low, high = low - 0.5, high + 0.5
    return [*low.tolist(), *high.tolist()]


def quantised(
    positions: Float[Tensor, "component 2"], bounds: Sequence[float]
) -> UInt16[ndarray, "component 2"]:
    """Whole numbers from 0 at the lower to 65534 at the upper bound; x = 65535 for no place."""
    low, high = np.array(bounds[:2]), np.array(bounds[2:])
    extent = np.where(high > low, high - low, 1)
    places = positions.double().numpy()
    steps = np.rint((places - low) / extent * STEPS)
    return np.where(np.isnan(places).any(1, keepdims=True), NOWHERE, steps).astype("<u2")


def cluster_column(cluster_of: Int64[ndarray, " component"]) -> Shaped[ndarray, " component"]:
    """Places in the list of clusters in one byte, or two where there are more than 254; the highest number is none."""
    kind = "<u1" if cluster_of.max(initial=-1) < 254 else "<u2"
    return np.where(cluster_of < 0, np.iinfo(kind).max, cluster_of).astype(kind)
