"""Weights without some components give exactly what the ablation gives, or it is said why not."""

import pytest
import torch
from torch import nn

from semanticlens_widgets.correction import ablated, ablated_state_dict
from semanticlens_widgets.errors import LayerNotFoundError


class Gate(nn.BatchNorm2d):
    """A batch norm with its activation inside."""

    def forward(self, x):
        return super().forward(x).clamp(0, 6)


@pytest.fixture
def model():
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1, groups=3),
        nn.BatchNorm2d(6),
        nn.ReLU(inplace=True),
        nn.Conv2d(6, 5, 3, dilation=2, bias=False),
        Gate(5),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(5, 4),
    )
    for place in (1, 4):
        nn.init.normal_(model.get_buffer(f"{place}.running_mean"))
        nn.init.uniform_(model.get_buffer(f"{place}.running_var"), 0.5, 2)
        nn.init.normal_(model.get_parameter(f"{place}.weight"))
        nn.init.normal_(model.get_parameter(f"{place}.bias"))
    return model.eval()


@pytest.fixture
def x():
    return torch.randn(3, 3, 9, 9, generator=torch.Generator().manual_seed(1))


def both(model, x, layer, components, value="zero", means=None):
    with ablated(model, {layer: components}, value, None if means is None else {layer: means}):
        hooked = model(x)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    state = ablated_state_dict(model, layer, components, value, means)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    model.load_state_dict(state)
    return hooked, model(x)


@pytest.mark.parametrize("layer", ["0", "1", "3", "4", "7"])
def test_the_changed_weights_give_exactly_what_the_ablation_gives(model, x, layer):
    plain = model(x)
    hooked, changed = both(model, x, layer, [0, 2])
    assert torch.equal(hooked, changed)
    assert not torch.equal(plain, changed)


@pytest.mark.parametrize("layer", ["0", "1", "4", "7"])
def test_so_do_means(model, x, layer):
    means = torch.linspace(0.5, 3, len(model.get_submodule(layer).weight))
    hooked, changed = both(model, x, layer, [1, 3], "mean", means)
    assert torch.equal(hooked, changed)


def test_a_layer_alone_is_a_model_too():
    torch.manual_seed(0)
    model, x = nn.Linear(3, 4), torch.randn(2, 3)
    hooked, changed = both(model, x, "output", [1])
    assert torch.equal(hooked, changed)


def test_a_module_under_two_names_is_changed_under_both(x):
    conv = nn.Conv2d(3, 3, 1)
    state = ablated_state_dict(nn.Sequential(conv, nn.ReLU(), conv), "0", [1])
    assert not state["0.weight"][1].any()
    assert torch.equal(state["0.weight"], state["2.weight"])


def tied():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    model[1].weight = model[0].weight
    return model


@pytest.mark.parametrize(
    ("make", "layer", "options", "message"),
    [
        (None, "2", {}, "'2' is a ReLU: only a convolution"),
        (lambda: nn.Sequential(nn.BatchNorm2d(4, affine=False)), "0", {}, "'0' is a BatchNorm2d: only"),
        (tied, "0", {}, "shares its weights with '1'"),
        (None, "3", {"value": "mean", "means": torch.ones(5)}, "'3' has no bias"),
        (None, "4", {"value": "mean", "means": -torch.ones(5)}, "does more than its weights say"),
        (None, "0", {"components": ["1-"]}, "half a component of layer '0'"),
        (None, "0", {"components": [6]}, "components 0 to 5, not 6"),
        (None, "0", {"value": "mean"}, "needs means"),
    ],
)
def test_where_weights_cannot_hold_an_ablation_it_is_said_why(model, make, layer, options, message):
    with pytest.raises(ValueError, match=message):
        ablated_state_dict(make() if make else model, layer, **{"components": [1], **options})


def test_an_unknown_layer_is_named(model):
    with pytest.raises(LayerNotFoundError, match="no layer '9'"):
        ablated_state_dict(model, "9", [1])
