"""Relevance is what its definition says, on convolutions, tokens and linear layers, and leaves the model as found."""

import copy
import re
import sys

import pytest
import timm
import torch
from torch import nn

from semanticlens_widgets.attribution import METHODS, relevance
from semanticlens_widgets.errors import LayerNotFoundError

TARGETS = torch.tensor([2, 0, 1])


class Pooled(nn.Module):
    """A global average pool and a linear head over an in-place ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 3, padding=1)
        self.norm = nn.BatchNorm2d(5)
        self.act = nn.ReLU(inplace=True)
        self.body = nn.Conv2d(5, 6, 3, padding=1)
        self.last = nn.ReLU(inplace=True)
        self.head = nn.Linear(6, 4)
        self.unused = nn.Linear(4, 2)

    def forward(self, x):
        x = self.last(self.body(self.act(self.norm(self.conv(x)))))
        outputs = self.head(x.mean((2, 3)))
        self.unused(outputs)
        return outputs


class Wrapped(nn.Module):
    """Gives what `wrap` makes of the outputs."""

    def __init__(self, model: nn.Module, wrap):
        super().__init__()
        self.model, self.wrap = model, wrap

    def forward(self, x):
        return self.wrap(self.model(x))


@pytest.fixture
def model() -> nn.Module:
    torch.manual_seed(0)
    model = Pooled()
    model.norm.running_mean.normal_()
    model.norm.running_var.uniform_(0.5, 2)
    return model


@pytest.fixture
def vit() -> nn.Module:
    torch.manual_seed(0)
    return timm.create_model("vit_tiny_patch16_224", img_size=32, depth=2, num_classes=4)


@pytest.fixture
def pixels() -> torch.Tensor:
    return torch.randn(3, 3, 32, 32, generator=torch.Generator().manual_seed(1))


def target_outputs(model: nn.Module, pixels: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return copy.deepcopy(model).eval()(pixels)[torch.arange(len(pixels)), TARGETS[: len(pixels)]]


@pytest.mark.parametrize("method", ["gradient", "lrp"])
def test_before_a_global_average_pool_and_a_linear_head_it_is_mean_activation_times_weight(
    model, pixels, method
):
    found = relevance(model, pixels, "last", TARGETS, method)["last"]
    evaluated = copy.deepcopy(model).eval()
    with torch.no_grad():
        maps = evaluated.last(evaluated.body(evaluated.act(evaluated.norm(evaluated.conv(pixels)))))
    torch.testing.assert_close(found, maps.mean((2, 3)) * model.head.weight[TARGETS], atol=1e-5, rtol=1e-4)


def slow_relevance(model, pixels, module, target):
    """Position by position, with the layer's output kept before anything overwrites it."""
    kept = []

    def keep(_module, _inputs, output):
        kept.append(output)
        return output.clone()

    handle = module.register_forward_hook(keep)
    output = model(pixels[None])[0, target]
    handle.remove()
    (gradient,) = torch.autograd.grad(output, kept[0])
    products = (kept[0] * gradient)[0].detach()
    products = products.flatten(1).T if products.ndim == 3 else products.reshape(-1, products.shape[-1])
    total = torch.zeros(products.shape[1])
    for position in products:
        total += position
    return total


def assert_as_slow(model, pixels, layers):
    found = relevance(model, pixels, layers, TARGETS)
    slow = copy.deepcopy(model).eval()
    for layer in layers:
        module = slow.get_submodule(layer)
        expected = [slow_relevance(slow, x, module, y) for x, y in zip(pixels, TARGETS, strict=True)]
        torch.testing.assert_close(found[layer], torch.stack(expected), atol=1e-5, rtol=1e-4)


def test_of_convolutions_it_is_activation_times_gradient_summed_over_the_places(model, pixels):
    assert_as_slow(model, pixels, ["conv", "norm", "act", "body", "last", "head"])


def test_of_tokens_it_is_activation_times_gradient_summed_over_the_tokens(vit, pixels):
    assert_as_slow(vit, pixels, ["blocks.0", "blocks.0.mlp.act", "blocks.1", "head"])


def test_one_pass_serves_all_layers(model, pixels):
    calls = []
    model.register_forward_pre_hook(lambda _, inputs: calls.append(len(inputs[0])))
    relevance(model, pixels, ["conv", "act", "last"], TARGETS)
    assert sorted(calls) == sorted([len(pixels), 2, 3])  # Two small passes find the layouts, once a model.
    calls.clear()
    relevance(model, pixels, ["conv", "act", "last"], TARGETS)
    assert calls == [len(pixels)]


def test_signed_halves_share_by_the_sign_of_the_activation(model, pixels):
    whole = relevance(model, pixels, "norm", TARGETS)["norm"]
    halves = relevance(model, pixels, "norm", TARGETS, sign="both")["norm"]
    torch.testing.assert_close(halves[:, :5] + halves[:, 5:], whole)
    # Behind the ReLU what is negative adds nothing.
    assert halves[:, 5:].abs().max() == 0 < halves[:, :5].abs().max()


@pytest.mark.parametrize("method", ["integrated_gradients", "conductance"])
def test_along_a_path_relevances_sum_to_the_difference_of_the_outputs(model, pixels, method):
    found = relevance(model, pixels, ["norm", "body"], TARGETS, method)
    difference = target_outputs(model, pixels) - target_outputs(model, torch.zeros_like(pixels))
    for values in found.values():
        # 32 steps over the kinks of ReLUs.
        torch.testing.assert_close(values.sum(1), difference, atol=0.02, rtol=0.05)


