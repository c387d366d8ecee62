"""The device and dtype of a model."""

from itertools import chain

import torch
from torch import nn


def model_device(model: nn.Module) -> torch.device:
    """The device of all parameters and buffers; the CPU for a model without any.

    Raises ValueError for a model on several devices, and for one on 'meta', which has no weights.
    """
    devices = {str(tensor.device): tensor.device for tensor in chain(model.parameters(), model.buffers())}
    if len(devices) > 1:
        names = " and ".join(repr(name) for name in sorted(devices))
        raise ValueError(
            f"the model must be on one device, not on {names}: call model.to({min(devices)!r}) first"
        )
    device = next(iter(devices.values()), torch.device("cpu"))
    if device.type == "meta":
        raise ValueError(
            "the model is on 'meta', where it has no weights: load its weights onto 'cpu' or 'cuda' first"
        )
    return device


def model_dtype(model: nn.Module) -> torch.dtype:
    """The dtype of the model's input: that of its first floating-point parameter, float32 without any."""
    return next((weight.dtype for weight in model.parameters() if weight.is_floating_point()), torch.float32)


def check_device(model: nn.Module, device: torch.device | str | None) -> None:
    """Raises ValueError unless the model is on the requested device; None accepts any."""
    if device is None:
        return
    requested, found = _device(device), model_device(model)
    # 'cuda' without an index means the current device, which need not be 0: any index is accepted.
    if requested.type != found.type or (
        requested.index is not None and requested.index != (found.index or 0)
    ):
        raise ValueError(
            f"the model is on {str(found)!r} but device={str(requested)!r} was requested: "
            f"call model.to({str(requested)!r}) first or leave device out"
        )


def _device(device: torch.device | str) -> torch.device:
    try:
        return torch.device(device)
    except RuntimeError as error:
        raise ValueError(
            f"device must be one that torch knows, like 'cpu' or 'cuda:0', not {device!r}"
        ) from error
