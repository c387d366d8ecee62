import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.projection import project
from semanticlens_widgets.projection._layout_worker import read_graph, write_graph
from semanticlens_widgets.projection._umap import Graph, lay_out


def groups(n_groups=4, each=15, dim=24, noise=0.05):
    """Tight groups in directions of their own."""
    generator = torch.Generator().manual_seed(0)
    centres = torch.randn(n_groups, dim, generator=generator)
    return centres.repeat_interleave(each, 0) + noise * torch.randn(n_groups * each, dim, generator=generator)


def slow_pca(rows):
    """The two largest singular directions of the centred unit rows."""
    unit = np.array([row / math.sqrt(sum(x * x for x in row)) for row in rows.double().numpy()])
    centred = unit - unit.mean(0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2]
    return centred @ (axes * np.sign([axis[np.abs(axis).argmax()] for axis in axes])[:, None]).T


@pytest.mark.parametrize("shape", [(40, 6), (6, 40), (300, 90), (90, 300)])
def test_the_pca_is_the_projection_on_the_largest_singular_directions(shape):
    rows = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    expected = torch.from_numpy(slow_pca(rows)).float()
    torch.testing.assert_close(project(rows, method="pca").positions, expected, atol=1e-5, rtol=1e-4)


def test_of_very_many_rows_an_even_spread_decides_the_axes_and_the_map_is_nearly_that_of_all():
    spread, n = torch.tensor([4.0, 2.0, 1.0, 1.0]), 70_000
    rows = torch.randn(n, 4, generator=torch.Generator().manual_seed(2)) * spread
    unit = np.array(torch.nn.functional.normalize(rows.double(), dim=1))
    some = unit[[i * n // 65_536 for i in range(65_536)]]
    axes = np.linalg.svd(some - some.mean(0), full_matrices=False)[2][:2]
    axes *= np.sign([axis[np.abs(axis).argmax()] for axis in axes])[:, None]
    positions = project(rows, method="pca").positions.numpy()
    np.testing.assert_allclose(positions, (unit - some.mean(0)) @ axes.T, atol=1e-4)
    assert np.abs(positions - slow_pca(rows)).max() < 0.01


@pytest.mark.parametrize("n", [5, 300])
def test_a_single_direction_of_difference_leaves_the_second_axis_empty(n):
    sides = torch.where(torch.arange(n) % 2 == 0, 1.0, -1.0)[:, None] * torch.eye(100)[3]
    positions = project(sides, method="pca").positions
    assert positions[:, 1].abs().max() < 1e-4
    assert positions[0, 0] - positions[1, 0] == pytest.approx(2.0, abs=1e-5)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 12), st.integers(1, 5), st.integers(0, 99), st.data())
def test_only_components_with_examples_have_a_position(n, dim, seed, data):
    rows = torch.randn(n, dim, generator=torch.Generator().manual_seed(seed))
    silent = torch.tensor(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=torch.bool)
    projection = project(rows.masked_fill(silent[:, None], 0), method="pca")
    assert torch.equal(projection.placed, ~silent)
    assert len(projection) == n


def test_umap_keeps_groups_together(umap):
    projection = project(groups())
    centres = projection.positions.reshape(4, 15, 2).mean(1)
    own = torch.arange(4).repeat_interleave(15)
    assert torch.equal(torch.cdist(projection.positions, centres).argmin(1), own)
    assert projection.method == "umap"


def test_the_same_seed_gives_the_same_map_and_another_seed_another(umap):
    rows = groups(3, 10)
    again = project(rows, n_epochs=20).positions
    assert torch.equal(project(rows, n_epochs=20).positions, again)
    assert not torch.equal(project(rows, n_epochs=20, seed=1).positions, again)


def test_the_random_numbers_of_others_are_left_alone(umap):
    torch.manual_seed(3)
    before = torch.get_rng_state(), np.random.get_state(legacy=False)["state"]["key"].copy()  # noqa: NPY002 (the one of others)
    project(groups(2, 5), n_epochs=5)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert (np.random.get_state(legacy=False)["state"]["key"] == before[1]).all()  # noqa: NPY002


