"""Steering is a product of activations; by 0 it is ablation, by 1 nothing, by 2 what a finite difference foretells."""

import copy

import pytest
import torch

from semanticlens_widgets.attribution import relevance
from semanticlens_widgets.correction import ablated, steered
from tests.architectures import MODELS, made

PIXELS = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(2))
CASES = [(name, layer) for name in ("cnn", "vit", "hybrid") for layer in MODELS[name][1]]


def run(model):
    with torch.no_grad():
        return model(PIXELS.clone())


def by_hand(model, layer, change):
    """The outputs with a changed output of the layer, given as (B, C, ...) or (B, T, C)."""
    model = copy.deepcopy(model)
    model.get_submodule(layer).register_forward_hook(lambda _module, _inputs, found: change(found.clone()))
    return run(model)


def scaled(factor, number, half=""):
    def change(found):
        own = found[:, number] if found.ndim == 4 else found[..., number]
        sign = {"": own == own, "+": own > 0, "-": own < 0}[half]
        own.copy_(torch.where(sign, own * factor, own))
        return found

    return change


@pytest.mark.parametrize(("name", "layer"), CASES)
@pytest.mark.parametrize("half", ["", "+", "-"])
def test_by_0_it_is_ablation_by_1_nothing_and_between_a_product(name, layer, half):
    model = made(MODELS[name][0])
    one, plain = f"1{half}", by_hand(model, layer, lambda found: found)
    stronger = by_hand(model, layer, scaled(2.5, 1, half))
    with steered(model, {layer: {one: 0}}):
        found = run(model)
    with ablated(model, {layer: [one]}):
        assert found.equal(run(model))
    with steered(model, {layer: {one: 1, 2: 1.0}}):
        assert run(model).equal(plain)
    with steered(model, {layer: {one: 2.5}}):
        torch.testing.assert_close(run(model), stronger)


@pytest.mark.parametrize(("name", "layer"), CASES)
def test_a_small_step_moves_the_logit_by_the_relevance_and_2_by_a_finite_difference(name, layer):
    model, step = made(MODELS[name][0]).double(), 1e-6
    pixels, target = PIXELS.double(), torch.tensor([1, 1, 1])
    added = relevance(model, pixels, layer, target)[layer][:, 3]
    with torch.no_grad():
        before = model(pixels.clone())[:, 1]
        with steered(model, {layer: {3: 1 + step}}):
            moved = (model(pixels.clone())[:, 1] - before) / step
        with steered(model, {layer: {3: 2}}):
            twice = model(pixels.clone())[:, 1]
        changed = copy.deepcopy(model)
        changed.get_submodule(layer).register_forward_hook(lambda _m, _i, found: scaled(2, 3)(found.clone()))
        difference = changed(pixels.clone())[:, 1] - before
    torch.testing.assert_close(moved.float(), added, rtol=1e-3, atol=1e-6)
    torch.testing.assert_close(twice - before, difference)


def test_several_components_of_several_layers_are_steered_at_once():
    model = made(MODELS["cnn"][0])
    with steered(model, {"low": {0: 0.5, 2: 0}, "body": {1: 3}}):
        found = run(model)
    other = copy.deepcopy(model)
    for layer, factors in {"low": [0.5, 1, 0, 1, 1], "body": [1.0, 3, 1, 1, 1, 1]}.items():
        own = torch.tensor(factors).view(1, -1, 1, 1)
        other.get_submodule(layer).register_forward_hook(lambda _m, _i, found, own=own: found * own)
    torch.testing.assert_close(found, run(other))


def test_by_0_a_nan_goes_too_and_the_model_is_left_as_found():
    model = made(MODELS["cnn"][0])
    with torch.no_grad():
        model.get_parameter("body.bias")[2] = torch.nan
    with steered(model, {"body": {2: 0}}):
        assert run(model).isfinite().all()
    assert run(model).isnan().any()


@pytest.mark.parametrize("factor", [-0.1, 3.1, float("nan"), True])
def test_a_factor_outside_0_to_3_is_refused(factor):
    with (
        pytest.raises(ValueError, match="a factor must be a number from 0"),
        steered(made(MODELS["cnn"][0]), {"body": {2: factor}}),
    ):
        pass
