import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from semanticlens_widgets.tensors._cosine import cosine, nearest, nearest_of, normalized


def slow_cosine(a, b):
    return float((a.double() @ b.double()) / (a.double().norm() * b.double().norm()))


@pytest.mark.parametrize(("rows", "columns", "dim"), [(2, 5, 7), (3, 6, 6), (5, 5, 4), (1, 1, 1)])
def test_cosine_pairs_every_row_with_every_column_whatever_the_shapes(rows, columns, dim):
    a, b = torch.randn(rows, dim), torch.randn(columns, dim)
    expected = torch.tensor([[slow_cosine(x, y) for y in b] for x in a])
    torch.testing.assert_close(cosine(a, b), expected)


def test_the_cosine_with_a_zero_vector_is_zero():
    assert cosine(torch.zeros(1, 3), torch.ones(2, 3)).tolist() == [[0.0, 0.0]]


def test_normalized_keeps_zero_rows_and_nan_rows():
    unit = normalized(torch.tensor([[3.0, 4.0], [0.0, 0.0], [torch.nan, torch.nan]]))
    assert unit[:2].tolist() == [pytest.approx([0.6, 0.8]), [0.0, 0.0]]
    assert unit[2].isnan().all()


@settings(deadline=None)
@given(st.integers(2, 12), st.integers(1, 5), st.integers(1, 13), st.integers(0, 1000))
def test_nearest_agrees_with_the_whole_matrix_for_any_block_size(n, dim, block, seed):
    vectors = torch.randn(n, dim, generator=torch.Generator().manual_seed(seed))
    whole = cosine(vectors, vectors).fill_diagonal_(-torch.inf)
    similarity, index = nearest(vectors, block=block)
    torch.testing.assert_close(similarity, whole.amax(1))
    torch.testing.assert_close(whole[torch.arange(n), index], similarity)
    assert (index != torch.arange(n)).all()


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(1, 13), st.integers(0, 1000))
def test_nearest_of_some_rows_is_what_they_have_among_all(n, block, seed):
    generator = torch.Generator().manual_seed(seed)
    vectors = torch.randn(n, 3, generator=generator)
    vectors[torch.rand(n, generator=generator) < 0.3] = 0
    rows = torch.randint(n, (5,), generator=generator)
    similarity, index = nearest(vectors)
    found = nearest_of(vectors, rows, block=block)
    torch.testing.assert_close(found[0], similarity[rows], equal_nan=True)
    assert found[1].tolist() == index[rows].tolist()


def test_nearest_reports_how_far_it_is_and_ends_where_the_report_raises():
    seen = []
    nearest(torch.randn(10, 3), block=4, report=lambda done, total: seen.append((done, total)))
    assert seen == [(3, 6), (5, 6), (6, 6)]

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        nearest(torch.randn(10, 3), block=4, report=stop)


def test_a_zero_row_has_no_nearest_and_is_nobodys_nearest():
    # The cosine of the two others is -1: were the zero row counted, its 0 would win.
    similarity, index = nearest(torch.tensor([[1.0, 0.0], [0.0, 0.0], [-1.0, 0.0]]))
    assert index.tolist() == [2, -1, 0]
    assert similarity[[0, 2]].tolist() == [-1.0, -1.0]
    assert similarity[1].isnan()


@pytest.mark.parametrize("vectors", [torch.ones(1, 3), torch.zeros(2, 3), torch.zeros(0, 3)])
def test_where_there_is_no_other_there_is_no_nearest(vectors):
    similarity, index = nearest(vectors)
    assert similarity.isnan().all()
    assert (index == -1).all()
