"""Sums of products of scores: against whole tables of scores, and debiased CKA against image x image matrices."""

from collections import OrderedDict
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import semanticlens_widgets as slw
from semanticlens_widgets.analysis.comparisons.cka import cka_interval, debiased_cka
from semanticlens_widgets.collection import Scored, _products, products_of, score_products
from semanticlens_widgets.collection._products import Products
from semanticlens_widgets.tensors import signed_pool
from tests.colour_world import ColourSpace


def slow_cka(x: np.ndarray, y: np.ndarray) -> float:
    """From image x image matrices without their diagonals, as Song et al. write it."""

    def hsic(k, l):  # noqa: E741
        k, l = k - np.diag(np.diag(k)), l - np.diag(np.diag(l))  # noqa: E741
        n = len(k)
        ones = np.ones(n)
        middle = (ones @ k @ ones) * (ones @ l @ ones) / ((n - 1) * (n - 2))
        return (np.trace(k @ l) + middle - 2 / (n - 2) * ones @ k @ l @ ones) / (n * (n - 3))

    k, l = x @ x.T, y @ y.T  # noqa: E741
    return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))


def streamed(parts):
    """The products of batches, merged."""
    total = Products()
    for part in parts:
        total = total.merge(products_of(part))
    return total


@pytest.mark.parametrize(("n", "dim", "other"), [(40, 7, 11), (200, 30, 5), (5, 3, 3), (64, 100, 80)])
@pytest.mark.parametrize("offset", [0.0, 50.0])
def test_cka_from_batches_is_that_of_the_slow_estimator(n, dim, other, offset):
    generator = torch.Generator().manual_seed(n)
    x = torch.randn(n, dim, generator=generator, dtype=torch.float64)
    y = torch.randn(n, other, generator=generator, dtype=torch.float64) + x[:, :1]
    found = streamed([[a, b] for a, b in zip((x + offset).split(8), (y - offset).split(8), strict=True)])
    for pair, expected in (((0, 1), slow_cka(x.numpy(), y.numpy())), ((0, 0), 1.0)):
        assert debiased_cka(found, *pair) == pytest.approx(expected, abs=1e-6)
    assert debiased_cka(found, 1, 0) == debiased_cka(found, 0, 1)


def test_cka_does_not_change_with_rotation_and_scale_and_is_about_nothing_by_chance():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(60, 20, generator=generator, dtype=torch.float64)
    turn = torch.linalg.qr(torch.randn(20, 20, generator=generator, dtype=torch.float64))[0]
    assert debiased_cka(products_of([x, 3 * x @ turn]), 0, 1) == pytest.approx(1, abs=1e-9)
    chance = []
    for _ in range(40):
        drawn = [torch.randn(30, 50, generator=generator, dtype=torch.float64) for _ in range(2)]
        chance.append(debiased_cka(products_of(drawn), 0, 1))
    assert abs(np.mean(chance)) < 0.02


def correlated(generator, n, dim, other, common):
    """Scores of two layers that have some directions in common."""
    latent = torch.randn(n, common, generator=generator, dtype=torch.float64)
    mixed = [
        latent @ torch.randn(common, width, generator=turn(), dtype=torch.float64) for width in (dim, other)
    ]
    return [one + 2 * torch.randn(one.shape, generator=generator, dtype=torch.float64) for one in mixed]


def turn():
    return torch.Generator().manual_seed(5)


def test_the_interval_of_cka_is_that_of_leaving_out_each_image_in_turn():
    x, y = correlated(torch.Generator().manual_seed(0), 30, 8, 6, 3)
    found = products_of([x, y])
    without = [
        slow_cka(x[torch.arange(30) != row].numpy(), y[torch.arange(30) != row].numpy()) for row in range(30)
    ]
    error = np.sqrt(29 / 30 * np.square(np.array(without) - np.mean(without)).sum())
    cka = slow_cka(x.numpy(), y.numpy())
    assert cka_interval(found, 0, 1) == pytest.approx(
        (cka - 1.96 * error, min(cka + 1.96 * error, 1)), abs=1e-9
    )
    assert cka_interval(found, 0, 0) == pytest.approx((1, 1), abs=1e-9)
    assert all(np.isnan(cka_interval(products_of([x[:4], y[:4]]), 0, 1)))


