"""The device and precision that a model runs in, and the batches worth trying there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.layers import check_device, model_device, model_dtype
from semanticlens_widgets.passes._pass import Pass
from semanticlens_widgets.passes._trial import Candidates, candidates_for, format_named


@dataclass(frozen=True)
class Hardware:
    """Device and number formats of a model."""

    device: torch.device
    dtype: torch.dtype
    """Of the model's input. The model runs in its own precision: bfloat16 would choose other examples."""

    def as_json(self) -> dict[str, str]:
        """For the provenance."""
        return {"device": str(self.device)}


def hardware_of(model: nn.Module, device: str | torch.device | None = None) -> Hardware:
    """The hardware of the model; raises ValueError when it is not on `device`."""
    check_device(model, device)
    return Hardware(model_device(model), model_dtype(model))


def candidates_of(work: Pass[Any], device: torch.device, before: Mapping[str, Any]) -> Candidates:
    """The batch sizes and memory formats to choose from; one of each where the pass is no trial.

    Those that the pass names win. Next come those in `before`, the execution of an interrupted pass, which would
    otherwise end different in its last digits.
    """
    batch_size, memory_format = work.batch_size, work.memory_format
    if batch_size is not None:
        batch_size = check_at_least("batch_size", batch_size, 1)
    _check_format(memory_format)
    worth = candidates_for(device.type, len(work.samples), is_convolutional(work.model))
    if before.get("settled"):
        worth = Candidates([before["batch_size"]], [format_named(before["memory_format"])])
    elif not work.trial:
        worth = Candidates(worth.sizes[:1], worth.formats[:1])
    return Candidates(
        worth.sizes if batch_size is None else [batch_size],
        worth.formats if memory_format is None else [memory_format],
    )


def is_convolutional(model: nn.Module) -> bool:
    """True if the model convolves more than once: a vision transformer has one convolution, its patch embedding."""
    return sum(isinstance(module, nn.Conv2d) for module in model.modules()) > 1


def _check_format(memory_format: object) -> None:
    if memory_format is not None and not isinstance(memory_format, torch.memory_format):
        raise TypeError(
            f"memory_format must be torch.channels_last or torch.contiguous_format, not {memory_format!r}"
        )
