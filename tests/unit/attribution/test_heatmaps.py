"""Heat maps against their definitions written out slowly, on a CNN and a ViT."""

import numpy as np
import pytest
import torch
from torch import nn

from semanticlens_widgets.attribution import HEATMAPS, heatmap
from semanticlens_widgets.attribution._crops import blurred
from semanticlens_widgets.layers import Layout, remember_layouts

SIDE = 32


class Net(nn.Module):
    """Two convolutions, batch norms and an in-place ReLU between them, a linear head."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, 2, 1)
        self.bn1 = nn.BatchNorm2d(6)
        self.act = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(6, 8, 3, 2, 1)
        self.bn2 = nn.BatchNorm2d(8)
        self.head = nn.Linear(8, 4)

    def forward(self, pixels):
        return self.head(self.bn2(self.conv2(self.act(self.bn1(self.conv1(pixels))))).relu_().mean((2, 3)))


def net():
    torch.manual_seed(0)
    model = Net()
    for norm in (model.bn1, model.bn2):
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2.0)
    return model


def vit(**options):
    timm = pytest.importorskip("timm")
    torch.manual_seed(0)
    model = timm.models.VisionTransformer(
        img_size=SIDE, patch_size=8, embed_dim=24, depth=2, num_heads=2, num_classes=5, **options
    )
    return model.eval()


def pixels(n=3):
    return torch.randn(n, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))


def output_of(model, layer, inputs):
    """The layer's output with its graph, by a hook of the test's own."""
    found = []
    hook = model.get_submodule(layer).register_forward_hook(lambda *args: found.append(args[2].clone()))
    model.eval()(inputs.clone())
    hook.remove()
    return found[0]


def bilinear(cells, side):
    """Pixel by pixel: the four cells around its centre, by their distance; beyond the last cell its value goes on."""
    rows, columns = cells.shape
    cells, heat = cells.numpy(), np.zeros((side, side), np.float32)
    for y in range(side):
        for x in range(side):
            v = min(max((y + 0.5) * rows / side - 0.5, 0), rows - 1)
            u = min(max((x + 0.5) * columns / side - 0.5, 0), columns - 1)
            top, left = int(v), int(u)
            down, right = min(top + 1, rows - 1), min(left + 1, columns - 1)
            upper = cells[top, left] * (1 - (u - left)) + cells[top, right] * (u - left)
            lower = cells[down, left] * (1 - (u - left)) + cells[down, right] * (u - left)
            heat[y, x] = upper * (1 - (v - top)) + lower * (v - top)
    return torch.from_numpy(heat)


@pytest.mark.parametrize("layer", ["conv1", "bn1", "conv2"])
def test_an_activation_map_is_the_components_map_at_the_resolution_of_the_input(layer):
    model, inputs = net(), pixels()
    components = [0, 5, 3]
    heat = heatmap(model, inputs, layer, components)
    output = output_of(model, layer, inputs).detach()
    for sample, component in enumerate(components):
        torch.testing.assert_close(heat[sample], bilinear(output[sample, component], SIDE))


@pytest.mark.parametrize(
    ("options", "n_before"),
    [
        ({}, 1),
        ({"reg_tokens": 4}, 5),
        ({"class_token": False, "global_pool": "avg"}, 0),
    ],
    ids=["class token", "registers", "no prefix"],
)
def test_the_map_of_tokens_leaves_out_those_before_the_places(options, n_before):
    # Inside another module nothing says how many there are: it is told from the number of tokens.
    model, inputs = nn.Sequential(vit(**options)), pixels()
    components = [0, 23, 7]
    output = output_of(model, "0.blocks.1", inputs).detach()
    heat = heatmap(model, inputs, "0.blocks.1", components)
    assert output.shape[1] == n_before + 16
    for sample, component in enumerate(components):
        cells = output[sample, n_before:, component].reshape(4, 4)
        torch.testing.assert_close(heat[sample], bilinear(cells, SIDE))


class Tokens(nn.Module):
    """Gives as many tokens as it is told, whatever it sees."""

    num_prefix_tokens: int

    def __init__(self, n):
        super().__init__()
        self.n = n
        self.tokens = nn.Identity()
        remember_layouts(self, {"tokens": Layout(components=-1)})

    def forward(self, inputs):
        return self.tokens(torch.arange(float(self.n)).reshape(1, self.n, 1))


def test_the_models_own_word_on_its_prefix_goes_before_guessing():
    # 16 tokens are a grid, and so are the last 4 of them.
    model = Tokens(16)
    guessed = heatmap(model, pixels(1), "tokens", [0])
    torch.testing.assert_close(guessed[0], bilinear(torch.arange(16.0).reshape(4, 4), SIDE))
    model.num_prefix_tokens = 12
    told = heatmap(model, pixels(1), "tokens", [0])
    torch.testing.assert_close(told[0], bilinear(torch.arange(12.0, 16.0).reshape(2, 2), SIDE))


@pytest.mark.parametrize(("layer", "pooling"), [("conv2", "max"), ("conv2", "mean"), ("head", "max")])
def test_a_gradient_map_is_the_blurred_size_of_the_scores_gradient(layer, pooling):
    model, inputs = net(), pixels()
    components = [0, 2, 3]
    heat = heatmap(model, inputs, layer, components, "gradient", pooling=pooling)
    for sample, component in enumerate(components):
        leaf = inputs[sample : sample + 1].clone().requires_grad_()
        cells = output_of(model, layer, leaf)[0, component].flatten()
        (gradient,) = torch.autograd.grad(cells.max() if pooling == "max" else cells.mean(), leaf)
        expected = blurred(gradient[0].abs().sum(0)[None])[0]
        torch.testing.assert_close(heat[sample], expected)


@pytest.mark.parametrize("method", HEATMAPS)
@pytest.mark.parametrize(("made", "layer", "n"), [(net, "bn2", 8), (vit, "blocks.0", 24)], ids=["cnn", "vit"])
def test_every_method_answers_for_a_cnn_and_a_vit_and_leaves_the_model_as_found(method, made, layer, n):
    model = made().train()
    model.requires_grad_(False)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    heat = heatmap(model, pixels(), layer, [0, n - 1, n], method)
    assert heat.shape == (3, SIDE, SIDE)
    assert heat.dtype == torch.float32
    assert heat.isfinite().all()
    assert (heat.flatten(1).abs().amax(1) > 0).any()
    assert all(module.training for module in model.modules())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert all(weight.grad is None and not weight.requires_grad for weight in model.parameters())


@pytest.mark.parametrize("method", ["activation", "gradient"])
def test_a_half_turned_around_is_the_map_of_the_negated_activations(method):
    model, turned = net(), net()
    with torch.no_grad():
        turned.conv2.weight.neg_()
        turned.conv2.bias.neg_()
    half = heatmap(model, pixels(), "conv2", [8 + 3] * 3, method)
    torch.testing.assert_close(half, heatmap(turned, pixels(), "conv2", [3] * 3, method))


def test_lrp_of_a_half_turned_around_is_the_relevance_for_the_negated_activations():
    model = nn.Sequential(nn.Conv2d(3, 2, 4, 4, bias=False))
    heat = heatmap(model, pixels(), "0", [3] * 3, "lrp")
    negated = -model(pixels())[:, 1].detach().clamp(max=0)
    expected = negated.repeat_interleave(4, 1).repeat_interleave(4, 2) / 16
    torch.testing.assert_close(heat, expected, rtol=1e-3, atol=1e-5)


def test_lrp_of_one_positive_convolution_spreads_each_activation_over_what_it_saw():
    convolution = nn.Conv2d(3, 2, 4, 4, bias=False)
    model = nn.Sequential(convolution, nn.ReLU())
    nn.init.uniform_(convolution.weight, 0.1, 1.0)
    inputs = pixels(1).abs()
    heat = heatmap(model, inputs, "1", [1], "lrp")
    activation = model(inputs)[0, 1].detach()
    # The flat rule shares relevance out equally among the 4 x 4 pixels of a window, three channels each.
    expected = activation.repeat_interleave(4, 0).repeat_interleave(4, 1) / 16
    torch.testing.assert_close(heat[0], expected, rtol=1e-3, atol=1e-5)


def test_lrp_keeps_the_sum_of_positive_activations_in_a_net_without_biases():
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(3, 6, 3, 2, 1, bias=False), nn.ReLU(), nn.Conv2d(6, 4, 3, 2, 1, bias=False), nn.ReLU()
    )
    inputs = pixels().abs()
    heat = heatmap(model, inputs, "3", [0, 1, 2], "lrp")
    with torch.no_grad():
        total = model(inputs)[torch.arange(3), torch.arange(3)].sum((1, 2))
    assert (total > 0).any()
    torch.testing.assert_close(heat.sum((1, 2)), total, rtol=0.02, atol=1e-3)


def test_what_lies_outside_of_a_windows_sight_is_cold():
    convolution = nn.Conv2d(3, 2, 4, 4)
    model = nn.Sequential(convolution)
    inputs = torch.zeros(1, 3, SIDE, SIDE)
    inputs[:, :, :4, 28:] = 5.0
    nn.init.constant_(convolution.weight, 1.0)
    nn.init.zeros_(model.get_parameter("0.bias"))
    heat = heatmap(model, inputs, "0", [0])[0]
    assert heat[:4, 28:].min() > 0
    assert heat[8:].abs().max() == 0
    assert heat[:, :24].abs().max() == 0


@pytest.mark.parametrize("method", ["activation", "lrp"])
def test_only_an_activation_map_needs_places(method):
    if method == "lrp":
        assert heatmap(net(), pixels(), "head", [0, 1, 2], "lrp").shape == (3, SIDE, SIDE)
        return
    with pytest.raises(ValueError, match=r"'head' gives shape \(3, 4\).*use method='gradient'"):
        heatmap(net(), pixels(), "head", [0, 1, 2])


def test_cells_that_are_not_the_places_row_by_row_have_no_map():
    model = Tokens(16)
    remember_layouts(model, {"tokens": Layout(components=-1, places=False)})
    with pytest.raises(ValueError, match=r"'tokens' has cells that are not the places .* method='gradient'"):
        heatmap(model, pixels(1), "tokens", [0])
    sequence = nn.Sequential(nn.Conv2d(3, 6, 8, 8), nn.Flatten(2))
    with pytest.raises(ValueError, match=r"'1' has cells that are not the places"):
        heatmap(sequence, pixels(1), "1", [0])


def test_tokens_that_are_no_grid_are_said():
    with pytest.raises(
        ValueError, match="gives 90 tokens, which are no grid over an input of 32 x 32 pixels"
    ):
        heatmap(Tokens(90), pixels(1), "tokens", [0])


@pytest.mark.parametrize("method", ["activation", "gradient"])
def test_a_component_that_is_not_there_is_said(method):
    with pytest.raises(
        ValueError, match="'conv2' has components 0 to 7, and 8 to 15 for their negative.*not 16"
    ):
        heatmap(net(), pixels(1), "conv2", [16], method)


def test_other_bad_arguments_are_said():
    with pytest.raises(ValueError, match="components must name one for each of the 3 samples, not 2"):
        heatmap(net(), pixels(), "conv2", [0, 1])
    with pytest.raises(ValueError, match="method must be 'activation', 'gradient' or 'lrp', not 'gradcam'"):
        heatmap(net(), pixels(), "conv2", [0, 1, 2], "gradcam")


def test_a_model_that_cuts_the_gradient_off_is_said():
    class Cut(Net):
        def forward(self, pixels):
            with torch.no_grad():
                return super().forward(pixels)

    with pytest.raises(ValueError, match="no gradient reaches the pixels from layer 'conv2'"):
        heatmap(Cut(), pixels(1), "conv2", [0], "gradient")


class Spread(nn.Module):
    """A residual sum in place, a gate, attention and a normalization of the pixels: functions, not modules."""

    def __init__(self, *, biases: bool = False):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 4, 4, bias=biases)
        self.norm = nn.BatchNorm2d(8)
        self.body = nn.Conv2d(8, 8, 3, padding=1, bias=biases)
        self.queries = nn.Linear(8, 24, bias=biases)
        self.after = nn.ReLU()

    def forward(self, inputs):
        maps = self.norm(self.stem(inputs.clone().div_(0.5))).relu_()
        out = self.body(maps)
        out += maps
        out *= out.mean((2, 3), keepdim=True).sigmoid()
        tokens = out.flatten(2).transpose(1, 2)
        queries, keys, values = self.queries(tokens).chunk(3, 2)
        return self.after(tokens + (queries @ keys.transpose(1, 2)).softmax(2) @ values)


@pytest.mark.parametrize("layer", ["stem", "norm", "body", "queries", "after"])
def test_lrp_keeps_the_sum_through_functions_and_in_place_operations(layer):
    torch.manual_seed(0)
    model, inputs = Spread(), pixels()
    model.norm.running_var.uniform_(0.5, 2.0)
    inputs[:, :, :8] = 0  # black pixels take relevance too
    components = [0, 3, 5]
    heat = heatmap(model, inputs, layer, components, "lrp")
    output = output_of(model, layer, inputs).detach()
    axis = 1 if output.ndim == 4 else 2
    own = [output[sample].select(axis - 1, component) for sample, component in enumerate(components)]
    expected = torch.stack([cells.clamp(min=0).sum() for cells in own])
    torch.testing.assert_close(heat.sum((1, 2)), expected, rtol=1e-3, atol=1e-4)


def test_an_lrp_map_is_the_same_however_the_sum_is_written():
    class Plus(nn.Module):
        def __init__(self, in_place):
            super().__init__()
            torch.manual_seed(0)
            self.stem, self.body = nn.Conv2d(3, 6, 4, 4), nn.Conv2d(6, 6, 3, padding=1)
            self.end, self.in_place = nn.Identity(), in_place

        def forward(self, inputs):
            maps = self.stem(inputs).relu()
            out = self.body(maps)
            if self.in_place:
                out += maps
            else:
                out = out + maps
            return self.end(out.relu())

    found = [heatmap(Plus(in_place), pixels(), "end", [0, 1, 2], "lrp") for in_place in (True, False)]
    torch.testing.assert_close(found[0], found[1])


def test_an_lrp_map_that_is_not_conserved_draws_a_warning_with_the_figure():
    class Bent(nn.Module):
        """A function without a rule, whose gradient is no share of it."""

        def __init__(self):
            super().__init__()
            torch.manual_seed(0)
            self.stem, self.end = nn.Conv2d(3, 6, 4, 4, bias=False), nn.Identity()

        def forward(self, inputs):
            return self.end(torch.cosh(self.stem(inputs)))

    with pytest.warns(UserWarning, match=r"'end'.* sums to 0\.\d+ x the positive activations instead of 1 x"):
        heatmap(Bent(), pixels(), "end", [0, 1, 2], "lrp")


def test_merged_batch_norms_are_put_back_exactly():
    from semanticlens_widgets.attribution.lrp.batch_norms import merged_batch_norms

    model = net().eval()
    parameters = dict(model.named_parameters())
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with torch.no_grad():
        expected = model(pixels())
        with merged_batch_norms(model, pixels()):
            assert not torch.equal(model.conv1.weight, before["conv1.weight"])
            torch.testing.assert_close(model(pixels()), expected, rtol=1e-4, atol=1e-5)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(own is parameters[name] for name, own in model.named_parameters())