@pytest.mark.parametrize(("n", "kept"), [(120, 1024), (240, 60)])
def test_the_interval_of_cka_holds_it_in_95_of_100_cases(n, kept, monkeypatch):
    monkeypatch.setattr(_products, "MOST_KEPT", kept)
    generator = torch.Generator().manual_seed(0)
    truth = debiased_cka(
        streamed(zip(*[part.split(500) for part in correlated(generator, 100_000, 12, 9, 3)], strict=True)),
        0,
        1,
    )
    held = []
    for _ in range(200):
        drawn = correlated(generator, n, 12, 9, 3)
        low, high = cka_interval(streamed(zip(*[part.split(30) for part in drawn], strict=True)), 0, 1)
        held.append(low <= truth <= high)
    assert 0.2 < truth < 0.8
    assert 0.9 <= np.mean(held) <= 0.99, np.mean(held)


def test_the_interval_of_cka_holds_nothing_where_layers_have_nothing_in_common():
    generator, held = torch.Generator().manual_seed(0), []
    for _ in range(100):
        drawn = [torch.randn(60, dim, generator=generator, dtype=torch.float64) for dim in (12, 9)]
        low, high = cka_interval(products_of(drawn), 0, 1)
        held.append(low <= 0 <= high)
    assert np.mean(held) >= 0.93, np.mean(held)


def test_the_state_does_not_grow_with_the_images(monkeypatch):
    monkeypatch.setattr(_products, "MOST_KEPT", 16)

    def numbers(n):
        found = streamed([[torch.randn(8, 6).double(), torch.randn(8, 5).double()] for _ in range(n)])
        parts = (
            found.sums,
            found.lengths,
            found.products,
            found.of_lengths,
            found.weighted,
            found.unrelated,
            found.first,
        )
        return sum(tensor.numel() for part in parts for tensor in part.values())

    assert numbers(2) == numbers(50)


class Eye(nn.Module):
    """A convolution of the pixels, then a linear layer of their means; `dead` does not vary."""

    def __init__(self, seed, n):
        super().__init__()
        torch.manual_seed(seed)
        self.conv = nn.Conv2d(3, n, 3, padding=1)
        self.head = nn.Linear(n, 4)
        with torch.no_grad():
            self.conv.weight[0], self.conv.bias[0] = 0, 1.5

    def forward(self, pixels):
        return self.head(self.conv(pixels).relu().mean((2, 3)))


