"""Latents are a layer like any other: an identity dictionary reproduces the layer that it is made of."""

import math

import numpy as np
import pytest
import scipy.sparse
import torch
from torch import nn
from torchvision.models import VisionTransformer
from torchvision.models.vision_transformer import ConvStemConfig

from semanticlens_widgets.attribution import edges, heatmap, relevance
from semanticlens_widgets.correction import ablated
from semanticlens_widgets.errors import LayerNotFoundError, NonFiniteError
from semanticlens_widgets.layers import Latents, capture, find_layers, intervene


def convolutional():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.ReLU(inplace=True), nn.Conv2d(8, 6, 3), nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 5), nn.GELU(), nn.Linear(5, 4),
    )  # fmt: skip


def vision_transformer(stem=None):
    return VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=4, conv_stem_configs=stem)


MODELS = {
    "feature map": (convolutional, "3", 6),
    "dense": (convolutional, "7", 5),
    "tokens": (vision_transformer, "encoder.layers.encoder_layer_0", 16),
    "hybrid": (
        lambda: vision_transformer([ConvStemConfig(8, 3, 4), ConvStemConfig(8, 3, 2)]),
        "encoder.layers.encoder_layer_1.mlp.1",
        32,
    ),
}


@pytest.fixture(params=MODELS)
def world(request):
    """A model, a layer of it, its number of components, and inputs."""
    make, layer, n = MODELS[request.param]
    torch.manual_seed(0)
    model = make()
    for weight in model.parameters():  # torchvision starts heads at zero
        nn.init.normal_(weight, std=0.3)
    return model.eval(), layer, n, torch.randn(4, 3, 32, 32)


def identity(layer, n):
    return Latents(layer, encode=lambda rows: rows, decode=lambda latents: latents, n=n)


def outputs(model, layers, pixels):
    found = {}
    with capture(
        model, layers, lambda layer, output: found.update({str(layer): output.clone()}), stable=True
    ):
        model(pixels)
    return found


def test_identity_gives_the_layer(world):
    model, layer, n, pixels = world
    found = outputs(model, [layer, identity(layer, n)], pixels)
    assert torch.equal(found[layer], found[f"{layer}.latents"])


def test_identity_has_the_layers_relevance_and_leaves_that_of_other_layers(world):
    model, layer, n, pixels = world
    latents = identity(layer, n)
    alone = relevance(model, pixels, layer, 1, sign="both")
    found = relevance(model, pixels, [layer, latents], 1, sign="both")
    assert alone[layer].any()
    assert torch.equal(found[layer], alone[layer])
    assert torch.equal(found[latents], alone[layer])


@pytest.mark.parametrize("some", [[0, 3], ["2-"]])
def test_identity_is_ablated_like_the_layer(world, some):
    model, layer, n, pixels = world
    with torch.no_grad(), ablated(model, {layer: some}):
        wanted = model(pixels)
    with torch.no_grad(), ablated(model, {identity(layer, n): some}):
        found = model(pixels)
    assert torch.equal(found, wanted)


def test_the_prediction_stays_bit_for_bit_when_latents_do(world):
    model, layer, n, pixels = world
    torch.manual_seed(1)
    directions = torch.randn(7, n)
    latents = Latents(layer, encode=directions, decode=torch.randn(7, n))
    with torch.no_grad():
        plain = model(pixels)
        with intervene(model, {latents: lambda found: found * 1}):
            assert torch.equal(model(pixels), plain)
        with intervene(model, {latents: lambda found: found * 2}):
            assert not torch.equal(model(pixels), plain)


