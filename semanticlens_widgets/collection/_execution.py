"""How a model is run: device, precision, and the batches worth trying."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.collection._calibration import Candidates, candidates_for, format_named
from semanticlens_widgets.layers import check_device, model_device, model_dtype


@dataclass(frozen=True)
class Hardware:
    """Where a model runs and in which numbers."""

    device: torch.device
    dtype: torch.dtype
    """What the model takes in."""
    autocast: torch.dtype | None
    """What convolutions and products are computed in instead; None leaves them as they are."""

    def as_json(self) -> dict[str, str | None]:
        """For the provenance."""
        autocast = None if self.autocast is None else str(self.autocast).removeprefix("torch.")
        return {"device": str(self.device), "autocast": autocast}


def hardware_of(model: nn.Module, device: str | torch.device | None) -> Hardware:
    """Where the model is; ValueError when that is not where it was asked to be."""
    check_device(model, device)
    found = model_device(model)
    dtype = model_dtype(model)
    if found.type != "cuda" or dtype != torch.float32:
        return Hardware(found, dtype, None)
    return Hardware(found, dtype, torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16)


def candidates_of(
    model: nn.Module,
    device: torch.device,
    n_samples: int,
    batch_size: int | None,
    memory_format: torch.memory_format | None,
    before: Mapping[str, Any],
) -> Candidates:
    """Explicit values win, then those of an interrupted pass, whose end would else differ in its last digits."""
    if batch_size is not None:
        batch_size = check_at_least("batch_size", batch_size, 1)
    _check_format(memory_format)
    # A vision transformer has one convolution, its patch embedding.
    convolutional = sum(isinstance(module, nn.Conv2d) for module in model.modules()) > 1
    worth = candidates_for(device.type, n_samples, convolutional)
    if before.get("settled"):
        worth = Candidates([before["batch_size"]], [format_named(before["memory_format"])])
    return Candidates(
        worth.sizes if batch_size is None else [batch_size],
        worth.formats if memory_format is None else [memory_format],
    )


def _check_format(memory_format: object) -> None:
    if memory_format is not None and not isinstance(memory_format, torch.memory_format):
        raise TypeError(
            f"memory_format must be torch.channels_last or torch.contiguous_format, not {memory_format!r}"
        )
