"""The dense regions of a map, each with the name most of it shares."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.projection._projection import Projection
from semanticlens_widgets.projection._spanning_tree import spanning_tree

_MOST = 20_000
"""HDBSCAN takes time with the square of the points: beyond this many it sees an even share of them."""


@dataclass(frozen=True, eq=False)
class Cluster:
    """One dense region."""

    label: str | None
    """What the most members are called; None when no name is common enough."""
    agreement: float
    """The share of the members with the most common label, in [0, 1]; 0 without labels."""
    size: int
    share: float
    """Of all components on the map, in (0, 1]."""
    central: int
    """The row of the member that is most like all members."""
    position: tuple[float, float]
    """Of the member nearest to the middle: always on a point."""
    members: Int64[Tensor, " member"]
    """Rows of the projection, ascending."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """All dense regions, the largest first, and who is in none."""

    clusters: Sequence[Cluster]
    cluster_of: Int64[Tensor, " component"]
    """A place in `clusters`; -1 for components in no dense region and for those without a position."""


def clusters(
    projection: Projection,
    labels: Sequence[str | None] | None = None,
    *,
    min_size: int | None = None,
    min_agreement: float = 0.25,
) -> Clusters:
    """The dense regions of the map (HDBSCAN), the largest first; none on a map of fewer than 2 `min_size` points.

    `labels` are one a component, None for no clear label. A region is named when at least two members and a share
    of `min_agreement` of all its members carry the name. `min_size` is 1 % of the components and at least 5 by
    default. Components in no dense region stay outside: they are not forced into the nearest one.
    Source: R. Campello, D. Moulavi, J. Sander, Density-based clustering based on hierarchical density estimates,
    PAKDD 2013.
    """
    placed = projection.placed
    n = int(placed.sum())
    least = max(5, n // 100) if min_size is None else min_size
    check_at_least("min_size", least, 2)
    if labels is not None and len(labels) != len(projection):
        raise ValueError(f"labels must be one a component ({len(projection)}), not {len(labels)}")
    cluster_of = torch.full((len(projection),), -1)
    if n >= 2 * least:
        cluster_of[placed] = _dense_regions(projection.positions[placed], least)
    found = [_members(cluster_of, number) for number in range(int(cluster_of.max()) + 1)] if n else []
    found.sort(key=len, reverse=True)
    for place, members in enumerate(found):
        cluster_of[members] = place
    described = [_described(projection, members, labels, min_agreement, n) for members in found]
    return Clusters(described, cluster_of)


def _members(cluster_of: Int64[Tensor, " component"], number: int) -> Int64[Tensor, " member"]:
    return (cluster_of == number).nonzero().squeeze(1)


def _dense_regions(positions: Float[Tensor, "row 2"], least: int) -> Int64[Tensor, " row"]:
    from sklearn.cluster import HDBSCAN

    step = -(-len(positions) // _MOST)
    seen = positions[::step].double().numpy()
    size = max(2, least // step)
    # One sample: the tree knows already how dense it is around each.
    found = HDBSCAN(min_cluster_size=size, min_samples=1, metric="precomputed", copy=True)  # pyright: ignore[reportArgumentType]
    numbers = found.fit_predict(spanning_tree(seen, size))
    if step > 1:
        numbers = _as_nearest(seen, numbers, positions.double().numpy())
    return torch.from_numpy(np.asarray(numbers, dtype=np.int64))


def _as_nearest(seen: np.ndarray, numbers: np.ndarray, positions: np.ndarray) -> np.ndarray:
    from scipy.spatial import KDTree

    return numbers[KDTree(seen).query(positions)[1]]


def _described(
    projection: Projection,
    members: Int64[Tensor, " member"],
    labels: Sequence[str | None] | None,
    min_agreement: float,
    n: int,
) -> Cluster:
    label, agreement = _common_label(members, labels, min_agreement)
    vectors = projection.vectors[members]
    positions = projection.positions[members]
    middle = (positions - positions.median(0).values).norm(dim=1).argmin()
    return Cluster(
        label=label,
        agreement=agreement,
        size=len(members),
        share=len(members) / n,
        central=int(members[(vectors @ vectors.mean(0)).argmax()]),
        position=(float(positions[middle, 0]), float(positions[middle, 1])),
        members=members,
    )


def _common_label(
    members: Int64[Tensor, " member"], labels: Sequence[str | None] | None, min_agreement: float
) -> tuple[str | None, float]:
    names = Counter(label for row in members.tolist() if labels and (label := labels[row]) is not None)
    if not names:
        return None, 0.0
    # Ties go to the name that comes first in the alphabet, so that the order of components does not matter.
    label, count = min(names.items(), key=lambda item: (-item[1], item[0]))
    agreement = count / len(members)
    return (label if count >= 2 and agreement >= min_agreement else None), agreement
