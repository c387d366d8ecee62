"""A layer's output can be changed during a pass; the model is restored afterwards."""

from collections import OrderedDict, namedtuple
from dataclasses import dataclass

import pytest
import torch
from torch import nn

from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.layers import capture, intervene
from semanticlens_widgets.layers._outputs import output_tensor, with_tensor

Pair = namedtuple("Pair", ["mask", "values"])


@dataclass(frozen=True)
class Answer:
    loss: None
    hidden: torch.Tensor


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(36, 2))


@pytest.fixture
def x():
    return torch.randn(2, 3, 5, 5)


def hooks(model):
    return [(len(m._forward_hooks), len(m._forward_pre_hooks)) for m in model.modules()]


def test_the_layers_behind_go_on_with_the_changed_output(model, x):
    with intervene(model, {"0": lambda output: output * 2}):
        changed = model(x)
    assert torch.equal(changed, model[3](model[2](torch.relu(2 * model[0](x)))))


def test_the_models_own_output_can_be_changed(model, x):
    with intervene(model, {"output": torch.zeros_like}):
        assert not model(x).any()


@pytest.mark.parametrize("training", [True, False])
def test_mode_gradients_and_hooks_stay_also_after_an_error(model, x, training):
    def fails(output):
        raise RuntimeError("no")

    model.train(training)
    before = hooks(model)
    with pytest.raises(RuntimeError, match="no"), intervene(model, {"0": fails}):
        model(x)
    assert hooks(model) == before
    with intervene(model, {"0": lambda output: output * 2}):
        assert model.training == training
        model(x).sum().backward()
    assert model[0].weight.grad.any()


def test_unknown_layers_and_layers_that_do_not_run_are_named(model, x):
    model.unused = nn.Identity()
    model.forward = lambda x: model[3](model[2](model[1](model[0](x))))
    with (
        pytest.raises(LayerNotFoundError, match="no layer '7'"),
        intervene(model, {"7": lambda output: output}),
    ):
        pass
    with (
        pytest.raises(ValueError, match="'unused' did not run"),
        intervene(model, {"unused": lambda output: output}),
    ):
        model(x)


@pytest.mark.parametrize(
    "make",
    [
        lambda t: t,
        lambda t: (torch.ones(2, dtype=torch.bool), t, None),
        lambda t: [t, None],
        lambda t: Pair(torch.ones(2, dtype=torch.bool), t),
        lambda t: OrderedDict(pooled=t + 1, last_hidden_state=t),
        lambda t: {"parts": (None, [t])},
        lambda t: Answer(None, t),
    ],
)
def test_the_tensor_that_is_captured_is_the_one_that_is_changed_wherever_it_is(make):
    tensor = torch.arange(6.0).reshape(2, 3)
    output = make(tensor)
    changed = with_tensor("layer", output, lambda found: found * 10)
    assert type(changed) is type(output)
    assert torch.equal(output_tensor("layer", changed), tensor * 10)
    assert torch.equal(output_tensor("layer", output), tensor)


def test_an_output_without_a_tensor_is_an_error_that_names_the_layer():
    with pytest.raises(TypeError, match="'gate' gives a tuple, not a floating-point tensor"):
        with_tensor("gate", (torch.tensor([1]), None), lambda found: found)


class Two(nn.Module):
    """Gives two tensors in a tuple, a list or a dict."""

    def __init__(self, gives):
        super().__init__()
        self.gives = gives

    def forward(self, x):
        return self.gives(x, 2 * x)


@pytest.mark.parametrize(
    "gives",
    [lambda a, b: (a, b), lambda a, b: [a, b], lambda a, b: {"0": a, "1": b}, lambda a, b: (a, (None, b))],
)
def test_of_several_tensors_none_is_taken_without_a_word(gives):
    class Model(nn.Module):
        """A layer of two tensors."""

        def __init__(self):
            super().__init__()
            self.two = Two(gives)

        def forward(self, x):
            self.two(x)
            return x

    model, x = Model(), torch.ones(2, 3)
    match = (
        r"'two' gives 2 tensors in a (tuple|list|dict), and which of them holds its components cannot be told"
    )
    with pytest.raises(TypeError, match=match), capture(model, ["two"], lambda *_: None):
        model(x)
    with pytest.raises(TypeError, match=match), intervene(model, {"two": lambda output: output}):
        model(x)


def test_modules_of_torch_give_first_what_they_compute():
    x = torch.rand(2, 5, 4)
    for module, arguments in (
        (nn.LSTM(4, 3, batch_first=True), (x,)),
        (nn.MultiheadAttention(4, 2, batch_first=True), (x, x, x)),
    ):
        given = module(*arguments)
        assert output_tensor("layer", given, module) is given[0]
