"""Components taken out give a constant; nothing else about the model changes."""

import pytest
import torch
from torch import nn

from semanticlens_widgets.correction import ablated
from semanticlens_widgets.errors import LayerNotFoundError


class Tokens(nn.Module):
    """Tokens (batch, token, component) in a tuple, as attention blocks give them."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Linear(3, 4)

    def forward(self, x):
        return self.mix(x.flatten(2).transpose(1, 2)), None


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.act = nn.ReLU(inplace=True)
        self.tokens = Tokens()
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        seen, _ = self.tokens(x)
        return self.fc(torch.cat([self.act(self.conv(x)).mean((2, 3)), seen.mean(1)], 1))


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Net().eval()


@pytest.fixture
def x():
    return torch.randn(2, 3, 5, 5, generator=torch.Generator().manual_seed(1))


def given(model, layer, x, components, **options):
    """The layer's output with the components taken out."""
    kept = []

    def keep(_module, _inputs, output):
        # At once: the activation behind works in place.
        kept.append((output[0] if isinstance(output, tuple) else output).clone())

    with ablated(model, components, **options):
        handle = model.get_submodule(layer).register_forward_hook(keep)
        model(x)
        handle.remove()
    return kept[-1]


def slowly(output, axis, components, constant):
    """The same written out, number by number."""
    wanted = output.detach().clone()
    for place in torch.cartesian_prod(*(torch.arange(side) for side in output.shape)).tolist():
        number, value = place[axis], float(wanted[tuple(place)])
        taken = number in components or str(number) in components
        taken |= f"{number}+" in components and value > 0
        taken |= f"{number}-" in components and value < 0
        if taken:
            wanted[tuple(place)] = constant(number)
    return wanted


@pytest.mark.parametrize(("layer", "axis"), [("conv", 1), ("tokens", 2), ("fc", 1)])
@pytest.mark.parametrize("components", [[1], ["0", 2], ["1+"], ["1-", "3+"], ["2+", "2-", 0]])
def test_what_is_taken_out_is_zero_and_the_rest_is_as_it_was(model, x, layer, axis, components):
    plain = model.tokens(x)[0] if layer == "tokens" else model.conv(x) if layer == "conv" else model(x)
    assert torch.equal(
        given(model, layer, x, {layer: components}), slowly(plain, axis, components, lambda _: 0.0)
    )


def test_means_take_the_place_of_whole_components(model, x):
    means = torch.tensor([0.5, -1.0, 2.0, 0.0])
    found = given(model, "conv", x, {"conv": [0, 2]}, value="mean", means={"conv": means})
    assert torch.equal(found, slowly(model.conv(x), 1, [0, 2], lambda number: float(means[number])))


def test_several_layers_at_once_reach_the_output(model, x):
    with ablated(model, {"conv": range(4), "tokens": range(4)}) as same, torch.no_grad():
        assert same is model
        assert torch.equal(model(x), model.fc.bias.expand(2, 5))


def test_a_name_with_its_layer_and_a_tensors_number_mean_the_same(model, x):
    number = given(model, "conv", x, {"conv": [1]})
    assert torch.equal(given(model, "conv", x, {"conv": ["conv:1"]}), number)
    assert torch.equal(given(model, "conv", x, {"conv": torch.tensor([1])}), number)


def test_nan_of_a_component_is_gone_with_it(model, x):
    with torch.no_grad():
        model.conv.weight[1] = torch.nan
    with ablated(model, {"conv": [1]}):
        assert model(x).isfinite().all()


@pytest.mark.parametrize("training", [True, False])
def test_the_model_is_as_found_also_after_an_error(model, x, training):
    model.train(training)
    weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(RuntimeError), ablated(model, {"conv": [1], "tokens": [0]}):
        model(x[:, :2])
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())
    assert all(module.training == training for module in model.modules())
    assert all(torch.equal(weights[name], tensor) for name, tensor in model.state_dict().items())


def test_an_ablation_within_another_takes_out_both(model, x):
    with ablated(model, {"conv": [0, 1]}):
        wanted = model(x)
    with ablated(model, {"conv": [0]}), ablated(model, {"conv": [1]}):
        assert torch.equal(model(x), wanted)


@pytest.mark.parametrize(
    ("components", "options", "error", "message"),
    [
        ({"cnov": [1]}, {}, LayerNotFoundError, "no layer 'cnov'; did you mean 'conv'"),
        ({}, {}, ValueError, "must name at least one component"),
        ({"conv": []}, {}, ValueError, "must name at least one component"),
        ({"conv": "12"}, {}, TypeError, "must be a list, like \\['12'\\]"),
        ({"conv": ["one"]}, {}, ValueError, "a number like 12, '12\\+' or '12-', not 'one'"),
        ({"conv": [-1]}, {}, ValueError, "not -1"),
        ({"conv": [1]}, {"value": "median"}, ValueError, "value must be 'zero' or 'mean'"),
        ({"conv": [1]}, {"value": "mean"}, ValueError, "needs means\\['conv'\\]"),
        (
            {"conv": ["1-"]},
            {"value": "mean", "means": {"conv": torch.zeros(4)}},
            ValueError,
            "must be 'zero' for halves",
        ),
    ],
)
def test_what_cannot_be_is_said_before_anything_runs(model, components, options, error, message):
    with pytest.raises(error, match=message), ablated(model, components, **options):
        pass


def test_components_and_means_of_another_size_are_said_by_the_first_run(model, x):
    with pytest.raises(ValueError, match="components 0 to 3, not 4"), ablated(model, {"conv": [4]}):
        model(x)
    with (
        pytest.raises(ValueError, match="must hold 4 numbers"),
        ablated(model, {"conv": [1]}, "mean", {"conv": torch.zeros(3)}),
    ):
        model(x)
