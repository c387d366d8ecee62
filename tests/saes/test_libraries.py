"""Autoencoders that SAELens, dictionary_learning and saev make are latents in one line, or are refused."""

import pytest
import torch

from semanticlens_widgets.layers import Latents

saes = pytest.importorskip("sae_lens.saes", reason="`make test-saes` installs SAELens")
dictionaries = pytest.importorskip(
    "dictionary_learning.dictionary", reason="`make test-saes` installs dictionary_learning"
)
saev = pytest.importorskip("saev.nn", reason="`make test-saes` installs saev")
from dictionary_learning.trainers import (  # noqa: E402  # pyright: ignore[reportMissingImports]
    batch_top_k,
    matryoshka_batch_top_k,
    top_k,
)

DIM, N, K = 6, 20, 4


def of_sae_lens(kind, **settings):
    config = getattr(saes, f"{kind}Config")(d_in=DIM, d_sae=N, **settings)
    return getattr(saes, kind)(config)


_AS_IT_IS = {"d_out": DIM, "apply_b_dec_to_input": False}
SAE_LENS = {
    "standard": lambda: of_sae_lens("StandardSAE"),
    "b_dec left": lambda: of_sae_lens("StandardSAE", apply_b_dec_to_input=False),
    "scaled": lambda: of_sae_lens("StandardSAE", normalize_activations="expected_average_only_in"),
    "gated": lambda: of_sae_lens("GatedSAE"),
    "JumpReLU": lambda: of_sae_lens("JumpReLUSAE"),
    "TopK": lambda: of_sae_lens("TopKSAE", k=K),
    "TopK by norm": lambda: of_sae_lens("TopKSAE", k=K, rescale_acts_by_decoder_norm=True),
    "signed TopK": lambda: of_sae_lens("AbsTopKSAE", k=K),
    "matching pursuit": lambda: of_sae_lens("MatchingPursuitSAE"),
    "transcoder": lambda: of_sae_lens("Transcoder", **_AS_IT_IS),
    "JumpReLU transcoder": lambda: of_sae_lens("JumpReLUTranscoder", **_AS_IT_IS),
    "in training": lambda: of_sae_lens("TopKTrainingSAE", k=K),
}
DICTIONARY_LEARNING = {
    "ReLU": lambda: dictionaries.AutoEncoder(DIM, N),
    "ReLU, new": lambda: dictionaries.AutoEncoderNew(DIM, N),
    "gated": lambda: dictionaries.GatedAutoEncoder(DIM, N),
    "JumpReLU": lambda: dictionaries.JumpReluAutoEncoder(DIM, N),
    "TopK": lambda: top_k.AutoEncoderTopK(DIM, N, K),
    "BatchTopK": lambda: with_threshold(batch_top_k.BatchTopKSAE(DIM, N, K)),
    "matryoshka": lambda: with_threshold(
        matryoshka_batch_top_k.MatryoshkaBatchTopKSAE(DIM, N, K, [8, N - 8])
    ),
}


def with_threshold(sae):
    """BatchTopK as after training, which sets what the latents must exceed."""
    sae.threshold.fill_(0.4)
    return sae


def drawn(sae):
    torch.manual_seed(0)
    for parameter in sae.parameters():
        parameter.data = torch.randn_like(parameter) / 2
    return sae.eval()


@pytest.mark.parametrize(
    "make",
    [*SAE_LENS.values(), *DICTIONARY_LEARNING.values()],
    ids=[*(f"SAELens {name}" for name in SAE_LENS), *DICTIONARY_LEARNING],
)
def test_latents_are_what_the_library_computes(make):
    sae = drawn(make())
    latents = Latents.from_sae("features", sae)
    maps = torch.randn(3, DIM, 4, 5)
    rows = maps.movedim(1, -1).reshape(-1, DIM)
    codes = sae.encode(rows)
    found = latents.encoded(maps, check=True)
    assert (latents.n, found.shape) == (N, (3, N, 4, 5))
    torch.testing.assert_close(found.movedim(1, -1).reshape(-1, N), codes)
    back = latents.decoded(found, maps).movedim(1, -1).reshape(-1, DIM)
    torch.testing.assert_close(back, sae.decode(codes))
    torch.testing.assert_close(back, first(sae(rows)))


def first(output):
    return output[0] if isinstance(output, tuple) else output


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: of_sae_lens("StandardSAE", normalize_activations="layer_norm"),
            "encoded last; pass its functions",
        ),
        (lambda: of_sae_lens("StandardSAE", reshape_activations="hook_z"), "fails on rows of shape"),
        (lambda: of_sae_lens("BatchTopKTrainingSAE", k=K), "not by the best of the batch"),
        (lambda: dictionaries.IdentityDict(), "number of latents of this IdentityDict"),
    ],
    ids=["layer norm", "heads", "BatchTopK in training", "no number"],
)
def test_what_depends_on_more_than_the_row_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        Latents.from_sae("features", drawn(make())).encoded(torch.randn(40, DIM), check=True)


def test_weights_of_saev_are_used_as_saev_does():
    sae = drawn(saev.SparseAutoencoder(saev.config.SparseAutoencoder(d_vit=DIM, exp_factor=3)))
    with pytest.raises(TypeError, match=r"pass its state_dict\(\)"):
        Latents.from_sae("features", sae)
    latents = Latents.from_sae("features", sae.state_dict(), activation="relu", apply_b_dec_to_input=True)
    rows = torch.randn(40, DIM)
    back, codes, _ = sae(rows)
    torch.testing.assert_close(latents.encoded(rows, check=True), codes)
    torch.testing.assert_close(latents.decoded(codes, rows), back)
