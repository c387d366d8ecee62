from collections import OrderedDict, namedtuple
from dataclasses import dataclass

import pytest
import torch
from torch import nn

from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.layers import capture, output_shapes


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.bn = nn.BatchNorm2d(4)
        self.act = nn.ReLU(inplace=True)
        self.drop = nn.Dropout(0.5)
        self.unused = nn.Linear(1, 1)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(self.drop(self.act(self.bn(self.conv(x)))).mean((2, 3)))


class Gives(nn.Module):
    """A layer that returns `make(input)` and the sum of its input."""

    def __init__(self, make):
        super().__init__()
        self.part = nn.Identity()
        self.part.forward = make
        self.part_2 = nn.Identity()

    def forward(self, x):
        self.part(x)
        return self.part_2(x.sum())


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Net()


@pytest.fixture
def x():
    return torch.randn(2, 3, 5, 5)


def captured(model, layers, x):
    kept = {}
    with capture(model, layers, lambda layer, output: kept.update({layer: output.clone()})):
        model(x)
    return kept


def state(model):
    hooks = [(len(m._forward_hooks), len(m._forward_pre_hooks)) for m in model.modules()]
    weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    flags = [m.training for m in model.modules()]
    grads = [(p.requires_grad, None if p.grad is None else p.grad.clone()) for p in model.parameters()]
    return hooks, flags, grads, weights


def assert_as_found(before, after):
    torch.testing.assert_close(before[2:], after[2:], rtol=0, atol=0)
    assert before[:2] == after[:2]


def test_outputs_are_those_of_the_evaluated_model(model, x):
    kept = captured(model, ["conv", "bn", "output"], x)
    model.eval()
    assert torch.equal(kept["conv"], model.conv(x))
    assert torch.equal(kept["bn"], model.bn(model.conv(x)))
    assert torch.equal(kept["output"], model(x))


def test_an_output_is_seen_before_an_in_place_layer_overwrites_it(model, x):
    kept = captured(model, ["bn", "act"], x)
    assert kept["bn"].min() < 0
    assert torch.equal(kept["act"], kept["bn"].relu())


def test_outputs_carry_no_gradient(model, x):
    assert not any(output.requires_grad for output in captured(model, ["conv", "output"], x).values())


def test_layers_are_handled_in_every_forward_pass(model, x):
    seen = []
    with capture(model, ["conv", "fc"], lambda layer, output: seen.append(layer)):
        model(x)
        model(x)
    assert seen == ["conv", "fc"] * 2


@pytest.mark.parametrize("training", [True, False])
def test_the_model_is_left_exactly_as_found(model, x, training):
    model.train(training)
    model.bn.eval()
    model.conv.weight.requires_grad_(False)
    model(x).sum().backward()
    before = state(model)
    captured(model, ["conv", "output"], x)
    assert_as_found(before, state(model))
    assert torch.is_grad_enabled()


def test_the_model_is_left_as_found_after_an_error_too(model, x):
    before = state(model)
    with pytest.raises(KeyError, match="mine"), capture(model, ["bn"], lambda layer, output: {}["mine"]):
        model(x)
    assert_as_found(before, state(model))
    with pytest.raises(LayerNotFoundError), capture(model, ["bn", "cnov"], print):
        pass
    assert_as_found(before, state(model))
    assert torch.is_grad_enabled()


def test_a_pass_that_failed_does_not_spoil_the_next(model, x):
    with capture(model, ["conv", "fc"], lambda layer, output: None):
        with pytest.raises(RuntimeError):
            model(torch.randn(2, 3, 5, 5, dtype=torch.float64))
        model(x)


def test_a_train_method_of_ones_own_is_not_called(model, x):
    model.train = lambda mode=True: pytest.fail("train() may do more than setting a flag")
    assert captured(model, ["conv"], x)
    assert model.training


@dataclass
class Record:
    mask: object
    tokens: object


Pair = namedtuple("Pair", "mask tokens")

OUTPUTS = {
    "tuple": lambda x: (None, x, x * 2),
    "list": lambda x: [x, x * 2],
    "nested": lambda x: ((torch.ones(2, dtype=torch.int64), [x]), 7),
    "mapping": lambda x: OrderedDict(loss=None, first=x, second=x * 2),
    "hidden state": lambda x: {"pooled": x * 2, "last_hidden_state": x},
    "logits": lambda x: {"loss": x.sum(), "logits": x},
    "dataclass": lambda x: Record(torch.ones(2, dtype=torch.bool), x),
    "named tuple": lambda x: Pair(None, x),
}


@pytest.mark.parametrize("make", OUTPUTS.values(), ids=OUTPUTS)
def test_the_tensor_is_taken_out_of_its_wrapping(make, x):
    assert torch.equal(captured(Gives(make), ["part"], x)["part"], x)


def test_the_output_of_a_transformers_model_is_unwrapped(x):
    outputs = pytest.importorskip("transformers.modeling_outputs")
    make = lambda x: outputs.BaseModelOutputWithPooling(last_hidden_state=x, pooler_output=x * 2)  # noqa: E731
    assert torch.equal(captured(Gives(make), ["part"], x)["part"], x)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda x: None, "a NoneType"),
        (lambda x: ({}, "text"), "a tuple"),
        (lambda x: x.argmax(1), "a tensor of torch.int64"),
    ],
)
def test_a_layer_without_a_tensor_is_named(make, what, x):
    with pytest.raises(TypeError, match=f"layer 'part' gives {what}, not a floating-point tensor"):
        captured(Gives(make), ["part"], x)


def test_a_layer_that_runs_twice_is_named(x):
    act = nn.ReLU()
    model = nn.Sequential(act, nn.Conv2d(3, 3, 1), act)
    with pytest.raises(ValueError, match="layer '0' runs more than once in one forward pass"):
        captured(model, ["0"], x)


def test_a_layer_that_does_not_run_is_named(model, x):
    with pytest.raises(ValueError, match="layer 'unused' did not run in the forward pass"):
        captured(model, ["unused"], x)


def test_shapes_are_without_the_batch(model, x):
    assert output_shapes(model, ["conv", "fc", "output"], x) == {
        "conv": (4, 5, 5),
        "fc": (2,),
        "output": (2,),
    }