def test_relevance_of_latents_is_latent_times_gradient_through_decode(world):
    model, layer, n, pixels = world
    torch.manual_seed(2)
    encode, decode = torch.randn(7, n), torch.randn(7, n)
    latents = Latents(layer, encode=encode, decode=decode)
    found = relevance(model, pixels, [latents, layer], 2)
    places = outputs(model, [layer], pixels)[layer]
    axis = 1 if places.ndim == 4 else places.ndim - 1
    shift = torch.zeros_like(places, requires_grad=True)
    with intervene(model, {layer: lambda output: output + shift}):
        model(pixels)[:, 2].sum().backward()
    code = places.movedim(axis, -1) @ encode.T
    slow = code * (shift.grad.movedim(axis, -1) @ decode.T)
    slow = slow.flatten(1, -2).sum(1) if slow.ndim > 2 else slow
    torch.testing.assert_close(found[latents], slow, rtol=1e-4, atol=1e-4 * float(slow.abs().max()))
    assert torch.equal(found[layer], relevance(model, pixels, [layer], 2)[layer])


def test_the_effect_of_a_small_step_is_that_of_a_finite_difference(world):
    model, layer, n, pixels = world
    model, pixels = model.double(), pixels.double()
    latents = Latents(layer, encode=torch.randn(3, n), decode=torch.randn(3, n))
    found = relevance(model, pixels, latents, 0)[latents].double()

    def logit(factor):
        scale = torch.tensor([1, factor, 1], dtype=torch.float64)
        with (
            torch.no_grad(),
            intervene(model, {latents: lambda z: z * (scale[:, None, None] if z.ndim == 4 else scale)}),
        ):
            return model(pixels)[:, 0]

    step = 1e-4
    torch.testing.assert_close(
        found[:, 1], (logit(1 + step) - logit(1 - step)) / (2 * step), rtol=1e-4, atol=1e-6
    )


def test_heat_maps_and_edges_of_identity_are_those_of_the_layer():
    torch.manual_seed(0)
    model, pixels, latents = convolutional().eval(), torch.randn(2, 3, 16, 16), identity("3", 6)
    for method in ("activation", "gradient"):
        assert torch.equal(
            heatmap(model, pixels, latents, [1, 4], method), heatmap(model, pixels, "3", [1, 4], method)
        )
    assert torch.equal(edges(model, pixels, "1", latents, 2), edges(model, pixels, "1", "3", 2))
    below = identity("1", 8)
    torch.testing.assert_close(edges(model, pixels, below, latents, 2), edges(model, pixels, "1", "3", 2))


def test_a_transcoder_reads_one_layer_and_writes_another():
    torch.manual_seed(0)
    model, pixels = convolutional().eval(), torch.randn(2, 3, 16, 16)
    model[2] = nn.Conv2d(8, 6, 1)
    weight = model[2].get_parameter("weight")[:, :, 0, 0].detach()
    coder = Latents("1", into="2", encode=lambda rows: rows, decode=lambda code: code @ weight.T, n=8)
    with torch.no_grad(), ablated(model, {"1": [1, 5]}):
        wanted = model(pixels)
    with torch.no_grad(), ablated(model, {coder: [1, 5]}):
        torch.testing.assert_close(model(pixels), wanted)
    torch.testing.assert_close(
        relevance(model, pixels, coder, 0)[coder], relevance(model, pixels, "1", 0)["1"]
    )
    backwards = Latents("3", into="1", encode=torch.randn(2, 6), decode=torch.randn(2, 8))
    with pytest.raises(ValueError, match="'1' must run after '3'"), ablated(model, {backwards: [0]}):
        model(pixels)


