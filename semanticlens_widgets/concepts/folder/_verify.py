"""Verification of files: their bytes against a digest, their tensors against a schema."""

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from semanticlens_widgets.storage import value_blocks

_BLOCK = 1 << 22
_THREADS = 4
_SIZE = 20


@dataclass(frozen=True)
class Field:
    """One tensor."""

    dtypes: tuple[torch.dtype, ...]
    shape: tuple[str | int, ...]
    """Numbers, or names of sizes, which are the same wherever they stand."""
    low: float | None = None
    high: float | str | None = None
    """The largest value; the name of a size stands for the last index below it."""
    also: float | None = None
    """The one value out of range that is allowed: NaN, or an infinity."""
    ascending: bool = False
    """Every value is larger than the one before."""


def file_digest(path: Path) -> str:
    """The blake2b of the blake2b of every 4 MiB; raises OSError. At most 16 blocks are in memory at a time."""
    total = hashlib.blake2b(digest_size=_SIZE)
    with path.open("rb") as file, ThreadPoolExecutor(_THREADS) as pool:
        for blocks in _groups(file):
            for digest in pool.map(_digest, blocks):
                total.update(digest)
    return total.hexdigest()


def _groups(file: BinaryIO) -> Iterator[list[bytes]]:
    while blocks := [block for _ in range(2 * _THREADS) if (block := file.read(_BLOCK))]:
        yield blocks


def _digest(block: bytes) -> bytes:
    return hashlib.blake2b(block, digest_size=_SIZE).digest()


def check_tensors(
    tensors: Mapping[str, Tensor], fields: Mapping[str, Field], sizes: Mapping[str, int]
) -> None:
    """Raises ValueError, naming the tensor, unless the tensors are those of the fields.

    `sizes` are known beforehand; others have to agree between the tensors.
    """
    if tensors.keys() != fields.keys():
        names = sorted(tensors.keys() ^ fields.keys())
        raise ValueError(
            f"it must hold the tensors {', '.join(fields)}; {names[0][:80]!r} is missing or too much"
        )
    known = dict(sizes)
    for name, field in fields.items():
        _check_kind(name, tensors[name], field, known)
    for name, field in fields.items():
        _check_values(name, tensors[name], field, known)
    for name, field in fields.items():
        if name.endswith("offsets"):
            _check_offsets(name, tensors[name], known[str(field.high).removesuffix(" + 1")])


def _check_kind(name: str, tensor: Tensor, field: Field, known: dict[str, int]) -> None:
    right = tensor.dtype in field.dtypes and tensor.ndim == len(field.shape)
    for size, found in zip(field.shape, tensor.shape, strict=False):
        if isinstance(size, str):
            base, more = size.removesuffix(" + 1"), int(size.endswith(" + 1"))
            right &= 0 <= found - more == known.setdefault(base, found - more)
        else:
            right &= found == size
    if not right:
        wanted = ", ".join(f"{size} = {known[size]}" if size in known else f"{size}" for size in field.shape)
        found = f"{_word(tensor.dtype)} {tuple(tensor.shape)}"
        raise ValueError(f"{name!r} must be {_word(field.dtypes[0])} ({wanted}), not {found}")


def _word(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _check_values(name: str, tensor: Tensor, field: Field, known: Mapping[str, int]) -> None:
    if tensor.dtype == torch.uint8:
        return
    low, high = _bounds(field, known)
    for part in value_blocks(tensor.contiguous()):
        values = part if field.also is None else part[~_equal(part, field.also)]
        if not values.numel():
            continue
        least, most = (value.item() for value in values.aminmax())
        if not (low <= least and most <= high):
            raise ValueError(f"{name!r} must lie in {low:g} to {high:g}, not in {least:g} to {most:g}")
    if field.ascending and not bool((tensor[1:] > tensor[:-1]).all()):
        raise ValueError(f"{name!r} must ascend")


def _bounds(field: Field, known: Mapping[str, int]) -> tuple[float, float]:
    most = torch.finfo(torch.float32).max
    high = field.high
    if isinstance(high, str):
        base, more = high.removesuffix(" + 1"), int(high.endswith(" + 1"))
        high = known[base] + more - 1
    return -most if field.low is None else field.low, most if high is None else high


def _equal(values: Tensor, value: float) -> Tensor:
    return values.isnan() if value != value else values == value


def _check_offsets(name: str, offsets: Tensor, n: int) -> None:
    if not (int(offsets[0]) == 0 and int(offsets[-1]) == n and bool((offsets[1:] >= offsets[:-1]).all())):
        raise ValueError(f"{name!r} must ascend from 0 to {n}")
