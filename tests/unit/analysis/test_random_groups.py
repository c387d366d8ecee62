"""Random groups of images: different ones, every group as likely as any other, all of them where they are few."""

import itertools
import math
from collections import Counter

import pytest
import torch

from semanticlens_widgets.analysis.queries.unrelated import N_GROUPS, random_groups, random_rows


@pytest.mark.parametrize(("n", "size"), [(30, 29), (50, 20), (500, 5), (20_000, 3), (300, 1), (12, 4)])
def test_no_row_is_twice_in_a_group(n, size):
    rows = random_rows(n, size)
    ordered = rows.sort(1).values
    assert rows.shape == (min(N_GROUPS, math.comb(n, size)), size)
    assert (ordered[:, 1:] > ordered[:, :-1]).all()
    assert rows.min() >= 0
    assert rows.max() < n


def test_where_groups_are_few_each_is_there_once():
    assert [tuple(row) for row in random_rows(6, 3).tolist()] == list(itertools.combinations(range(6), 3))
    assert random_rows(4, 4).tolist() == [[0, 1, 2, 3]]


def test_every_group_is_as_likely_as_any_other():
    n_groups = math.comb(9, 4)
    drawn = random_rows(9, 4, n_groups - 1)
    assert len(drawn) == n_groups - 1
    # Many small draws would have one seed: one large draw of a larger pool, by its first two members.
    rows = random_rows(40, 8).sort(1).values
    counts = Counter(rows.flatten().tolist())
    expected = len(rows) * 8 / 40
    assert len(counts) == 40
    assert all(abs(count - expected) < 5 * (expected * 0.8) ** 0.5 for count in counts.values())
    pairs = Counter(pair for row in rows.tolist() for pair in itertools.combinations(row, 2))
    expected = len(rows) * math.comb(8, 2) / math.comb(40, 2)
    assert all(
        abs(pairs[pair] - expected) < 5.5 * expected**0.5 for pair in itertools.combinations(range(40), 2)
    )


def test_a_group_is_the_mean_direction_of_its_samples():
    samples = torch.randn(30, 6, generator=torch.Generator().manual_seed(0))
    unit = samples / samples.norm(dim=1, keepdim=True)
    means = torch.stack([unit[row].mean(0) for row in random_rows(30, 4)])
    torch.testing.assert_close(random_groups(samples, 4), means / means.norm(dim=1, keepdim=True))


def test_more_images_than_there_are_is_refused():
    with pytest.raises(ValueError, match="5 different images can't be drawn from 4"):
        random_rows(4, 5)
