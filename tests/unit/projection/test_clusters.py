import pytest
import torch

from semanticlens_widgets.projection import Projection, _regions, clusters, project
from tests.unit.projection.test_project import groups


def on_plane(positions, vectors=None):
    vectors = torch.nn.functional.normalize(
        torch.ones(len(positions), 3) if vectors is None else vectors, dim=1
    )
    return Projection(
        positions, "umap", {}, {"": slice(0, len(positions))}, vectors, torch.zeros(3), torch.zeros(3, 2)
    )


@pytest.fixture
def three():
    """12, 20 and 8 points around three places, then two far out and one without a position."""
    generator = torch.Generator().manual_seed(0)
    sizes = [12, 20, 8]
    centres = torch.tensor([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0]])
    near = [
        centre + torch.randn(size, 2, generator=generator)
        for centre, size in zip(centres, sizes, strict=True)
    ]
    far = torch.tensor([[300.0, 300.0], [-200.0, 100.0], [torch.nan, torch.nan]])
    return on_plane(torch.cat([*near, far]))


def test_dense_regions_come_the_largest_first_and_the_rest_stays_outside(three):
    found = clusters(three, min_size=5)
    assert [each.size for each in found.clusters] == [20, 12, 8]
    assert found.cluster_of.tolist() == [1] * 12 + [0] * 20 + [2] * 8 + [-1] * 3
    assert found.clusters[0].members.tolist() == list(range(12, 32))
    assert found.clusters[0].share == pytest.approx(20 / 42)


def test_the_central_component_is_the_one_most_like_all():
    vectors = torch.tensor([[1.0, 0.0, 0.0], [1.0, 0.5, 0.0], [1.0, 1.0, 0.0]]).repeat(4, 1)
    positions = torch.randn(12, 2, generator=torch.Generator().manual_seed(0))
    far = positions + 50
    projection = on_plane(torch.cat([positions, far]), torch.cat([vectors, vectors]))
    for each in clusters(projection, min_size=5).clusters:
        assert each.central % 3 == 1
        assert list(each.position) in projection.positions[each.members].tolist()


def test_an_even_share_stands_for_very_many(monkeypatch):
    monkeypatch.setattr(_regions, "_MOST", 70)
    generator = torch.Generator().manual_seed(0)
    own = torch.tensor([0] * 40 + [1] * 60 + [2] * 30)[torch.randperm(130, generator=generator)]
    centres = torch.tensor([[0.0, 0.0], [90.0, 0.0], [0.0, 90.0]])
    found = clusters(on_plane(centres[own] + torch.randn(130, 2, generator=generator)), min_size=16)
    assert found.cluster_of.tolist() == [[1, 0, 2][each] for each in own]


@pytest.mark.parametrize("n", [0, 1, 3, 9])
def test_a_handful_has_no_regions(n):
    found = clusters(project(torch.randn(n, 4), method="pca"))
    assert found.clusters == []
    assert found.cluster_of.tolist() == [-1] * n


def test_identical_components_are_at_most_one_region():
    found = clusters(project(torch.ones(30, 4)))
    assert len(found.clusters) <= 1


@pytest.mark.slow  # compiles UMAP
def test_groups_are_found_on_a_real_map(umap):
    found = clusters(project(groups()), min_size=5)
    assert sorted(each.members.tolist() for each in found.clusters) == [
        list(range(start, start + 15)) for start in range(0, 60, 15)
    ]
