import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.layers import check_weights, model_fingerprint


def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 1).half())


class Twin(nn.Sequential):
    """The same weights under another name."""


def test_equal_models_have_equal_fingerprints():
    assert model_fingerprint(model()) == model_fingerprint(model())


def test_what_changes_no_weight_changes_nothing():
    changed = model().eval().to(memory_format=torch.channels_last).requires_grad_(False)
    assert model_fingerprint(changed) == model_fingerprint(model())


@given(st.data())
def test_any_single_changed_weight_changes_the_fingerprint(data):
    changed = model()
    weights = list(changed.state_dict().values())
    weight = data.draw(st.sampled_from(weights)).view(-1)
    place = data.draw(st.integers(0, weight.numel() - 1))
    weight[place] += 1
    assert model_fingerprint(changed) != model_fingerprint(model())


def test_architecture_and_class_count():
    other = model()
    other[2] = nn.GELU()
    assert model_fingerprint(other) != model_fingerprint(model())
    assert model_fingerprint(Twin(*model())) != model_fingerprint(model())
    assert model_fingerprint(model().bfloat16()) != model_fingerprint(model())


def test_addresses_in_the_printed_architecture_do_not_count():
    class Uses(nn.Module):
        def __init__(self, function):
            super().__init__()
            self.function = function

        def extra_repr(self):
            return repr(self.function)

    def function():
        def inner():
            pass

        return inner

    assert model_fingerprint(Uses(function())) == model_fingerprint(Uses(function()))


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
def test_quantized_sparse_and_scalar_entries_are_read():
    class Mixed(nn.Module):
        def __init__(self, value):
            super().__init__()
            weight = torch.tensor([[value, 0.0], [0.0, 2.0]])
            self.register_buffer("quantized", torch.quantize_per_tensor(weight, 0.1, 0, torch.qint8))
            self.register_buffer("sparse", weight.to_sparse())
            self.register_buffer("scalar", torch.tensor(value))

        def get_extra_state(self):
            return {"settings": [1, "two"]}

        def set_extra_state(self, state):
            pass

    assert model_fingerprint(Mixed(1.0)) == model_fingerprint(Mixed(1.0))
    assert model_fingerprint(Mixed(1.0)) != model_fingerprint(Mixed(1.5))


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_a_weight_that_is_not_finite_is_named(value):
    broken = model()
    broken.get_parameter("0.weight").data[0, 0, 0, :2] = value
    message = "the model's weight '0.weight' has 2 of 108 values NaN or infinite"
    for check in (check_weights, model_fingerprint):
        with pytest.raises(NonFiniteError, match=message):
            check(broken)


def test_weights_whose_sum_overflows_are_finite():
    large = nn.Linear(2, 2, dtype=torch.float16)
    large.weight.data.fill_(60000)
    check_weights(large)


def test_a_buffer_may_be_infinite_but_not_nan():
    masked = model()
    masked.register_buffer("mask", torch.full((2, 2), -torch.inf))
    check_weights(masked)
    masked.get_buffer("1.running_var")[0] = torch.nan
    with pytest.raises(NonFiniteError, match=r"buffer '1\.running_var' has 1 of 4 values NaN"):
        check_weights(masked)


def test_the_model_is_left_alone():
    found = model()
    before = copy.deepcopy(found.state_dict())
    model_fingerprint(found)
    torch.testing.assert_close(found.state_dict(), before, rtol=0, atol=0)
    assert found.training


def test_a_model_without_weights_to_read_is_refused():
    with pytest.raises(ValueError, match="'meta'"):
        model_fingerprint(nn.Linear(2, 2, device="meta"))
