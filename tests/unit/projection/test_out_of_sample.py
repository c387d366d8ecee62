import pytest
import torch

from semanticlens_widgets.projection import Projection, place_vectors, project


@pytest.fixture
def rows():
    return torch.randn(40, 8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def laid_out(rows):
    """A map with the method of UMAP and positions that are known."""
    first = project(torch.cat([rows, torch.zeros(1, 8)]), method="pca")
    positions = torch.arange(82.0).reshape(41, 2)
    positions[40] = torch.nan
    return Projection(positions, "umap", {}, first.layers, first.vectors, first.mean, first.axes)


def slow_neighbours(projection, vector, k):
    """Positions of the nearest components and their weights, by bisection of one number."""
    distance = 1 - projection.vectors[:40] @ (vector / vector.norm())
    near = distance.argsort()[:k]
    beyond = distance[near] - distance[near].min()
    low, high = 1e-9, 1e3
    for _ in range(100):
        middle = (low + high) / 2
        over = (-beyond / middle).exp().sum() > torch.tensor(k + 1.0).log2()
        low, high = (low, middle) if over else (middle, high)
    return projection.positions[near], (-beyond / high).exp()


def pull(point, points, weights):
    """Returns the weighted sum of distances, which a geometric median minimizes."""
    return float((weights * (points - point).norm(dim=1)).sum())


def test_a_pca_places_what_it_was_made_of_where_it_is(rows):
    projection = project(rows, method="pca")
    torch.testing.assert_close(place_vectors(projection, 3 * rows), projection.positions)


def test_a_component_is_placed_on_itself(laid_out, rows):
    torch.testing.assert_close(place_vectors(laid_out, 2 * rows), laid_out.positions[:40])


@pytest.mark.parametrize("k", [1, 3, 8])
def test_other_vectors_go_to_the_geometric_median_of_their_neighbours(laid_out, k):
    vectors = torch.randn(5, 8, generator=torch.Generator().manual_seed(1))
    grid = torch.cartesian_prod(torch.linspace(0, 80, 81), torch.linspace(0, 80, 81))
    for vector, found in zip(vectors, place_vectors(laid_out, vectors, n_neighbors=k), strict=True):
        points, weights = slow_neighbours(laid_out, vector, k)
        best = min(
            pull(each, points, weights) for each in [*grid[(grid[:, 0] - grid[:, 1]).abs() <= 1], *points]
        )
        assert pull(found, points, weights) <= 1.01 * best + 0.1


def test_a_few_neighbours_elsewhere_do_not_pull_a_vector_into_the_void():
    vectors = torch.nn.functional.normalize(
        torch.tensor([[1.0, 0.01], [1.0, 0.02], [1.0, 0.03], [1.0, 0.04]])
    )
    positions = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [100.0, 100.0]])
    projection = Projection(
        positions, "umap", {}, {"": slice(0, 4)}, vectors, torch.zeros(2), torch.zeros(2, 2)
    )
    assert (place_vectors(projection, torch.tensor([[1.0, 0.0]])) <= 1).all()


def test_a_pca_can_place_by_neighbours_too(rows):
    projection = project(rows, method="pca")
    probe = -projection.mean[None]
    low, high = projection.positions.min(0).values, projection.positions.max(0).values
    placed = place_vectors(projection, probe, by="neighbours")
    assert ((placed >= low) & (placed <= high)).all()


def test_vectors_without_a_direction_have_no_place(laid_out):
    vectors = torch.zeros(3, 8)
    vectors[1, 0], vectors[2, 0] = torch.nan, 1.0
    assert place_vectors(laid_out, vectors).isnan().any(1).tolist() == [True, True, False]


def test_nothing_can_be_placed_on_an_empty_map():
    assert place_vectors(project(torch.zeros(3, 4)), torch.ones(1, 4), by="neighbours").isnan().all()


def test_vectors_of_another_space_are_refused(laid_out):
    with pytest.raises(ValueError, match=r"must have the shape \(row, 8\) of the embeddings on this map"):
        place_vectors(laid_out, torch.ones(1, 5))
