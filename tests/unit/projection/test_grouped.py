"""Neighbours of many rows, which are looked for in groups."""

import pytest
import torch
from torch.nn.functional import normalize

from semanticlens_widgets.projection import _grouped
from semanticlens_widgets.projection._grouped import neighbours_of
from semanticlens_widgets.projection._neighbours import nearest_rows


@pytest.fixture(autouse=True)
def many(monkeypatch):
    monkeypatch.setattr(_grouped, "MANY", 500)


def themes(n: int = 4000, n_themes: int = 60, dim: int = 24, noise: float = 0.3):
    generator = torch.Generator().manual_seed(0)
    theme = torch.randint(n_themes, (n,), generator=generator)
    middle = torch.randn(n_themes, dim, generator=generator)
    return normalize(middle[theme] + noise * torch.randn(n, dim, generator=generator))


def test_nearly_all_are_found_with_their_own_distances_nearest_first():
    vectors, shares = themes(), []
    index, distance = neighbours_of(vectors, 14, shares.append)
    exact = nearest_rows(vectors, vectors, 14, leave_out_self=True)[0]
    found = (index.unsqueeze(2) == exact.unsqueeze(1)).any(2).float().mean()
    assert found >= _grouped.LEAST_FOUND
    cosines = (vectors.unsqueeze(1) * vectors[index]).sum(2)
    torch.testing.assert_close(distance, (1 - cosines).clamp(min=0), atol=2e-6, rtol=0)
    assert (distance.diff(dim=1) >= 0).all()
    assert (index != torch.arange(len(vectors)).unsqueeze(1)).all()
    assert all(len(row.unique()) == 14 for row in index[:50])
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_it_finds_the_same_every_time():
    first, second = neighbours_of(themes(), 14), neighbours_of(themes(), 14)
    assert torch.equal(first[0], second[0])


@pytest.mark.parametrize(
    "vectors",
    [
        normalize(torch.randn(1500, 200, generator=torch.Generator().manual_seed(0))),
        normalize(torch.ones(1500, 8)),
        themes(400),
    ],
    ids=["in no groups", "all equal", "few"],
)
def test_where_groups_would_not_do_the_search_is_exact(vectors):
    index, distance = neighbours_of(vectors, 5)
    exact, exactly = nearest_rows(vectors, vectors, 5, leave_out_self=True)
    assert torch.equal(index, exact)
    assert torch.equal(distance, exactly)


def test_an_error_of_whoever_follows_the_progress_ends_the_search():
    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        neighbours_of(themes(), 5, stop)
