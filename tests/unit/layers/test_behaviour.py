"""Whatever decides what a model gives, beside its weights, is in its behaviour, and nothing that differs by process."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.testing._internal.two_tensor import TwoTensor

from semanticlens_widgets.layers import identity_of, model_behaviour, model_fingerprint
from semanticlens_widgets.layers.fingerprints.behaviour import keeping_behaviour

SHIFT = 1.0


def shifted(values):
    return values + SHIFT


class Own(nn.Module):
    """Values in all the places where models have them."""

    power = 2

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.norm = nn.BatchNorm2d(4)
        self.gain = 1.0
        self.gains = [1.0, {"a": (2, 3)}]
        self.functions = {"act": torch.relu, "post": lambda values: values * 2}
        self.extra = torch.ones(2)
        self.hidden = [nn.Linear(2, 2, bias=False)]
        nn.init.ones_(self.hidden[0].weight)
        self.partly = partial(torch.add, other=1)
        self.register_buffer("mask", torch.ones(3), persistent=False)
        self.n_runs, self.seen = 0, []

    def forward(self, pixels):
        self.n_runs += 1
        self.seen.append(pixels.shape)
        return shifted(self.norm(self.conv(pixels))) ** self.power


def hook(factor):
    return lambda _module, _inputs, output: output * factor


def patched(forward, self, pixels):
    return forward(self, pixels) * 2


CHANGES = {
    "a number": lambda model: setattr(model, "gain", 1.5),
    "a list": lambda model: model.gains.append(2.0),
    "a number deep within": lambda model: model.gains[1].update(a=(2, 4)),
    "a new attribute of an installed class": lambda model: setattr(model.conv, "scale", 3),
    "an attribute of an installed class": lambda model: setattr(model.norm, "momentum", 0.5),
    "a function": lambda model: model.functions.update(act=torch.tanh),
    "a lambda": lambda model: model.functions.update(post=lambda values: values * 3),
    "a tensor": lambda model: model.extra.mul_(2),
    "a module in a list": lambda model: nn.init.zeros_(model.hidden[0].weight),
    "a partial": lambda model: setattr(model, "partly", partial(torch.add, other=2)),
    "a buffer that is not persistent": lambda model: model.mask.add_(1),
    "a forward hook": lambda model: model.conv.register_forward_hook(hook(2)),
    "a forward pre-hook": lambda model: model.conv.register_forward_pre_hook(lambda _module, inputs: inputs),
    "a backward hook": lambda model: model.conv.register_full_backward_hook(lambda *_: None),
    "a patched forward": lambda model: setattr(model.conv, "forward", lambda pixels: pixels),
    "a patched method": lambda model: setattr(model, "forward", partial(Own.forward, model)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_another_behaviour(change):
    model = Own()
    assert model_behaviour(model) == model_behaviour(Own())
    CHANGES[change](model)
    assert model_behaviour(model) != model_behaviour(Own())


def test_hooks_with_other_values_differ():
    def hooked(factor):
        model = Own()
        model.register_forward_hook(hook(factor))
        return model_behaviour(model)

    assert hooked(2) == hooked(2) != hooked(3)


@pytest.mark.parametrize("kind", [nn.Conv2d, Own])
def test_a_forward_patched_in_the_class_is_seen(monkeypatch, kind):
    before = model_behaviour(Own())
    monkeypatch.setattr(
        kind, "forward", partial(patched, kind.forward).func.__get__(kind.forward), raising=True
    )
    assert model_behaviour(Own()) != before


def test_class_attributes_and_globals_that_a_function_reads_are_seen(monkeypatch):
    before = model_behaviour(Own())
    monkeypatch.setattr(Own, "power", 3)
    changed = model_behaviour(Own())
    monkeypatch.setattr(sys.modules[__name__], "SHIFT", 2.0)
    assert len({before, changed, model_behaviour(Own())}) == 3


def test_what_a_pass_keeps_in_the_model_is_no_change_and_what_the_user_changes_is():
    model = Own()
    before = model_behaviour(model)
    for _ in range(2):
        with keeping_behaviour(model):
            model(torch.zeros(2, 3, 4, 4))
        assert model_behaviour(model) == before
    model.gain = 3.0
    assert model_behaviour(model) != before


def test_running_mode_device_and_weights_are_not_behaviour():
    model = Own()
    nn.init.zeros_(model.conv.weight)
    assert model_behaviour(model.train()) == model_behaviour(Own().eval())


SCRIPT = """
import torch
from torch import nn
from torch.testing._internal.two_tensor import TwoTensor
from semanticlens_widgets.layers import model_behaviour, model_fingerprint

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.names = {"a", "b", "c", "d"}
        self.function, self.object = lambda values: values in {"x", "y", "z"}, object()
    def forward(self, pixels):
        return self.function(self.conv(pixels))

torch.manual_seed(0)
model = Net()
model.conv.register_forward_hook(lambda *_: None)
print(model_fingerprint(model), model_behaviour(model))
"""


@pytest.mark.slow
def test_two_processes_agree():
    def printed(seed: str) -> str:
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])}
        command = [sys.executable, "-c", SCRIPT]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert printed("1") == printed("2")


def test_functions_have_an_identity_by_their_code():
    assert identity_of(lambda output: output[1]) == identity_of(lambda output: output[1])
    assert identity_of(lambda output: output[1]) != identity_of(lambda output: output[0])
    assert (identity_of(None), identity_of("logits"), identity_of(1)) == (None, "logits", 1)


class Shy:
    def __repr__(self) -> str:
        raise RuntimeError("not now")


def test_values_of_any_kind_can_be_attributes():
    def with_values(number):
        model: Any = nn.Linear(2, 2)
        model.shy, model.meta = Shy(), torch.zeros(2, device="meta")
        model.complex = torch.full((2,), number, dtype=torch.complex64)
        model.pair = TwoTensor(torch.ones(3), torch.full((3,), number))
        return model_behaviour(model)

    assert with_values(1.0) == with_values(1.0) != with_values(2.0)


def test_weights_made_of_other_tensors_are_read():
    def fingerprint(number):
        model = nn.Linear(3, 3, bias=False)
        model.weight = nn.Parameter(
            TwoTensor(torch.ones(3, 3), torch.full((3, 3), number)), requires_grad=False
        )
        return model_fingerprint(model)

    assert fingerprint(1.0) == fingerprint(1.0) != fingerprint(2.0)
