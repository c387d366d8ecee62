"""The tree of which dense regions are read, found step by step: no other thread waits for long.

scikit-learn finds it in one call that keeps Python's lock: seconds for 20,000 points, without an answer of the kernel.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64
from numpy import ndarray

_COMPACTED_EVERY = 256
_LEAST = 1e-12
"""Of an edge: a length of 0 would be no edge."""


@dataclass(frozen=True, eq=False)
class _Outside:
    """The points that the tree does not reach yet, and some that it has reached since, at infinity."""

    rows: Int64[ndarray, " point"]
    x: Float64[ndarray, " point"]
    y: Float64[ndarray, " point"]
    core: Float64[ndarray, " point"]
    reach: Float64[ndarray, " point"]
    """To the nearest point of the tree."""
    by: Int64[ndarray, " point"]
    """The row of that point."""


def spanning_tree(points: Float64[ndarray, "row 2"], k: int) -> Any:
    """The shortest tree over all points by mutual reachability, as a symmetric sparse matrix of its edges' lengths.

    Mutual reachability is the distance of two points, or where that is more, the distance of one of them to its k-th
    neighbour, of which it is the first itself. Takes time with the square of the points.
    Sources: Campello et al. as for `clusters`; R. Prim, Shortest connection networks and some generalizations, 1957.
    """
    n = len(points)
    core = _squared_core(points, k)
    x, y = points.T
    outside = _Outside(np.arange(n), x, y, core.copy(), np.full(n, np.inf), np.zeros(n, np.int64))
    ends, lengths = np.empty((2, n - 1), np.int64), np.empty(n - 1)
    newest = _take(outside, 0)
    for step in range(n - 1):
        if step % _COMPACTED_EVERY == 0:
            outside = _compacted(outside)
        _look_from(outside, newest, points[newest], core[newest])
        place = int(outside.reach.argmin())
        ends[:, step] = outside.by[place], outside.rows[place]
        lengths[step] = outside.reach[place]
        newest = _take(outside, place)
    return _symmetric(ends, np.maximum(np.sqrt(lengths), _LEAST), n)


def _squared_core(points: Float64[ndarray, "row 2"], k: int) -> Float64[ndarray, " row"]:
    from scipy.spatial import KDTree

    neighbour = np.asarray(KDTree(points).query(points, k=[k])[1])  # pyright: ignore[reportArgumentType]
    return ((points - points[neighbour[:, 0]]) ** 2).sum(1)


def _take(outside: _Outside, place: int) -> int:
    """The row of a point that the tree has reached."""
    outside.core[place] = outside.reach[place] = np.inf
    return int(outside.rows[place])


def _compacted(outside: _Outside) -> _Outside:
    kept = np.isfinite(outside.core)
    return _Outside(*(column[kept] for column in vars(outside).values()))


def _look_from(outside: _Outside, row: int, point: Float64[ndarray, "2"], core: float) -> None:
    """Whom the newest point of the tree brings nearer."""
    reach = (outside.x - point[0]) ** 2
    reach += (outside.y - point[1]) ** 2
    np.maximum(reach, outside.core, out=reach)
    np.maximum(reach, core, out=reach)
    nearer = reach < outside.reach
    np.copyto(outside.reach, reach, where=nearer)
    outside.by[nearer] = row


def _symmetric(ends: Int64[ndarray, "2 edge"], lengths: Float64[ndarray, " edge"], n: int) -> Any:
    from scipy.sparse import coo_matrix

    both = np.concatenate([ends, ends[::-1]], axis=1)
    return coo_matrix((np.tile(lengths, 2), tuple(both)), shape=(n, n)).tocsr()
