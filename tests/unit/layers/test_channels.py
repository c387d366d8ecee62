"""Maps with channels last are treated like those with channels first."""

import pytest
import timm
import torch
from timm.layers.norm import LayerNorm2d
from torch import nn

from semanticlens_widgets.attribution import METHODS, heatmap, relevance
from semanticlens_widgets.correction import ablated
from semanticlens_widgets.layers import capture, intervene, output_shapes
from semanticlens_widgets.layers._channels import has_channels_last, is_square

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
    return kept[0]


@pytest.mark.parametrize(
    ("module", "shape", "expected"),
    [
        (nn.Identity(), (2, 7, 7, 96), True),
        (nn.Identity(), (2, 96, 7, 7), False),
        (nn.Identity(), (2, 7, 7, 7), False),
        (nn.Identity(), (2, 49, 96), False),
        (nn.Linear(7, 7), (2, 7, 7, 7), True),
        (nn.LayerNorm(7), (2, 7, 7, 7), True),
        (nn.LayerNorm([96, 7, 7]), (2, 96, 7, 7), False),
        (LayerNorm2d(7), (2, 7, 5, 5), False),
    ],
)
def test_the_layer_or_the_shape_tells_where_the_components_are(module, shape, expected):
    assert has_channels_last(module, torch.zeros(shape), square=True) == expected


def test_of_an_input_that_is_not_square_the_shape_tells_nothing():
    assert not has_channels_last(nn.Identity(), torch.zeros(2, 7, 7, 96), square=False)
    assert has_channels_last(nn.Linear(7, 96), torch.zeros(2, 7, 7, 96), square=False)
    assert is_square([None, torch.zeros(2, 3, 8, 8)])
    assert not is_square([torch.zeros(2, 3, 8, 9)])


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
