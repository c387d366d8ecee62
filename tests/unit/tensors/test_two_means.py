import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from semanticlens_widgets.tensors._two_means import two_means


def clusters(points, present=None):
    """The second cluster of every set of points."""
    if present is None:
        present = torch.ones(points.shape[:2], dtype=torch.bool)
    points = points.double().masked_fill(~present.unsqueeze(-1), 0.0)
    return two_means(points @ points.mT, present)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """On a busy machine the threads of such small fits wait for each other far longer than they work."""
    with threadpool_limits(1):
        yield


def peer(points):
    """scikit-learn, one set at a time."""
    fit = KMeans(2, n_init=10, random_state=123).fit(points.numpy())  # pyright: ignore[reportArgumentType] - an int
    return torch.from_numpy(fit.labels_).bool()


def same_partition(a, b):
    return torch.equal(a, b) or torch.equal(a, ~b)


@pytest.mark.parametrize("offset", [0.0, 30.0])
@pytest.mark.parametrize(("k", "dim"), [(2, 3), (5, 1), (20, 16), (20, 64)])
def test_the_partition_is_that_of_scikit_learn(k, dim, offset):
    points = torch.randn(15, k, dim, generator=torch.Generator().manual_seed(k + dim)) + offset
    ours = clusters(points)
    assert all(same_partition(mine, peer(theirs)) for mine, theirs in zip(ours, points, strict=True))


@pytest.mark.parametrize("m", [2, 3, 7, 19])
def test_points_that_are_absent_change_nothing(m):
    points = torch.randn(8, 20, 8, generator=torch.Generator().manual_seed(m))
    present = torch.arange(20).expand(8, 20) < m
    ours = clusters(points, present)
    assert not ours[:, m:].any()
    assert all(same_partition(mine[:m], peer(theirs[:m])) for mine, theirs in zip(ours, points, strict=True))


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 9), st.integers(1, 4), st.integers(0, 10_000))
def test_no_point_is_nearer_to_the_other_centre(k, dim, seed):
    points = torch.randn(3, k, dim, generator=torch.Generator().manual_seed(seed))
    for x, second in zip(points, clusters(points), strict=True):
        a, b = x[~second].mean(0), x[second].mean(0)
        to_a, to_b = (x - a).norm(dim=1), (x - b).norm(dim=1)
        assert (to_a[~second] <= to_b[~second] + 1e-5).all()
        assert (to_b[second] <= to_a[second] + 1e-5).all()


def test_two_groups_far_apart_are_the_two_clusters():
    points = torch.randn(30, 10, 4) + torch.where(torch.arange(10) < 6, 20.0, -20.0)[:, None]
    for second in clusters(points):
        assert same_partition(second, torch.arange(10) >= 6)


def test_of_points_that_coincide_none_is_in_the_second_cluster():
    points = torch.ones(2, 5, 3)
    assert not clusters(points).any()


def test_a_set_without_points_has_no_clusters():
    points = torch.full((1, 4, 3), torch.nan)
    assert not clusters(points, torch.zeros(1, 4, dtype=torch.bool)).any()


def test_a_set_gets_the_same_partition_alone_and_among_others():
    points = torch.randn(50, 12, 6)
    together = clusters(points)
    alone = torch.cat([clusters(one) for one in points.split(1)])
    assert torch.equal(together, alone)
