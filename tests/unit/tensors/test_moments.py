import itertools
from fractions import Fraction

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from semanticlens_widgets.tensors import empty_moments, merge_moments, moments_of


def merged(scores, cuts):
    edges = [0, *sorted(cuts), len(scores)]
    total = empty_moments(scores.shape[1])
    for a, b in itertools.pairwise(edges):
        if a < b:
            total = merge_moments(total, moments_of(scores[a:b]))
    return total


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=40),
    st.lists(st.integers(0, 40), max_size=4),
)
def test_any_cut_gives_the_statistics_of_the_whole(values, cuts):
    scores = torch.tensor(values)[:, None]
    moments = merged(scores, [min(cut, len(values)) for cut in cuts])
    wide = scores.double()
    assert moments.count == len(values)
    assert moments.mean.item() == pytest.approx(wide.mean().item(), abs=1e-8)
    assert moments.variance.item() == pytest.approx(wide.var(correction=0).item(), rel=1e-9, abs=1e-6)
    assert moments.maximum.item() == wide.max().item()
    assert moments.firing_rate.item() == pytest.approx((wide > 0).double().mean().item())


def test_a_large_offset_does_not_drown_the_variance():
    scores = torch.tensor([[1e4 + 1], [1e4 - 1]]).repeat(500, 1)
    assert merged(scores, range(10, 1000, 10)).variance.item() == pytest.approx(1.0, rel=1e-6)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
def test_any_order_gives_the_same_bits_and_they_are_those_of_fractions(values, random):
    n, exact = len(values), [Fraction(value) for value in values]
    shuffled = random.sample(values, n)
    cuts = [random.randrange(n + 1) for _ in range(3)]
    one, other = merged(torch.tensor(values)[:, None], [n]), merged(torch.tensor(shuffled)[:, None], cuts)
    mean = sum(exact) / n
    assert one.mean.item() == other.mean.item()
    assert one.variance.item() == other.variance.item()
    assert one.variance.item() == float(sum((value - mean) ** 2 for value in exact) / n)
    largest = max(abs(float(value)) for value in values)
    assert one.mean.item() == pytest.approx(float(mean), rel=1e-15, abs=1e-15 * largest)


def test_nothing_is_the_identity():
    moments = moments_of(torch.randn(5, 3))
    assert merge_moments(empty_moments(3), moments) is moments
    assert merge_moments(moments, empty_moments(3)) is moments


def test_nothing_seen_has_no_variance_and_never_fires():
    nothing = empty_moments(2)
    assert nothing.variance.tolist() == [0, 0]
    assert nothing.firing_rate.tolist() == [0, 0]
    assert nothing.maximum.tolist() == [-torch.inf] * 2


def test_a_score_of_zero_does_not_fire():
    assert moments_of(torch.tensor([[0.0], [1.0], [-1.0], [2.0]])).firing_rate.item() == 0.5
