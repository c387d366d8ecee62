"""Parcels for workers: a model, images, and the work that refers to them, as bytes.

The bytes exist in memory and on the executor's own way to its workers; nothing of them is written by us.
"""

import hashlib
import io
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cloudpickle
import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Parcel:
    """Bytes of one object."""

    name: str
    """For the user: "model", "images", "work"."""
    data: bytes

    @cached_property
    def key(self) -> str:
        """Equal only for equal bytes."""
        return hashlib.blake2b(self.data, digest_size=16).hexdigest()


def packed(name: str, value: object, others: Sequence[object] = ()) -> Parcel:
    """The bytes of a value, in which the `others` are only referred to; TypeError for what cannot be sent."""
    buffer = io.BytesIO()
    try:
        _Packer(buffer, others).dump(value)
    except Exception as error:
        raise TypeError(_unsendable(name, error)) from error
    return Parcel(name, buffer.getvalue())


def unpacked(data: bytes, others: Sequence[object] = ()) -> Any:
    """The value, with these in the place of those that it was packed with."""
    return _Unpacker(io.BytesIO(data), others).load()


class _Packer(cloudpickle.Pickler):
    """Refers to some objects by their number, and takes tensors off a GPU, which the other side may not have."""

    def __init__(self, buffer: io.BytesIO, others: Sequence[object]) -> None:
        super().__init__(buffer)
        self._numbers = {id(part): number for number, part in enumerate(_parts(others))}

    def persistent_id(self, value: object) -> int | None:
        return self._numbers.get(id(value))

    def reducer_override(self, obj: Any) -> Any:
        if type(obj) is Tensor and obj.device.type not in ("cpu", "meta"):
            return obj.cpu().__reduce_ex__(2)
        if isinstance(obj, torch.memory_format):  # its own way looks for the name in the main module
            return getattr, (torch, str(obj).removeprefix("torch."))
        return super().reducer_override(obj)


class _Unpacker(pickle.Unpickler):
    def __init__(self, buffer: io.BytesIO, others: Sequence[object]) -> None:
        super().__init__(buffer)
        self._parts = _parts(others)

    def persistent_load(self, number: int) -> object:
        return self._parts[number]


def _parts(others: Sequence[object]) -> list[object]:
    """The objects, and the modules of models: what refers to a layer means that of the worker's model, not a copy."""
    return [part for one in others for part in (one.modules() if isinstance(one, nn.Module) else [one])]


def _unsendable(name: str, error: Exception) -> str:
    way_out = {
        "model": "pass a function that makes it, model=make_model, or take the part out",
        "images": "pass a folder, a list of files or an array, or let the dataset open files when it reads them",
    }
    what = "transform, or another function or object that was passed," if name == "work" else name
    return (
        f"the {what} cannot be sent to workers ({type(error).__name__}: {error}); "
        f"{way_out.get(name, 'use functions and values that can be pickled')}"
    )