class Tokens(nn.Module):
    """Patches as tokens through a transformer layer."""

    def __init__(self, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.patch = nn.Conv2d(3, 12, 4, 4)
        self.block = nn.TransformerEncoderLayer(12, 2, 24, batch_first=True)

    def forward(self, pixels):
        return self.block(self.patch(pixels).flatten(2).mT).mean(1)


def noise(n=70, side=16):
    return np.random.default_rng(0).integers(0, 256, (n, side, side, 3), np.uint8)


def to_input(image):
    return torch.from_numpy(np.asarray(image, np.float32) / 255).permute(2, 0, 1).contiguous()


def smaller(image):
    return to_input(image.resize((8, 8)))


def scores_of(model, layer, transform, images, pooling="max"):
    kept = []
    hook = model.get_submodule(layer).register_forward_hook(
        lambda _, __, output: kept.append(signed_pool(output, pooling, "positive"))
    )
    with torch.no_grad():
        model.eval()(torch.stack([transform(images.image(n)) for n in range(len(images))]))
    hook.remove()
    return kept[0].double().numpy()


def test_one_pass_over_two_models_gives_the_products_of_their_scores():
    conv, tokens, images = Eye(0, 9), Tokens(1), slw.as_images(noise())
    layers = [
        Scored(conv, to_input, "conv", "max", "positive", torch.full((9,), 0.3)),
        Scored(tokens, smaller, "block", "mean", "positive", torch.zeros(12)),
        Scored(conv, to_input, "head", "max", "positive", torch.zeros(4)),
    ]
    found = score_products(layers, images, progress=False)
    x = scores_of(conv, "conv", to_input, images) - 0.3
    y = scores_of(tokens, "block", smaller, images, "mean")
    assert found.n == 70
    np.testing.assert_allclose(found.products[0, 1].numpy(), x.T @ y, atol=1e-4)
    np.testing.assert_allclose(found.sums[1].numpy(), y.sum(0), atol=1e-4)
    assert debiased_cka(found, 0, 1) == pytest.approx(slow_cka(x, y), abs=1e-5)
    assert set(found.products) == {(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)}


def lens_of(model, layer, *, transform=to_input, pooling: Any = "max", pixels=None):
    return slw.Lens.build(
        model, noise() if pixels is None else pixels, layer, foundation_model=ColourSpace(), transform=transform,
        k=4, pooling=pooling, batch_size=16, memory_format=torch.contiguous_format, progress=False,
    )  # fmt: skip


def test_by_activations_similarity_is_the_highest_correlation_of_scores():
    images = slw.as_images(noise())
    conv, tokens = Eye(0, 9), Tokens(1)
    one, other = lens_of(conv, "conv"), lens_of(tokens, "block", transform=smaller, pooling="mean")
    found = slw.compare(one, other, by="activations", names=["a", "b"], progress=False)
    x, y = scores_of(conv, "conv", to_input, images), scores_of(tokens, "block", smaller, images, "mean")
    correlation = np.corrcoef(np.concatenate([x[:, 1:], y], 1).T)[:8, 8:]
    ours = found.matches[found.matches["from"] == "a"]
    assert list(ours["similarity"][1:]) == pytest.approx(correlation.max(1), abs=1e-5)
    assert list(ours["nearest"][1:]) == [f"block:{index}" for index in correlation.argmax(1)]
    assert ours["nearest"].iloc[0] == ""
    assert found.table["cka"].iloc[0] == pytest.approx(slow_cka(x, y), abs=1e-6)
    one_side, other_side = found._measure.vectors()
    np.testing.assert_allclose(one_side[1:] @ other_side.T, correlation, atol=1e-4)
    assert not one_side[0].any(), "what does not vary has no direction"


@pytest.mark.parametrize("kind", ["convolution", "tokens"])
def test_a_model_with_itself_is_one_and_with_its_channels_permuted_the_permutation_is_found(kind):
    model = Eye(0, 24) if kind == "convolution" else Tokens(1)
    layer = "conv" if kind == "convolution" else "patch"
    order = torch.randperm(24 if kind == "convolution" else 12, generator=torch.Generator().manual_seed(1))
    permuted = Eye(0, 24) if kind == "convolution" else Tokens(1)
    conv = permuted.get_submodule(layer)
    assert isinstance(conv, nn.Conv2d)
    assert conv.bias is not None
    with torch.no_grad():
        conv.weight.copy_(conv.weight[order])
        conv.bias.copy_(conv.bias[order])
    one, other = lens_of(model, layer), lens_of(permuted, layer)
    itself = slw.compare(one, one, by="activations", progress=False)
    alive = itself.matches["nearest"] != ""
    assert alive.sum() >= 2 * (len(order) - 1)
    assert (itself.matches["nearest"][alive] == itself.matches["component"][alive]).all()
    assert itself.table["similarity"].iloc[0] == pytest.approx(1, abs=1e-6)
    assert itself.table["cka"].iloc[0] == pytest.approx(1, abs=1e-9)
    back = slw.compare(one, other, by="activations", progress=False).matches.iloc[len(order) :]
    expected = [f"{layer}:{index}" for index in order.tolist()]
    live = back["nearest"] != ""
    for column in ("nearest", "one_to_one"):
        assert list(back[column][live]) == [
            name for name, is_live in zip(expected, live, strict=True) if is_live
        ]
    assert back["matched"][live].all()


def test_between_models_whose_scores_have_nothing_in_common_five_percent_match():
    shares = []
    for seed in range(4):
        generator = np.random.default_rng(seed)
        pixels = generator.integers(0, 256, (200, 8, 8, 3), np.uint8)
        # One sees the upper half of the noise, the other the lower half.
        models = [half_seer(2 * seed, slice(0, 4)), half_seer(2 * seed + 1, slice(4, 8))]
        lenses = [lens_of(model, "see", pixels=pixels) for model in models]
        found = slw.compare(*lenses, by="activations", names=["a", "b"], progress=False)
        shares.append(list(found.table["matched"]))
        assert abs(found.table["cka"].iloc[0]) < 0.05
    assert (np.mean(shares, axis=0) >= 0.03).all(), shares
    assert (np.mean(shares, axis=0) <= 0.07).all(), shares


def half_seer(seed, rows):
    class Half(nn.Module):
        def forward(self, pixels):
            return pixels[:, :, rows].flatten(1) - 0.5

    torch.manual_seed(seed)
    return nn.Sequential(OrderedDict(upper=Half(), see=nn.Linear(96, 300)))


def test_other_images_are_refused_for_activations_and_examples():
    one, other = lens_of(Eye(0, 9), "conv"), lens_of(Eye(1, 9), "conv", pixels=noise(40))
    for by in ("activations", "examples"):
        with pytest.raises(ValueError, match=f'by="{by}" needs lenses over the same images'):
            slw.compare(one, other, by=by, names=["a", "b"])
