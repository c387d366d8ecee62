"""Running an image or text tower: its device, batches and precision."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor

Item = TypeVar("Item")


def pick_device(device: str | torch.device | None) -> torch.device:
    """The requested device, or for None the fastest available: cuda, then mps, then cpu.

    Raises ValueError for a device that torch does not know or that this computer does not have.
    """
    found = _fastest() if device is None else _parsed(device)
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not available.get(found.type, True):
        raise ValueError(
            f"device must be available on this computer, not {device!r}; use device='cpu' or None"
        )
    return found


def run_in_batches(
    tower: Callable[[Sequence[Item]], Tensor], items: Sequence[Item], batch_size: int, dim: int
) -> Float[Tensor, "item dim"]:
    """Runs the tower over all items; returns float32 on the CPU, of shape (0, dim) for no items."""
    batches = [items[start : start + batch_size] for start in range(0, len(items), batch_size)]
    rows = [tower(batch).float().cpu() for batch in batches]
    return torch.cat(rows) if rows else torch.empty(0, dim)


def run_precise(tower: Callable[[], Tensor], device: torch.device) -> Tensor:
    """Runs the tower: in half precision on a CUDA GPU, and again in float32 if that overflows."""
    with inference(device):
        output = tower()
    if device.type != "cuda" or bool(torch.isfinite(output).all()):
        return output
    with torch.inference_mode():
        return tower()


@contextlib.contextmanager
def inference(device: torch.device) -> Iterator[None]:
    """Disables gradients; on a CUDA GPU also casts to float16, whose 11 bits keep cosines right to three digits."""
    with torch.inference_mode(), torch.autocast("cuda", torch.float16, enabled=device.type == "cuda"):
        yield


def _fastest() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def _parsed(device: str | torch.device) -> torch.device:
    try:
        return torch.device(device)
    except (RuntimeError, TypeError) as error:
        raise ValueError(f"device must be 'cuda', 'mps', 'cpu' or None, not {device!r}") from error