def test_values_of_attention_are_a_part_of_its_output():
    """Heads: the last third of queries, keys and values; what is not decoded stays as it was."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(2), nn.Linear(16, 12), nn.Tanh(), nn.Flatten(), nn.Linear(36, 2)).eval()
    values = Latents("1", encode=lambda r: r[:, 8:], decode=lambda z: nn.functional.pad(z, (8, 0)), n=4)
    pixels = torch.randn(2, 3, 4, 4)
    with torch.no_grad(), ablated(model, {"1": [9]}):
        wanted = model(pixels)
    with torch.no_grad(), ablated(model, {values: [1]}):
        assert torch.equal(model(pixels), wanted)


class Noisy(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(6, 9)
        self.dropout = nn.Dropout(0.5)

    def forward(self, rows):
        return self.dropout(self.layer(rows))


NOISY = [Noisy()]


def best_of_batch(rows):
    return torch.where(rows >= rows.flatten().topk(10).values[-1], rows, 0)


REFUSED = {
    "too few": (lambda r: r[:-1], "must give floats of shape .* not torch.float32 of"),
    "other n": (lambda r: r[:, :4], r"must give floats of shape \(\d+, 6\)"),
    "integers": (lambda r: r.long(), "must give floats"),
    "a tuple": (lambda r: (r, r), r"must give a tensor, not a tuple; take its part"),
    "other dim": (nn.Linear(7, 6).eval(), "fails on rows of shape .* it must take one row"),
    "chance": (lambda r: r + torch.rand_like(r), "other values when called again"),
    "the best of the batch": (best_of_batch, "other values among other rows"),
    "training mode": (Noisy(), r"a Noisy in training mode, .* call .eval\(\)"),
    "training mode of a method": (Noisy().forward, "in training mode"),
    "training mode of a default": (lambda r, coder=NOISY: coder[0](r), "in training mode"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_functions_that_do_not_fit_are_refused_in_one_sentence(case):
    encode, words = REFUSED[case]
    model, pixels = convolutional().eval(), torch.randn(4, 3, 16, 16)
    with pytest.raises(ValueError, match=words) as caught:
        outputs(model, [Latents("3", encode=encode, n=6)], pixels)
    assert "\n" not in str(caught.value)


def test_a_module_in_training_mode_is_found_in_the_globals_of_a_function():
    space = {"coder": Noisy()}
    encode = eval("lambda rows: coder(rows)", space)  # noqa: S307 (a cell of a notebook)
    with pytest.raises(ValueError, match="in training mode"):
        outputs(convolutional().eval(), [Latents("3", encode=encode, n=9)], torch.randn(2, 3, 16, 16))
    space["coder"].eval()
    outputs(convolutional().eval(), [Latents("3", encode=encode, n=9)], torch.randn(2, 3, 16, 16))


def test_decoding_is_refused_where_it_is_missing_or_does_not_fit():
    model, pixels = convolutional().eval(), torch.randn(2, 3, 16, 16)
    with pytest.raises(ValueError, match=r"has no decode, .* Latents\(\.\.\., decode=\.\.\.\)"):
        relevance(model, pixels, Latents("3", encode=torch.randn(2, 6)), 0)
    wide = Latents("3", encode=torch.randn(2, 6), decode=torch.randn(2, 7))
    with pytest.raises(ValueError, match=r"decode of '3.latents' must give floats of shape \(\d+, 6\)"):
        relevance(model, pixels, wide, 0)
    infinite = Latents("3", encode=torch.randn(2, 6), decode=lambda z: (z @ torch.ones(2, 6)) / 0)
    with pytest.raises(NonFiniteError, match="decode of '3.latents' gives NaN or infinity"):
        relevance(model, pixels, infinite, 0)
    coder = Latents("3", into="6", encode=torch.randn(2, 6), decode=torch.randn(2, 5))
    with pytest.raises(
        ValueError, match="must have the same places, and one has 144 a sample and the other 1"
    ):
        relevance(model, pixels, coder, 0)
    with pytest.raises(ValueError, match="method must be 'gradient' for layers of latents"):
        relevance(model, pixels, identity("3", 6), 0, "lrp")
    with pytest.raises(ValueError, match="method must be 'activation' or 'gradient'"):
        heatmap(model, pixels, identity("3", 6), [0, 0], "lrp")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "either encode= or scores="),
        ({"encode": len}, "must have one number of components, n=..., not nothing"),
        ({"encode": torch.ones(2, 3), "n": 4}, "not 2 and 4"),
        ({"encode": torch.ones(2, 3), "decode": torch.ones(3, 3)}, "not 2 and 3"),
        ({"encode": torch.ones(2)}, "a matrix .* of floats"),
        ({"encode": np.ones((2, 3), int)}, "a matrix .* of floats"),
        ({"encode": torch.full((2, 3), math.nan)}, "without NaN or infinity"),
        ({"scores": np.ones((4, 2)), "encode": len}, "and not both"),
        ({"scores": np.ones((4, 2)), "decode": len}, "which nothing decodes"),
        ({"scores": np.ones(4)}, "must be a matrix"),
        ({"scores": [[1.0, math.inf]]}, "must be finite"),
        ({"encode": len, "n": 2, "name": ""}, "name must be text"),
    ],
)
def test_arguments_that_do_not_fit_together_are_refused(options, words):
    with pytest.raises((ValueError, TypeError, NonFiniteError), match=words):
        Latents("3", **options)


def test_latents_are_found_by_what_they_are_and_names_must_differ():
    model, latents = convolutional(), identity("3", 6)
    assert find_layers(model, ["1", latents]) == ["1", "3.latents"]
    assert find_layers(model, latents)[0] is latents
    with pytest.raises(LayerNotFoundError, match="no layer '33'"):
        find_layers(model, identity("33", 6))
    with pytest.raises(LayerNotFoundError, match="no layer '3.latents'"):
        find_layers(model, "3.latents")
    with pytest.raises(ValueError, match="two latents have the name '3.latents'"):
        find_layers(model, [latents, identity("3", 6)])
    with pytest.raises(ValueError, match="the model has a layer '1'"):
        find_layers(model, Latents("3", encode=torch.relu, n=1, name="1"))


def test_the_fingerprint_tells_weights_settings_and_code_apart_and_nothing_else():
    def made(weight, k=2, more=0):
        coder = nn.Linear(6, 9)
        vars(coder)["k"] = k
        with torch.no_grad():
            coder.weight.fill_(weight)
            coder.bias.zero_()
        return Latents("3", encode=lambda r: coder(r) + more, decode=torch.ones(9, 6), n=9).fingerprint

    assert made(1) == made(1)
    assert made(1)[1] != made(2)[1]
    assert made(1, k=3)[0] != made(1)[0]
    assert made(1, more=1)[0] != made(1)[0]
    assert (
        Latents("3", encode=torch.ones(2, 6)).fingerprint
        != Latents("3", encode=torch.zeros(2, 6)).fingerprint
    )


def test_the_fingerprint_sees_what_an_installed_object_has_learned():
    from sklearn.decomposition import PCA

    rows = np.random.default_rng(0).normal(size=(50, 6))

    def made(data):
        fitted = PCA(2, random_state=0).fit(data)
        return Latents("3", encode=lambda r: torch.from_numpy(fitted.transform(r.numpy())), n=2).fingerprint

    assert made(rows) == made(rows)
    assert made(rows)[1] != made(rows * [[1, 2, 1, 1, 1, 1]])[1]


@pytest.mark.parametrize(
    "kind", [np.asarray, torch.from_numpy, scipy.sparse.csr_matrix, scipy.sparse.coo_array]
)
def test_scores_are_taken_row_by_row_from_any_matrix(kind):
    matrix = np.random.default_rng(0).random((5, 3), dtype=np.float32)
    latents = Latents("mine", scores=kind(matrix))
    assert latents.n == 3
    assert np.array_equal(latents.rows_of_samples([4, 0]).numpy(), matrix[[4, 0]])
    with pytest.raises(ValueError, match="scores of 5 samples, and not of sample 5"):
        latents.rows_of_samples([5])
    with pytest.raises(ValueError, match="is a matrix of scores"):
        outputs(convolutional(), [latents], torch.randn(2, 3, 16, 16))


def test_a_model_in_half_precision_is_read_in_full_and_goes_on_in_half():
    torch.manual_seed(0)
    model, pixels, latents = (
        convolutional().eval().bfloat16(),
        torch.randn(2, 3, 16, 16).bfloat16(),
        identity("3", 6),
    )
    assert outputs(model, [latents], pixels)[latents].dtype == torch.float32
    with torch.no_grad(), intervene(model, {latents: lambda z: z * 1}):
        assert torch.equal(model(pixels), model(pixels))
        assert model(pixels).dtype == torch.bfloat16
