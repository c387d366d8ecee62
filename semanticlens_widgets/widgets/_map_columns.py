"""The numbers of a map, as they travel: pure functions of positions."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int64, Shaped, UInt16
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


def polygon_of(corners: Sequence[object]) -> Float[ndarray, "corner 2"]:
    """The corners of a polygon; raises ValueError for what is none."""
    try:
        polygon = np.array(corners, dtype=float)
    except (TypeError, ValueError):
        polygon = np.empty((0, 2))
    if polygon.shape[1:] != (2,) or len(polygon) < 3 or not np.isfinite(polygon).all():
        raise ValueError("lasso: polygon must be at least three corners [x, y]; draw a larger one")
    return polygon


def inside(
    positions: Float[Tensor, "component 2"], polygon: Float[ndarray, "corner 2"]
) -> Bool[ndarray, " component"]:
    """Which components lie in a polygon. Even-odd: what its line encloses twice is outside; NaN is outside.

    Sorted by height, the points that an edge passes by are a slice: a million within a lasso of 200 corners take
    a third of a second.
    """
    x, y = positions.double().numpy().T
    order = np.argsort(y, kind="stable")
    x, y = x[order], y[order]
    crossed = np.zeros(len(x), dtype=bool)
    for (x1, y1), (x2, y2) in zip(np.roll(polygon, 1, axis=0), polygon, strict=True):
        beside = slice(*np.searchsorted(y, sorted((y1, y2))))
        if y1 != y2:
            crossed[beside] ^= x[beside] < (x1 - x2) * (y[beside] - y2) / (y1 - y2) + x2
    result = np.empty_like(crossed)
    result[order] = crossed
    return result
