import pytest
import torch

from semanticlens_widgets.passes import Entry
from semanticlens_widgets.projection import (
    _storage,
    place_vectors,
    project,
    projection_from_tensors,
    projection_to_tensors,
)
from semanticlens_widgets.projection._project import Settings
from semanticlens_widgets.projection._stack_layers import stack_layers


def projection_key(embeddings, **options):
    return _storage._key(*stack_layers(embeddings), Settings(**options).parameters())


@pytest.fixture
def embeddings():
    generator = torch.Generator().manual_seed(0)
    return {"a": torch.randn(6, 5, generator=generator), "b": torch.zeros(2, 5)}


def test_a_stored_projection_is_the_one_that_was_stored(tmp_path, embeddings):
    projection = project(embeddings, method="pca")
    entry = Entry(tmp_path / "projection.safetensors")
    entry.save(*projection_to_tensors(projection))
    found = entry.load()
    assert found is not None
    again = projection_from_tensors(*found, embeddings)
    assert torch.equal(again.positions[:6], projection.positions[:6])
    assert again.positions[6:].isnan().all()
    assert (again.method, again.parameters, again.layers) == (
        projection.method,
        projection.parameters,
        projection.layers,
    )
    assert torch.equal(place_vectors(again, torch.ones(1, 5)), place_vectors(projection, torch.ones(1, 5)))


def test_the_key_is_that_of_the_stored_projection(embeddings):
    _, rest = projection_to_tensors(project(embeddings, method="pca"))
    assert projection_key(embeddings, method="pca") == rest["key"]


def test_the_key_changes_with_whatever_changes_the_map(embeddings):
    keys = {
        projection_key(embeddings),
        projection_key(embeddings, seed=1),
        projection_key(embeddings, n_neighbors=7),
        projection_key(embeddings, method="pca"),
        projection_key({**embeddings, "b": torch.ones(2, 5)}),
        projection_key({"a": embeddings["a"]}),
        projection_key({"a": embeddings["a"], "c": embeddings["b"]}),
        projection_key({"b": embeddings["b"], "a": embeddings["a"]}),
    }
    assert len(keys) == 8


def test_the_key_of_a_pca_does_not_depend_on_what_umap_is_told(embeddings):
    assert projection_key(embeddings, method="pca", seed=4) == projection_key(embeddings, method="pca")


def test_a_projection_of_other_embeddings_is_refused(embeddings):
    stored = projection_to_tensors(project(embeddings, method="pca"))
    with pytest.raises(ValueError, match="of other embeddings than these"):
        projection_from_tensors(*stored, {**embeddings, "a": torch.ones(6, 5)})
