"""Decoded samples as batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from semanticlens_widgets.errors import NonFiniteError


@dataclass(frozen=True, eq=False)
class Decoded:
    """Samples of one shape, and the broken ones met on the way to them."""

    sample_ids: list[int] = field(default_factory=list)
    tensors: list[Tensor] = field(default_factory=list)
    """One (C,H,W) tensor a sample."""
    notes: list[object] = field(default_factory=list)
    """One a sample: what the transform gave beside the tensor, or None."""
    broken: dict[int, str] = field(default_factory=dict)
    """Sample id -> reason."""

    @property
    def n_consumed(self) -> int:
        """The number of samples that it took."""
        return len(self.sample_ids) + len(self.broken)


def next_batch(stream: Iterator[tuple[int, object]], size: int) -> Decoded:
    """The usable ones of the next `size` samples: a broken one leaves the borders of all other batches as they are.

    The stream yields a sample id with a tensor, with (tensor, note), or with the Exception of a broken sample. Raises
    TypeError for anything else.
    """
    batch = Decoded()
    while batch.n_consumed < size:
        sample, value = next(stream, (-1, None))
        if value is None:
            break
        if isinstance(value, Exception):
            batch.broken[sample] = f"{type(value).__name__}: {value}"
            continue
        tensor, note = value if isinstance(value, tuple) and len(value) == 2 else (value, None)
        if not isinstance(tensor, Tensor):
            raise TypeError(
                f"the preprocessing must give a float tensor (C,H,W), not a {type(tensor).__name__}"
            )
        batch.sample_ids.append(sample)
        batch.tensors.append(tensor)
        batch.notes.append(note)
    return batch


def stack(batch: Decoded, memory_format: torch.memory_format) -> Tensor:
    """One (B,C,H,W) tensor in the memory format.

    Raises ValueError for samples of different shapes, NonFiniteError for a sample with NaN or infinite pixels.
    """
    shape = tuple(batch.tensors[0].shape)
    for sample, tensor in zip(batch.sample_ids, batch.tensors, strict=True):
        _check_shape(sample, tensor, batch.sample_ids[0], shape)
    # Copied straight into place: stacking first and converting after would move every pixel twice.
    pixels = torch.empty(
        (len(batch.tensors), *shape),
        dtype=batch.tensors[0].dtype,
        memory_format=memory_format if len(shape) == 3 else torch.contiguous_format,
    )
    for row, tensor in zip(pixels, batch.tensors, strict=True):
        row.copy_(tensor)
    _check_finite(batch.sample_ids, pixels)
    return pixels


def _check_shape(sample: int, tensor: Tensor, first: int, shape: tuple[int, ...]) -> None:
    if tuple(tensor.shape) != shape:
        raise ValueError(
            f"the preprocessing gives shape {shape} for sample {first} and {tuple(tensor.shape)} for sample {sample}; "
            "let it resize and crop every image to one size"
        )


def _check_finite(sample_ids: Sequence[int], pixels: Tensor) -> None:
    # One sum over the batch is cheaper than looking at every value; it may overflow, so only the exact look decides.
    if torch.isfinite(pixels.sum()):
        return
    for sample, row in zip(sample_ids, pixels, strict=True):
        if not torch.isfinite(row).all():
            raise NonFiniteError(
                f"the preprocessing gives NaN or infinite pixels for sample {sample}; "
                "correct it, or leave the sample out"
            )
