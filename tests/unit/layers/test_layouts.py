"""Outputs in any order of axes are treated alike."""

import pytest
import timm
import torch
from timm.layers.norm import LayerNorm2d
from torch import nn

from semanticlens_widgets.attribution import METHODS, heatmap, relevance
from semanticlens_widgets.correction import ablated
from semanticlens_widgets.layers import (
    Layout,
    capture,
    intervene,
    known_layout,
    output_shapes,
    remember_layouts,
)

SIDE = 32
LAYERS = {"patch_embed": (12, 8, 8), "layers.0.blocks.0.norm1": (12, 8, 8), "layers.1": (24, 4, 4)}
"""Components, height and width."""
TARGETS = torch.tensor([2, 0, 1])


@pytest.fixture
def swin() -> nn.Module:
    torch.manual_seed(0)
    return timm.models.SwinTransformer(
        img_size=SIDE,
        patch_size=4,
        embed_dim=12,
        depths=(1, 1),
        num_heads=(2, 2),
        window_size=4,
        num_classes=5,
    ).eval()


@pytest.fixture
def pixels() -> torch.Tensor:
    return torch.randn(3, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


def given(model: nn.Module, layer: str, pixels: torch.Tensor) -> torch.Tensor:
    """The layer's raw output, by a hook of the test."""
    kept = []
    hook = model.get_submodule(layer).register_forward_hook(lambda *args: kept.append(args[2].clone()))
    model(pixels)
    hook.remove()
    return kept[-1]


class Returns(nn.Module):
    """A model whose layer `block` is any module, after a stem that gives (B,6,8,8)."""

    def __init__(self, block: nn.Module, before=lambda maps: maps) -> None:
        super().__init__()
        self.stem, self.block, self.before = nn.Conv2d(3, 6, 4, 4), block, before

    def forward(self, pixels):
        return self.block(self.before(self.stem(pixels)))


class Shuffle(nn.Module):
    """An operation that carries no mark on, and keeps channels where they are."""

    def forward(self, maps):
        return torch.einsum("bchw,c->bchw", maps, torch.ones(maps.shape[1]))


class Last(nn.Module):
    """Channels last, by a permutation."""

    def forward(self, maps):
        return maps.permute(0, 2, 3, 1).contiguous()


class Opaque(nn.Module):
    """Of its output of fixed size nothing tells the axes."""

    def forward(self, maps):
        return (
            torch.einsum("bchw,hij->bcij", maps, torch.ones(8, 5, 5)[: maps.shape[2]])[:, :, :5, :5]
            .sum(1)
            .matmul(torch.ones(5, 4))
        )


class Chance(nn.Module):
    """Dropout that is always on."""

    def forward(self, maps):
        return nn.functional.dropout(maps, 0.3)


class TokenNorm(nn.Module):
    """A batch norm of tokens, over samples and tokens, as in LeViT."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(6)

    def forward(self, tokens):
        return self.norm(tokens.flatten(0, 1)).reshape_as(tokens)


def tokens(maps):
    return maps.flatten(2).transpose(1, 2)


@pytest.mark.parametrize(
    ("block", "before", "expected"),
    [
        (nn.Identity(), lambda maps: maps, Layout(1)),
        (nn.ReLU(), lambda maps: maps.permute(0, 2, 3, 1), Layout(3)),
        (Last(), lambda maps: maps, Layout(3)),
        (Shuffle(), lambda maps: maps, Layout(1)),
        (nn.BatchNorm2d(6), lambda maps: maps, Layout(1)),
        (nn.AvgPool2d(2), lambda maps: maps, Layout(1)),
        (nn.Linear(8, 8), lambda maps: maps, Layout(3)),
        (nn.LayerNorm(6), tokens, Layout(2)),
        (TokenNorm(), tokens, Layout(2)),
        (nn.LayerNorm([6, 8, 8]), lambda maps: maps, Layout(1)),
        (LayerNorm2d(6), lambda maps: maps, Layout(1)),
        (nn.Conv1d(6, 9, 1), lambda maps: maps.flatten(2), Layout(1)),
        (nn.BatchNorm1d(6), lambda maps: maps.flatten(2), Layout(1)),
        (nn.MaxPool1d(2), lambda maps: maps.flatten(2), Layout(1)),
        (nn.Flatten(2), lambda maps: maps, Layout(1)),
        (nn.Flatten(), lambda maps: maps, Layout(1)),
        (nn.TransformerEncoderLayer(6, 1, 8, batch_first=True), tokens, Layout(2)),
        (nn.TransformerEncoderLayer(6, 1, 8), lambda maps: maps.flatten(2).permute(2, 0, 1), Layout(2, 1)),
        (nn.Identity(), lambda maps: tokens(maps).view(-1, 4, 2, 32, 6).transpose(1, 2).flatten(1, 3),
         Layout(2, places=False)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sides", [(32, 32), (32, 48), (24, 24)])
def test_operations_tell_where_batch_and_components_are(block, before, expected, sides):
    if (isinstance(block, nn.LayerNorm) and len(block.normalized_shape) == 3) or isinstance(block, nn.Linear):
        sides = (32, 32)
    if not expected.places:
        sides = (32, 128)
    model = Returns(block, before)
    with capture(model, ["block"], lambda *_: None):
        model(torch.randn(2, 3, *sides))
    assert known_layout(model, "block") == expected


def test_a_layer_that_tells_nothing_is_refused_and_read_as_its_user_says():
    model, pixels = Returns(Opaque()), torch.randn(4, 3, 32, 32)
    with pytest.raises(ValueError, match=r"'block' gives shape \(3, 5, 4\).*slw\.Layout\(components=-1\)"):
        output_shapes(model, ["block"], pixels)
    remember_layouts(model, {"block": Layout(components=1)})
    assert output_shapes(model, ["block"], pixels) == {"block": (4, 5)}


def test_a_layer_without_the_samples_is_refused():
    model = Returns(nn.Flatten(0, 1))
    with pytest.raises(ValueError, match="one axis must be the samples"):
        output_shapes(model, ["block"], torch.randn(1, 3, 32, 32))


@pytest.mark.parametrize(
    ("block", "cause"),
    [(Chance(), "chance"), (nn.BatchNorm2d(6, track_running_stats=False), "other samples of the batch")],
)
def test_outputs_that_depend_on_chance_or_on_the_batch_are_refused(block, cause):
    model = Returns(block)
    with capture(model, ["stem"], lambda *_: None, stable=True):
        model(torch.randn(2, 3, 32, 32))
    state = torch.get_rng_state()
    pixels = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with (
        pytest.raises(ValueError, match=f"'block'.*{cause}"),
        capture(model, ["block"], lambda *_: None, stable=True),
    ):
        model(pixels)
    assert torch.equal(state, torch.get_rng_state())


def test_a_layout_follows_the_module_not_the_name():
    model = Returns(Last())
    assert output_shapes(model, ["block"], torch.randn(2, 3, 32, 32)) == {"block": (6, 8, 8)}
    model.block = nn.Conv2d(6, 9, 1)
    assert output_shapes(model, ["block"], torch.randn(2, 3, 32, 32)) == {"block": (9, 8, 8)}


@pytest.mark.parametrize(
    ("layout", "shape"), [(Layout(-1), (2, 5, 7, 3)), (Layout(-1, 1), (5, 2, 3)), (Layout(1), (2, 3, 5))]
)
def test_outputs_are_put_in_standard_order_and_back(layout, shape):
    output = torch.randn(shape)
    standard = layout.standard(output)
    assert (len(standard), standard.shape[1 if standard.ndim == 4 else -1]) == (2, 3)
    assert torch.equal(layout.original(standard), output)


def test_maps_are_handed_over_with_the_components_first(swin, pixels):
    assert output_shapes(swin, list(LAYERS), pixels) == LAYERS
    found = {}
    with capture(swin, list(LAYERS), lambda layer, output: found.update({layer: output.clone()})):
        swin(pixels)
    for layer, maps in found.items():
        assert torch.equal(maps, given(swin, layer, pixels).permute(0, 3, 1, 2))


def test_a_change_reaches_the_component_and_the_layers_behind_get_their_own_order(swin, pixels):
    def change(maps):
        return maps.index_fill(1, torch.tensor([3]), 7.0)

    with intervene(swin, {"layers.1": change}):
        changed = given(swin, "layers.1", pixels)
    expected = given(swin, "layers.1", pixels)
    expected[..., 3] = 7.0
    assert torch.equal(changed, expected)


def test_the_model_called_by_the_name_of_its_input_is_read_the_same(swin, pixels):
    with ablated(swin, {"layers.1": [3]}), torch.no_grad():
        assert torch.equal(swin(x=pixels), swin(pixels))


@pytest.mark.parametrize("layer", LAYERS)
def test_relevance_is_activation_times_gradient_summed_over_the_places(swin, pixels, layer):
    found = relevance(swin, pixels, layer, TARGETS)[layer]
    kept = []

    def keep(_module, _inputs, output):
        kept.append(output)
        return output.clone()

    swin.get_submodule(layer).register_forward_hook(keep)
    swin(pixels)[torch.arange(3), TARGETS].sum().backward(inputs=kept)
    expected = (kept[0] * kept[0].grad).detach().sum((1, 2))
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_a_number_a_component(swin, pixels, method):
    assert relevance(swin, pixels, "layers.1", TARGETS, method)["layers.1"].shape == (3, 24)


def test_a_heat_map_lies_where_the_component_fires(swin, pixels):
    cells = given(swin, "layers.1", pixels)[1, :, :, 5]
    heat = heatmap(swin, pixels[1:2], "layers.1", [5])[0]
    assert heat.shape == (SIDE, SIDE)
    top = int(cells.argmax())
    brightest = int(heat.argmax())
    assert (brightest // SIDE // 8, brightest % SIDE // 8) == (top // 4, top % 4)
