import pytest
import torch

from semanticlens_widgets.foundation_models.offline.imagenet import (
    class_embeddings,
    class_texts,
    content_digest,
    embed_class_texts,
    imagenet_classes,
    shipped_digest,
)
from semanticlens_widgets.foundation_models.offline.minilm import minilm_folder

TEXTS = ["", "a zebra", "Striped FUR, and a café au lait: 10 km!", "word " * 400, "日本の猫", "a\nb\tc"]


@pytest.mark.slow
@pytest.mark.offline
def test_the_encoder_agrees_with_sentence_transformers(conse_model):
    sentence_transformers = pytest.importorskip("sentence_transformers")
    peer = sentence_transformers.SentenceTransformer(
        str(minilm_folder()), device="cpu", local_files_only=True
    )
    expected = torch.stack(
        [peer.encode([text], convert_to_tensor=True, show_progress_bar=False)[0] for text in TEXTS]
    )
    assert (conse_model._encoder.encode(TEXTS) - expected).abs().max() < 1e-5


@pytest.mark.offline
def test_what_lies_beyond_256_tokens_is_not_read(conse_model):
    short, long = conse_model._encoder.encode(["word " * 254, "word " * 254 + "zebra " * 100])
    assert torch.allclose(short, long, atol=1e-6)


def test_the_shipped_vectors_were_made_from_these_texts_and_this_encoder():
    assert shipped_digest() == content_digest()
    assert class_embeddings().shape == (1000, 384)
    assert torch.allclose(class_embeddings().norm(dim=1), torch.ones(1000), atol=1e-5)


@pytest.mark.offline
def test_the_shipped_vectors_can_be_made_again(conse_model):
    chosen = [0, 21, 340, 999]
    anew = embed_class_texts(conse_model._encoder, [imagenet_classes()[index] for index in chosen])
    assert (anew - class_embeddings()[chosen]).abs().max() < 2e-4  # half precision


def test_four_texts_describe_a_class():
    entry = {
        "name": "cat",
        "synonyms": ["cat", "puss"],
        "hyper": ["feline", "carnivore", "mammal", "animal"],
        "gloss": "purrs",
    }
    assert class_texts(entry) == ("cat", "cat, cat, puss", "cat, feline, carnivore, mammal", "cat: purrs")