def test_lrp_conserves_relevance_below_the_head(model, pixels):
    found = relevance(model, pixels, ["norm", "act", "body", "last", "head"], TARGETS, "lrp")
    torch.testing.assert_close(found["head"].sum(1), target_outputs(model, pixels), atol=1e-4, rtol=1e-4)
    # The head's bias keeps its share; the epsilon in the denominators takes the rest of the tolerance.
    below = target_outputs(model, pixels) - model.head.bias[TARGETS].detach()
    for layer in ("norm", "act", "body", "last"):
        torch.testing.assert_close(found[layer].sum(1), below, atol=1e-3, rtol=1e-2)


def test_lrp_conserves_relevance_through_the_sums_and_the_attention_of_a_transformer(vit, pixels):
    for module in vit.modules():
        if isinstance(module, nn.Linear):
            nn.init.zeros_(module.bias)
    found = relevance(vit, pixels, ["blocks.0", "blocks.1"], TARGETS, "lrp")
    for values in found.values():
        torch.testing.assert_close(values.sum(1), target_outputs(vit, pixels), atol=1e-2, rtol=2e-2)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_runs_on_tokens_and_leaves_the_model_as_found(vit, pixels, method):
    assert_left_as_found(vit.train(), pixels[:2], ["blocks.0", "blocks.1.mlp.act"], method)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_runs_on_convolutions_frozen_or_not_and_leaves_the_model_as_found(model, pixels, method):
    model.body.requires_grad_(False)
    model.norm.eval()
    assert_left_as_found(model, pixels[:2], ["conv", "act"], method)
    model.requires_grad_(False)
    assert_left_as_found(model, pixels[:2], ["conv", "act"], method)


def assert_left_as_found(model, pixels, layers, method):
    def state():
        flags = [(m.training, getattr(m, "inplace", None), len(m._forward_hooks)) for m in model.modules()]
        return flags, [(name, p.requires_grad, p.grad is None) for name, p in model.named_parameters()]

    before, weights = state(), copy.deepcopy(model.state_dict())
    with torch.no_grad():
        found = relevance(model, pixels, layers, TARGETS[:2], method)
    assert all(values.shape[0] == 2 and values.abs().sum() > 0 for values in found.values())
    assert state() == before
    assert list(weights) == list(model.state_dict())
    assert all(torch.equal(weights[name], value) for name, value in model.state_dict().items())


WRAPPINGS = {"tuple": lambda y: (None, y), "dict": lambda y: {"loss": y.sum(), "logits": y}}


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
def test_outputs_are_taken_out_of_their_wrapping(model, pixels, wrap):
    found = relevance(Wrapped(model, wrap), pixels, "model.act", TARGETS)["model.act"]
    torch.testing.assert_close(found, relevance(model, pixels, "act", TARGETS)["act"])


def test_an_unknown_layer_or_method_offers_near_names(model, pixels):
    with pytest.raises(LayerNotFoundError, match="did you mean 'body'"):
        relevance(model, pixels, "bod", TARGETS)
    with pytest.raises(ValueError, match="method must be .* not 'gradients'; did you mean 'gradient'"):
        relevance(model, pixels, "body", TARGETS, "gradients")


def test_an_output_that_is_not_there_is_an_error(model, pixels):
    with pytest.raises(ValueError, match="targets must be between 0 and 3, the outputs of the model, not 4"):
        relevance(model, pixels, "body", torch.tensor([0, 4, 1]))
    with pytest.raises(ValueError, match="targets must be the index of one output for each of the 3 samples"):
        relevance(model, pixels, "body", [0, 1])


def test_a_layer_after_the_output_is_an_error(model, pixels):
    with pytest.raises(ValueError, match="layer 'unused' adds nothing to the model's output"):
        relevance(model, pixels, ["body", "unused"], TARGETS)


def test_outputs_of_another_shape_or_without_gradient_are_errors(model, pixels):
    with pytest.raises(ValueError, match=re.escape("one row of outputs a sample, not shape (3, 4, 1)")):
        relevance(Wrapped(model, lambda y: y.unsqueeze(2)), pixels, "model.body", TARGETS)
    with pytest.raises(ValueError, match="the model's output has no gradient"):
        relevance(Wrapped(model, lambda y: y.detach()), pixels, "model.body", TARGETS)


def test_an_in_place_operation_that_breaks_the_backward_pass_is_named(model, pixels):
    # exp needs its result for the backward pass.
    broken = Wrapped(model, lambda y: y.exp().mul_(2))
    with pytest.raises(ValueError, match=r"must not overwrite in place .*inplace=False"):
        relevance(broken, pixels, "model.body", TARGETS)


@pytest.mark.parametrize("method", ["integrated_gradients", "conductance"])
def test_without_the_extra_the_error_says_how_to_install_it(model, pixels, monkeypatch, method):
    monkeypatch.setitem(sys.modules, "captum.attr", None)
    with pytest.raises(ImportError, match=r"pip install 'semanticlens-widgets\[attribution\]'"):
        relevance(model, pixels, "body", TARGETS, method)