def test_silent_components_do_not_move_the_others(umap):
    rows = groups(3, 8)
    with_silent = torch.cat([torch.zeros(2, rows.shape[1]), rows])
    positions = project(with_silent, n_epochs=20).positions
    assert positions[:2].isnan().all()
    assert torch.equal(positions[2:], project(rows, n_epochs=20).positions)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 9])
@pytest.mark.parametrize("dim", [1, 3])
def test_a_handful_of_components_has_a_map(umap, n, dim):
    rows = torch.randn(n, dim, generator=torch.Generator().manual_seed(n))
    assert project(rows, n_epochs=10).positions.isfinite().all()


def test_a_single_component_lies_in_the_middle():
    assert project(torch.randn(1, 5)).positions.tolist() == [[0.0, 0.0]]


def test_the_same_embedding_everywhere_lies_on_one_point():
    projection = project(torch.randn(1, 40).expand(30, 40))
    torch.testing.assert_close(projection.positions, torch.zeros(30, 2), atol=1e-5, rtol=0)
    assert projection.method == "pca"


def test_many_copies_beside_a_few_others_are_laid_out(umap):
    rows = torch.cat([groups(1, 1).expand(30, -1), groups(3, 6)])
    assert project(rows, n_epochs=20).positions.isfinite().all()


def test_a_joint_map_knows_which_rows_are_whose():
    projection = project(
        {"a": torch.randn(3, 4), "b": torch.randn(0, 4), "c": torch.randn(5, 4)}, method="pca"
    )
    assert projection.layers == {"a": slice(0, 3), "b": slice(3, 3), "c": slice(3, 8)}
    assert repr(projection) == "<Projection by pca of a (3), b (0), c (5)>"


def test_a_layout_is_the_same_after_a_graph_went_through_a_file(tmp_path):
    graph = Graph(np.array([[1], [0]]), np.ones((2, 1), "float32"), np.eye(2, dtype="float32"), 0.1, 5, 7)
    write_graph(graph, tmp_path / "graph.safetensors")
    again = read_graph(tmp_path / "graph.safetensors")
    assert all(np.array_equal(getattr(graph, name), getattr(again, name)) for name in vars(graph))


def test_the_bar_counts_every_epoch(umap):
    seen = []

    class File:
        def write(self, text):
            seen.append(text.strip())

        def flush(self):
            pass

    start = np.random.RandomState(0).normal(size=(6, 2)).astype("float32")
    ring = np.array([[(i + 1) % 6, (i + 2) % 6] for i in range(6)])
    graph = Graph(ring, np.ones((6, 2), "float32"), start, 0.1, 12, 0)
    lay_out(graph, {"disable": False, "file": File(), "bar_format": "{n}/{total}", "mininterval": 0})
    assert "12/12" in seen


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"method": "tsne"}, ValueError, "method must be 'pca' or 'umap', not 'tsne'"),
        ({"n_neighbors": 1}, ValueError, "n_neighbors must be at least 2, not 1"),
        ({"n_epochs": 0}, ValueError, "n_epochs must be at least 1, not 0"),
        ({"seed": -1}, ValueError, "seed must be at least 0, not -1"),
        ({"min_dist": 2.0}, ValueError, "min_dist must be between 0 and 1, not 2.0"),
    ],
)
def test_settings_that_cannot_be_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        project(torch.randn(3, 4), **arguments)


@pytest.mark.parametrize(
    ("embeddings", "error", "message"),
    [
        ({}, ValueError, "at least one layer"),
        (torch.randn(3), ValueError, r"of the shape \(component, dim\), not \(3,\)"),
        ({"a": torch.ones(2, 3, dtype=torch.int64)}, ValueError, "layer 'a' must be floats"),
        ({"a": torch.randn(2, 3), "b": torch.randn(2, 4)}, ValueError, "the same space"),
        (torch.tensor([[1.0, 2.0], [1.0, math.nan]]), NonFiniteError, "first in row 1"),
    ],
)
def test_embeddings_that_cannot_be_mapped_are_named(embeddings, error, message):
    with pytest.raises(error, match=message):
        project(embeddings)
