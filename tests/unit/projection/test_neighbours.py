from functools import partial

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from semanticlens_widgets.projection import _neighbours, nearest_rows
from semanticlens_widgets.projection._neighbours import memberships


def unit(n, dim=6, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.nn.functional.normalize(torch.randn(n, dim, generator=generator), dim=1)


def slow_distances(queries, rows, leave_out_self):
    """Every pair, one after the other; infinity for a row and itself."""
    return torch.tensor(
        [
            [
                torch.inf if leave_out_self and r == q else float(1 - query.double() @ row.double())
                for r, row in enumerate(rows)
            ]
            for q, query in enumerate(queries)
        ]
    )


@settings(max_examples=30)
@given(st.integers(2, 30), st.integers(1, 12), st.integers(0, 100), st.booleans())
def test_the_neighbours_are_those_of_all_pairs(n, k, seed, own):
    rows = unit(n, seed=seed)
    index, distance = nearest_rows(rows, rows, k, leave_out_self=own)
    expected = slow_distances(rows, rows, own)
    # Of rows that rounding makes equally near, any may come first: the distances decide.
    near = partial(torch.testing.assert_close, atol=2e-6, rtol=1e-5)
    near(distance, expected.sort(dim=1).values[:, : distance.shape[1]])
    near(distance, expected.gather(1, index))
    assert all(len(set(row)) == len(row) for row in index.tolist())


def test_blocks_change_nothing(monkeypatch):
    rows = unit(50)
    whole = nearest_rows(rows, rows, 5, leave_out_self=True)
    monkeypatch.setattr(_neighbours, "_CELLS", 50 * 7)
    shares = []
    parts = nearest_rows(rows, rows, 5, leave_out_self=True, advance=shares.append)
    assert torch.equal(whole[0], parts[0])
    assert len(shares) == 8
    assert shares[-1] == 1.0


def test_rows_that_do_not_count_are_passed_over_however_near():
    rows, queries = unit(20), unit(6, seed=1)
    among = torch.arange(20) % 3 > 0
    index, distance = nearest_rows(queries, rows, 15, among=among)
    expected, exact = nearest_rows(queries, rows[among], 15)
    assert torch.equal(index, among.nonzero().squeeze(1)[expected])
    torch.testing.assert_close(distance, exact)
    assert index.shape == (6, 13)


def test_copies_are_at_distance_zero_in_the_order_of_their_rows():
    rows = unit(3)[torch.tensor([0, 1, 0, 0, 2])]
    index, distance = nearest_rows(rows, rows, 2, leave_out_self=True)
    assert index[2].tolist() == [0, 3]
    assert distance[2].tolist() == [0.0, 0.0]


def test_there_are_no_more_neighbours_than_rows():
    assert nearest_rows(unit(3), unit(3), 9, leave_out_self=True)[0].shape == (3, 2)
    assert nearest_rows(unit(3), unit(3), 9)[0].shape == (3, 3)
    assert nearest_rows(unit(1), unit(1), 9, leave_out_self=True)[0].shape == (1, 0)
    assert nearest_rows(unit(2), unit(0), 9)[1].shape == (2, 0)


def test_the_weights_of_a_neighbourhood_sum_to_the_logarithm_of_its_size():
    rows = unit(40)
    weights = memberships(nearest_rows(rows, rows, 7, leave_out_self=True)[1])
    torch.testing.assert_close(weights.sum(1), torch.full((40,), 3.0), atol=1e-4, rtol=0)
    assert (weights[:, 0] == 1).all()
    assert (weights.diff(dim=1) <= 0).all()


def test_weights_are_those_of_umap_learn(umap):
    rows = unit(60)[torch.tensor([*range(60), 3, 3, 3, 3, 3, 3])]
    index, distance = nearest_rows(rows, rows, 4, leave_out_self=True)
    own = torch.arange(len(rows))[:, None]
    knn = torch.cat([own, index], 1).numpy(), torch.cat([own * 0.0, distance], 1).numpy()
    # Not compiled: for so few rows that takes longer than to interpret it.
    widths, nearest = umap.umap_.smooth_knn_dist.py_func(knn[1], 5.0)
    theirs = umap.umap_.compute_membership_strengths.py_func(*knn, widths, nearest)[2].reshape(-1, 5)
    torch.testing.assert_close(memberships(distance), torch.from_numpy(theirs)[:, 1:], atol=1e-4, rtol=1e-3)


def test_neighbours_that_are_all_copies_count_in_full():
    assert memberships(torch.zeros(2, 5)).tolist() == [[1.0] * 5] * 2


def test_a_single_neighbour_counts_in_full():
    assert memberships(torch.tensor([[0.4], [0.1]])).tolist() == [[1.0], [1.0]]
