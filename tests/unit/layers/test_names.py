import re

import pytest
from torch import nn

from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.layers import find_layers, layer_names


@pytest.fixture
def model():
    return Net()


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.act = nn.Conv2d(2, 2, 1), nn.Conv2d(2, 2, 1), nn.ReLU()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Sequential(Block(), Block())
        self.layer2 = nn.Sequential(Block())
        self.fc = nn.Linear(2, 2)
        self.size = 3


def test_all_layers_are_listed_with_the_models_own_output_last(model):
    names = layer_names(model)
    assert names[:3] == ["layer1", "layer1.0", "layer1.0.conv1"]
    assert names[-2:] == ["fc", "output"]


def test_names_keep_the_order_of_the_request_and_come_once(model):
    assert find_layers(model, ["fc", "layer1", "fc", "layer?", "output"]) == [
        "fc",
        "layer1",
        "layer2",
        "output",
    ]


def test_a_pattern_crosses_dots_and_knows_sets(model):
    assert find_layers(model, "layer1.*.conv[12]") == [f"layer1.{b}.conv{c}" for b in (0, 1) for c in (1, 2)]
    assert find_layers(model, "*act") == ["layer1.0.act", "layer1.1.act", "layer2.0.act"]


def test_wildcards_find_modules_alone(model):
    assert "output" not in find_layers(model, "*")


@pytest.mark.parametrize("name", ["layer1.0.conv3", "layer1.0.conv22"])
def test_an_unknown_layer_is_answered_with_the_nearest_name(model, name):
    message = f"the model has no layer {name!r}; did you mean 'layer1.0.conv2'?"
    with pytest.raises(LayerNotFoundError, match=re.escape(message)):
        find_layers(model, name)


def test_a_layer_with_no_near_name_is_answered_with_what_there_is(model):
    with pytest.raises(
        LayerNotFoundError, match="the model has no layer 'zzz'; there are 'layer1', 'layer1.0'"
    ):
        find_layers(model, ["zzz"])


def test_a_pattern_without_a_match_is_named(model):
    with pytest.raises(
        LayerNotFoundError, match=r"no layer of the model matches 'layers\*'; did you mean 'layer"
    ):
        find_layers(model, ["layers*"])


@pytest.mark.parametrize("name", ["", "size", "layer1.7", ".fc"])
def test_what_is_no_module_is_no_layer(model, name):
    with pytest.raises(LayerNotFoundError):
        find_layers(model, name)


def test_an_empty_request_is_refused(model):
    with pytest.raises(ValueError, match="layers must name at least one layer"):
        find_layers(model, [])


def test_a_module_called_output_keeps_its_name():
    model = nn.ModuleDict({"output": nn.Linear(2, 2), "fc": nn.Linear(2, 2)})
    assert layer_names(model) == ["output", "fc"]


def test_a_shared_module_is_listed_once_and_found_by_both_names():
    shared = nn.ReLU()
    model = nn.ModuleDict({"a": shared, "b": shared})
    assert layer_names(model) == ["a", "output"]
    assert find_layers(model, ["b"]) == ["b"]
