import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from semanticlens_widgets.tensors import BestK, empty_best_k, insert, merge_best_k


def slowly(scores, ids, k):
    """The definition: every component's (score, id) pairs sorted by falling score, then rising id."""
    rows = [
        sorted(zip(column, ids, strict=True), key=lambda pair: (-pair[0], pair[1]))[:k]
        for column in scores.T.tolist()
    ]
    rows = [row + [(-torch.inf, -1)] * (k - len(row)) for row in rows]
    return torch.tensor([[i for _, i in row] for row in rows]), torch.tensor(
        [[s for s, _ in row] for row in rows]
    )


def place(scores, ids):
    """A locator whose answer tells sample and component apart: 1000 * sample id + component."""
    return lambda rows, components: torch.tensor(ids)[rows] * 1000 + components


def table_of(scores, ids, k, batch_size=7):
    table = empty_best_k(scores.shape[1], k)
    for start in range(0, len(ids), batch_size):
        batch, some = scores[start : start + batch_size], ids[start : start + batch_size]
        table = insert(table, batch, torch.tensor(some), place(batch, some))
    return table


def assert_same(a, b):
    assert torch.equal(a.sample_ids, b.sample_ids)
    assert torch.equal(a.scores.view(torch.int32), b.scores.view(torch.int32))
    assert torch.equal(a.positions, b.positions)


# Few different values, so that ties are the rule; negative ones alone, and both zeros, are among them.
VALUES = st.sampled_from(
    [-torch.inf, -3.4e38, -2.5, -1.0, -1e-40, -0.0, 0.0, 1e-40, 0.5, 6.0, 3.4e38]
).filter(lambda value: value > -torch.inf)


@st.composite
def matrices(draw):
    n, components = draw(st.integers(1, 30)), draw(st.integers(1, 5))
    values = draw(st.lists(VALUES, min_size=n * components, max_size=n * components))
    ids = draw(st.permutations(range(n)))
    return torch.tensor(values).reshape(n, components), list(ids)


@settings(deadline=None, max_examples=100)
@given(matrices(), st.integers(1, 35), st.integers(1, 30), st.data())
def test_any_batch_size_and_any_order_of_shards_give_the_sorted_matrix(matrix, k, batch_size, data):
    scores, ids = matrix
    cuts = sorted(data.draw(st.lists(st.integers(0, len(ids)), max_size=3)))
    edges = [0, *cuts, len(ids)]
    shards = [slice(a, b) for a, b in itertools.pairwise(edges)]
    tables = [table_of(scores[s], ids[s], k, batch_size) for s in data.draw(st.permutations(shards))]
    whole = empty_best_k(scores.shape[1], k)
    for table in tables:
        whole = merge_best_k(whole, table)
    expected_ids, expected_scores = slowly(scores, ids, k)
    assert torch.equal(whole.sample_ids, expected_ids)
    assert torch.equal(whole.scores, expected_scores.float())
    assert_same(whole, table_of(scores, ids, k, len(ids)))


def test_scores_equal_torch_topk_over_the_whole_matrix():
    scores = torch.randn(500, 700, generator=torch.Generator().manual_seed(0))
    table = table_of(scores, list(range(500)), 20, 32)
    best = scores.T.topk(20, 1)
    assert torch.equal(table.scores, best.values)
    assert torch.equal(table.sample_ids, best.indices)
    assert torch.equal(table.positions, (best.indices * 1000 + torch.arange(700)[:, None]).int())


def test_ties_go_to_the_lower_sample_id():
    table = table_of(torch.full((9, 2), 6.0), [8, 3, 5, 0, 7, 1, 2, 6, 4], 4, 2)
    assert table.sample_ids.tolist() == [[0, 1, 2, 3]] * 2


def test_components_that_are_never_positive_keep_their_best_samples():
    table = table_of(-torch.arange(1.0, 6.0)[:, None], [0, 1, 2, 3, 4], 2)
    assert table.scores.tolist() == [[-1.0, -2.0]]
    assert table.sample_ids.tolist() == [[0, 1]]


def test_a_table_larger_than_the_dataset_is_padded():
    table = table_of(torch.tensor([[2.0], [3.0]]), [0, 1], 4)
    assert table.sample_ids.tolist() == [[1, 0, -1, -1]]
    assert table.scores.tolist() == [[3.0, 2.0, -torch.inf, -torch.inf]]
    assert table.positions.tolist() == [[1000, 0, -1, -1]]


def test_merging_is_associative_and_commutative_with_an_identity():
    scores = torch.randint(0, 4, (30, 6), generator=torch.Generator().manual_seed(1)).float()
    a, b, c = (table_of(scores[s], list(range(30))[s], 5) for s in (slice(0, 9), slice(9, 20), slice(20, 30)))
    assert_same(merge_best_k(merge_best_k(a, b), c), merge_best_k(a, merge_best_k(b, c)))
    assert_same(merge_best_k(a, b), merge_best_k(b, a))
    assert_same(merge_best_k(a, empty_best_k(6, 5)), a)
    assert_same(merge_best_k(empty_best_k(6, 5), a), a)


def test_only_pairs_that_enter_are_located():
    table = table_of(torch.tensor([[5.0, 5.0], [4.0, 4.0]]), [0, 1], 2)
    asked = []

    def locate(rows, components):
        asked.extend(zip(rows.tolist(), components.tolist(), strict=True))
        return torch.zeros_like(rows)

    insert(table, torch.tensor([[1.0, 9.0], [2.0, 4.5]]), torch.tensor([2, 3]), locate)
    assert asked == [(0, 1)]


def test_a_batch_that_reaches_no_component_leaves_the_table_as_it_is():
    table = table_of(torch.tensor([[5.0], [4.0]]), [0, 1], 2)
    assert insert(table, torch.tensor([[1.0]]), torch.tensor([2]), place(None, [2])) is table


@pytest.mark.parametrize("large", [2**31, 2**32 - 2])
def test_large_sample_ids_keep_their_order(large):
    a = BestK(torch.tensor([[large]]), torch.tensor([[1.0]]), torch.tensor([[0]], dtype=torch.int32))
    b = BestK(torch.tensor([[7]]), torch.tensor([[1.0]]), torch.tensor([[0]], dtype=torch.int32))
    assert merge_best_k(a, b).sample_ids.tolist() == [[7]]
    assert merge_best_k(a, empty_best_k(1, 1)).sample_ids.tolist() == [[large]]
