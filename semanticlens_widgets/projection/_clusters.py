"""Clusters of a map: its dense regions, each named by the label that most of its members share."""

from collections import Counter
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

    label: str | None
    """The most common label of the members; None when no label is common enough."""
    agreement: float
    """The share of the members with the most common label, in [0, 1]; 0 without labels."""
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


def clusters(
    projection: Projection,
    labels: Sequence[str | None] | None = None,
    *,
    min_size: int | None = None,
    min_agreement: float = 0.25,
) -> Clusters:
    """Returns the dense regions of the map (HDBSCAN), the largest first; none for fewer than 2 `min_size` points.

    `labels` are one a component, None for no clear label. A region is named when at least two members and a share
    of `min_agreement` of all its members carry the name. `min_size` is 1 % of the components and at least 5 by
    default. Components in no dense region stay outside: they are not forced into the nearest one. Regions that the
    projection knows already are not computed again, unless `min_size` is given.
    """
    if min_size is not None:
        check_at_least("min_size", min_size, 2)
    if labels is not None and len(labels) != len(projection):
        raise ValueError(f"labels must be one a component ({len(projection)}), not {len(labels)}")
    if projection.regions is None or min_size is not None:
        projection = with_regions(projection, partial(dense_regions, min_size=min_size))
    members = _members(projection)
    cluster_of = torch.full((len(projection),), -1)
    for number, rows in enumerate(members):
        cluster_of[rows] = number
    return Clusters([_described(projection, rows, labels, min_agreement) for rows in members], cluster_of)


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


def _described(
    projection: Projection,
    members: Int64[Tensor, " member"],
    labels: Sequence[str | None] | None,
    min_agreement: float,
) -> Cluster:
    label, agreement = _common_label(members, labels, min_agreement)
    vectors = projection.vectors[members]
    positions = projection.positions[members]
    middle = (positions - positions.median(0).values).norm(dim=1).argmin()
    return Cluster(
        label=label,
        agreement=agreement,
        size=len(members),
        share=len(members) / int(projection.placed.sum()),
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
    # Ties go to the label that comes first in the alphabet, so that the order of components does not matter.
    label, count = min(names.items(), key=lambda item: (-item[1], item[0]))
    agreement = count / len(members)
    return (label if count >= 2 and agreement >= min_agreement else None), agreement
