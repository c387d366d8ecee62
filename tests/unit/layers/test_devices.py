import pytest
import torch
from torch import nn

from semanticlens_widgets.layers import check_device, model_device


def test_the_device_is_that_of_the_weights():
    assert model_device(nn.Linear(2, 2)) == torch.device("cpu")


def test_a_model_without_weights_is_on_the_cpu():
    assert model_device(nn.ReLU()) == torch.device("cpu")


def test_buffers_count_as_weights():
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2, affine=False).to("meta"))
    with pytest.raises(
        ValueError, match=r"must be on one device, not on 'cpu' and 'meta': call model.to\('cpu'\) first"
    ):
        model_device(model)


def test_a_model_without_loaded_weights_is_refused():
    with pytest.raises(ValueError, match="the model is on 'meta', where it has no weights"):
        model_device(nn.Linear(2, 2, device="meta"))


@pytest.mark.parametrize("device", [None, "cpu", torch.device("cpu"), "cpu:0"])
def test_the_device_that_the_model_is_on_is_accepted(device):
    check_device(nn.Linear(2, 2), device)


def test_another_device_is_refused_with_the_way_out():
    asked = "the model is on 'cpu' but device='cuda' was requested"
    message = rf"{asked}: call model.to\('cuda'\) first or leave device out"
    with pytest.raises(ValueError, match=message):
        check_device(nn.Linear(2, 2), "cuda")
