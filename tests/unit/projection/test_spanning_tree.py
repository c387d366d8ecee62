"""The tree of which dense regions are read."""

import numpy as np
import pytest
import torch
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from sklearn.cluster import HDBSCAN
from sklearn.metrics import adjusted_rand_score

from semanticlens_widgets.projection._clusters import _dense_regions
from semanticlens_widgets.projection._spanning_tree import spanning_tree


def cloud(n: int, seed: int = 0) -> np.ndarray:
    """Eight groups, and a fifth of the points anywhere."""
    generator = np.random.default_rng(seed)
    points = generator.uniform(0, 10, (8, 2))[generator.integers(0, 8, n)] + generator.normal(0, 0.2, (n, 2))
    points[: n // 5] = generator.uniform(0, 10, (n // 5, 2))
    return points


def mutual_reachability(points: np.ndarray, k: int) -> np.ndarray:
    """By its definition."""
    distance = np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1))
    core = np.sort(distance, axis=1)[:, k - 1]
    return np.maximum(distance, np.maximum(core[:, None], core[None]))


@pytest.mark.parametrize(("n", "k"), [(2, 1), (12, 3), (600, 6)])
def test_it_is_as_short_as_the_shortest_and_its_edges_have_their_length(n, k):
    points = cloud(n)
    expected = mutual_reachability(points, k)
    tree = spanning_tree(points, k).tocoo()
    assert tree.nnz == 2 * (n - 1)
    assert connected_components(tree)[0] == 1
    np.testing.assert_allclose(tree.data, expected[tree.row, tree.col])
    np.fill_diagonal(expected, 0)
    assert tree.data.sum() / 2 == pytest.approx(minimum_spanning_tree(expected).sum())


def test_points_in_one_place_are_connected_too():
    points = np.zeros((30, 2))
    points[15:] = 1
    tree = spanning_tree(points, 5)
    assert connected_components(tree)[0] == 1
    assert np.isfinite(tree.data).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_regions_are_those_of_all_pairs_but_for_ties(seed):
    points = cloud(800, seed)
    expected = HDBSCAN(min_cluster_size=8, copy=True).fit_predict(points)  # pyright: ignore[reportArgumentType] - a bool
    found = _dense_regions(torch.from_numpy(points), 8).numpy()
    assert found.max() == expected.max() > 3
    assert adjusted_rand_score(expected, found) > 0.95
