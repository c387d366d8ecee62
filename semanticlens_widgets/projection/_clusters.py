"""Clusters of a map: its dense regions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from jaxtyping import Int64
from numpy import ndarray
from torch import Tensor

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.projection._projection import Projection
from semanticlens_widgets.projection._regions import dense_regions


@dataclass(frozen=True, eq=False)
class Cluster:
    """One dense region."""

    size: int
    share: float
    """Share of all components on the map, in (0, 1]."""
    central: int
    """The row of the member that is most like all members."""
    position: tuple[float, float]
    """Position of the member nearest to the middle: always on a point."""
    members: Int64[Tensor, " member"]
    """Rows of the projection, ascending."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """All dense regions, the largest first, and the region of every component."""

    clusters: Sequence[Cluster]
    cluster_of: Int64[Tensor, " component"]
    """An index into `clusters`; -1 for components in no dense region and for those without a position."""


def clusters(projection: Projection, *, min_size: int | None = None) -> Clusters:
    """Returns the dense regions of the map (HDBSCAN), the largest first; none for fewer than 2 `min_size` points.

    `min_size` is 1 % of the components and at least 5 by default. Components in no dense region stay outside: they are
    not forced into the nearest one. Regions that the projection knows already are not computed again, unless
    `min_size` is given.
    """
    if min_size is not None:
        check_at_least("min_size", min_size, 2)
    if projection.regions is None or min_size is not None:
        projection = with_regions(projection, partial(dense_regions, min_size=min_size))
    members = _members(projection)
    cluster_of = torch.full((len(projection),), -1)
    for number, rows in enumerate(members):
        cluster_of[rows] = number
    return Clusters([_described(projection, rows) for rows in members], cluster_of)


def with_regions(projection: Projection, find: Callable[[ndarray], ndarray]) -> Projection:
    """Returns the projection with the regions that `find` gives for the positions of its placed components."""
    placed = projection.placed
    regions = torch.full((len(projection),), -1)
    regions[placed] = torch.from_numpy(find(projection.positions[placed].numpy()))
    return replace(projection, regions=regions)


def _members(projection: Projection) -> list[Int64[Tensor, " member"]]:
    """Returns the rows of every region, the largest first; regions of one size by their first member."""
    regions = projection.regions
    if regions is None or len(regions) == 0:
        return []
    found = [(regions == number).nonzero().squeeze(1) for number in range(int(regions.max()) + 1)]
    return sorted(found, key=lambda rows: (-len(rows), int(rows[0])))


def _described(projection: Projection, members: Int64[Tensor, " member"]) -> Cluster:
    vectors = projection.vectors[members]
    positions = projection.positions[members]
    middle = (positions - positions.median(0).values).norm(dim=1).argmin()
    return Cluster(
        size=len(members),
        share=len(members) / int(projection.placed.sum()),
        central=int(members[(vectors @ vectors.mean(0)).argmax()]),
        position=(float(positions[middle, 0]), float(positions[middle, 1])),
        members=members,
    )
