"""Dense regions of points on a plane, found by HDBSCAN.

Takes and returns numpy arrays alone, so that the child process of a layout need not import torch. scikit-learn is
imported on first use.
"""

import numpy as np
from jaxtyping import Float, Int64
from numpy import ndarray

_MOST = 20_000
"""HDBSCAN takes time with the square of the points: of more than this many it sees an even share."""


def dense_regions(positions: Float[ndarray, "row 2"], min_size: int | None = None) -> Int64[ndarray, " row"]:
    """Returns the number of each row's region, -1 for rows outside of every region.

    `min_size` is the size of the smallest region: by default 1 % of the rows, at least 5. Fewer than 2 `min_size`
    rows have no regions. Of rows that are equally near, which region takes them may differ between processors.
    Source: R. Campello, D. Moulavi, J. Sander, Density-based clustering based on hierarchical density estimates,
    PAKDD 2013.
    """
    n = len(positions)
    size = max(5, n // 100) if min_size is None else min_size
    if n < 2 * size:
        return np.full(n, -1, dtype=np.int64)
    step = -(-n // _MOST)
    points = positions.astype(np.float64)
    regions = _hdbscan(points[::step], max(2, size // step))
    return regions if step == 1 else _of_nearest(points[::step], regions, points)


def _hdbscan(points: Float[ndarray, "row 2"], size: int) -> Int64[ndarray, " row"]:
    from sklearn.cluster import HDBSCAN

    found = HDBSCAN(min_cluster_size=size, copy=True)  # pyright: ignore[reportArgumentType] - copy is a bool
    return np.asarray(found.fit_predict(points), dtype=np.int64)


def _of_nearest(
    seen: Float[ndarray, "seen 2"], regions: Int64[ndarray, " seen"], points: Float[ndarray, "row 2"]
) -> Int64[ndarray, " row"]:
    from scipy.spatial import KDTree

    return regions[KDTree(seen).query(points)[1]]
