"""Dense regions of points, of groups so far apart that no tie decides what belongs to which."""

import numpy as np
import pytest

from semanticlens_widgets.projection import _regions
from semanticlens_widgets.projection._regions import dense_regions

CENTRES = np.array([[0.0, 0.0], [60.0, 0.0], [0.0, 60.0], [60.0, 60.0]])


def cloud(sizes: list[int], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Groups around the corners of a square in mixed order, and the group of every point."""
    generator = np.random.default_rng(seed)
    groups = generator.permutation(np.repeat(np.arange(len(sizes)), sizes))
    points = CENTRES[groups] + generator.uniform(-1, 1, (len(groups), 2))
    return points.astype(np.float32), groups


def groups_of(regions: np.ndarray, groups: np.ndarray) -> dict[int, set[int]]:
    """The regions of every group."""
    return {int(group): set(regions[groups == group].tolist()) for group in np.unique(groups)}


@pytest.mark.parametrize("seed", range(3))
def test_every_group_is_a_region_of_its_own(seed):
    points, groups = cloud([40, 30, 20, 50], seed)
    found = groups_of(dense_regions(points, 18), groups)
    assert [len(regions) for regions in found.values()] == [1] * 4
    assert set.union(*found.values()) == {0, 1, 2, 3}


def test_points_far_from_every_group_are_in_no_region():
    points, _ = cloud([30, 30])
    found = dense_regions(np.concatenate([points, np.array([[900, 900], [-700, 0]], np.float32)]), 20)
    assert found[-2:].tolist() == [-1, -1]
    assert (found[:-2] >= 0).all()


def test_fewer_points_than_two_regions_have_none():
    points, _ = cloud([5, 4])
    assert dense_regions(points).tolist() == [-1] * 9


def test_points_in_one_place_are_at_most_one_region():
    assert dense_regions(np.zeros((30, 2), np.float32)).max() <= 0


def test_the_smallest_region_is_one_percent_and_at_least_five():
    points, groups = cloud([200, 200, 4])
    small = groups_of(dense_regions(points), groups)[2]
    assert len(small | {-1}) == 1 or small <= {0, 1}, "four points are no region of their own"


def test_of_very_many_points_an_even_share_decides_and_the_rest_follows_the_nearest(monkeypatch):
    monkeypatch.setattr(_regions, "_MOST", 70)
    points, groups = cloud([60, 80, 70])
    found = groups_of(dense_regions(points, 45), groups)
    assert [len(regions) for regions in found.values()] == [1] * 3
    assert len(set.union(*found.values())) == 3
