"""Autoencoders of other libraries, and plain weights, are latents in one line."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from semanticlens_widgets.layers import Latents

DIM, N = 6, 10


def weights(**more):
    torch.manual_seed(0)
    return {
        "W_enc": torch.randn(DIM, N),
        "b_enc": torch.randn(N),
        "W_dec": torch.randn(N, DIM),
        "b_dec": torch.randn(DIM),
        **more,
    }


def linear(w, row, centred):
    """One row before the activation, number by number."""
    moved = [float(x - b) if centred else float(x) for x, b in zip(row, w["b_dec"], strict=True)]
    return [
        sum(moved[d] * float(w["W_enc"][d, k]) for d in range(DIM)) + float(w["b_enc"][k]) for k in range(N)
    ]


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("activation", ["relu", 3, None])
def test_weights_encode_and_decode_as_defined(centred, activation):
    threshold = torch.rand(N)
    w = weights(**({"threshold": threshold} if activation is None else {}))
    latents = Latents.from_sae("features", w, activation=activation, apply_b_dec_to_input=centred)
    assert (latents, latents.n) == ("features.latents", N)
    rows = torch.randn(5, DIM)
    found = latents.encoded(rows, check=True)
    for row, codes in zip(rows, found, strict=True):
        before = linear(w, row, centred)
        least = sorted(before)[-3] if activation == 3 else 0.0
        for k in range(N):
            on = (
                before[k] > 0
                and before[k] >= least
                and (activation is not None or before[k] > float(threshold[k]))
            )
            assert float(codes[k]) == pytest.approx(before[k] if on else 0.0, abs=1e-4)
    torch.testing.assert_close(latents.decoded(found, rows), found @ w["W_dec"] + w["b_dec"])


def test_weights_may_be_arrays_and_are_recognised_by_their_numbers():
    def fingerprint(given: Any, activation: Any = "relu"):
        return Latents.from_sae(
            "features", given, activation=activation, apply_b_dec_to_input=True
        ).fingerprint

    arrays = {name: weight.numpy() for name, weight in weights().items()}
    assert fingerprint(arrays) == fingerprint(weights())
    assert fingerprint({**arrays, "b_enc": np.zeros(N, "float32")}) != fingerprint(arrays)
    assert fingerprint(arrays, 3) != fingerprint(arrays)


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (weights(), {"activation": "relu"}, "apply_b_dec_to_input=True"),
        (weights(), {"apply_b_dec_to_input": True}, "activation='relu', or the k"),
        (weights(), {"apply_b_dec_to_input": True, "activation": 0}, "activation must be at least 1"),
        ({"encoder.weight": torch.ones(2, 2)}, {}, "W_enc is not among encoder.weight"),
        (weights(W_enc=torch.ones(N, DIM)), {}, r"not W_enc \(10, 6\)"),
        (nn.Linear(2, 2), {}, "encode and decode, as of overcomplete.*not a Linear"),
        (SimpleNamespace(encode=len, decode=len), {}, "number of latents of this SimpleNamespace"),
        (SimpleNamespace(encode=len, decode=len, dict_size=4), {"activation": 3}, "are for weights"),
        (
            SimpleNamespace(
                encode=len, decode=len, cfg=SimpleNamespace(d_sae=4, normalize_activations="layer_norm")
            ),
            {},
            "depend on the rows that were encoded last",
        ),
    ],
)
def test_what_leaves_its_use_open_is_refused_with_the_way_out(given, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Latents.from_sae("features", given, **options)


class Coder(nn.Module):
    """The interface that SAELens and dictionary_learning share; Prisma and overcomplete give pairs."""

    def __init__(self, pairs: bool, **count):
        super().__init__()
        self.weight, self.pairs = nn.Parameter(torch.randn(N, DIM)), pairs
        vars(self).update(count)

    def encode(self, rows):
        found = (rows @ self.weight.T).relu()
        return (rows, found) if self.pairs else found

    def decode(self, latents):
        return latents @ self.weight


@pytest.mark.parametrize(
    "coder",
    [
        Coder(False, dict_size=N),
        Coder(False, cfg=SimpleNamespace(d_sae=N, normalize_activations="none")),
        Coder(True, d_sae=N, cfg=SimpleNamespace(normalize_activations="none")),
        Coder(True, nb_concepts=N),
    ],
    ids=["dictionary_learning", "SAELens", "Prisma", "overcomplete"],
)
def test_an_autoencoder_encodes_and_decodes_as_its_library_does(coder):
    latents = Latents.from_sae("features", coder.eval(), name="mine")
    rows = torch.randn(5, DIM)
    codes = (rows @ coder.weight.T).relu()
    torch.testing.assert_close(latents.encoded(rows, check=True), codes)
    torch.testing.assert_close(latents.decoded(codes, rows), codes @ coder.weight)
    assert (latents, latents.n) == ("mine", N)
    before = latents.fingerprint
    coder.weight.data += 1
    assert Latents.from_sae("features", coder, name="mine").fingerprint != before
    with pytest.raises(ValueError, match="training mode"):
        Latents.from_sae("features", coder.train()).encoded(rows)


@pytest.mark.parametrize("kind", ["SAE", "TopKSAE", "BatchTopKSAE", "JumpSAE"])
def test_autoencoders_of_overcomplete_are_recognised(kind):
    sae = pytest.importorskip("overcomplete.sae", reason="overcomplete needs Python before 3.13")
    trained = getattr(sae, kind)(DIM, N, **({"top_k": 3 * 64} if kind == "BatchTopKSAE" else {}))
    trained.encode(torch.randn(64, DIM))  # a BatchTopK autoencoder learns its threshold
    latents = Latents.from_sae("features", trained.eval())
    rows = torch.randn(5, DIM)
    codes = trained.encode(rows)[1]
    torch.testing.assert_close(latents.encoded(rows, check=True), codes)
    torch.testing.assert_close(latents.decoded(codes, rows), trained.decode(codes))
    assert latents.n == N
