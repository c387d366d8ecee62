"""Bytes that grow in a temporary file."""

import io
import math
import mmap
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import torch
from torch import Tensor

from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.storage._blocks import byte_blocks

IN_MEMORY = 1 << 20
"""Bytes up to which there is no file."""


@dataclass(frozen=True)
class Filed:
    """A tensor in a spill."""

    spill: "Spill"
    start: int
    dtype: torch.dtype
    shape: torch.Size

    def read(self) -> Tensor:
        """The tensor, in memory."""
        n_bytes = self.shape.numel() * self.dtype.itemsize
        if not n_bytes:
            return torch.empty(self.shape, dtype=self.dtype)
        data = bytearray(self.spill.read(self.start, self.start + n_bytes))
        return torch.frombuffer(data, dtype=self.dtype).reshape(self.shape)


class Spill:
    """Bytes that are appended, in memory while they are few, and then in a file that ends with the process.

    The file has no name where the system allows it, so that a kill leaves nothing. Where there is no room for it the
    bytes are held in memory, with a warning.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is where the file lies if it can; else the system's folder of temporary files (TMPDIR)."""
        self._folder = folder
        self._file: IO[bytes] = io.BytesIO()
        self._limit: int | None = IN_MEMORY
        """The size at which the bytes move to a file; None once it was tried."""
        self.size = 0

    def append(self, data: bytes | memoryview) -> None:
        """Adds to the end."""
        if self._limit is not None and self.size + len(data) > self._limit:
            self._move()
        try:
            _write(self._file, self.size, data)
        except OSError as error:
            self._hold(error)
            _write(self._file, self.size, data)
        self.size += len(data)

    def filed(self, tensor: Tensor) -> Filed:
        """Adds a tensor."""
        start = self.size
        for block in byte_blocks(tensor):
            self.append(block)
        return Filed(self, start, tensor.dtype, tensor.shape)

    def read(self, start: int, stop: int) -> bytes:
        """The bytes from `start` to `stop`."""
        self._file.seek(start)
        return self._file.read(stop - start)

    def tensor(self, dtype: torch.dtype, *shape: int) -> Tensor:
        """A tensor of the first bytes, mapped into memory, which keeps the file; call it after the last `append`."""
        if not math.prod(shape):
            return torch.empty(shape, dtype=dtype)
        if isinstance(self._file, io.BytesIO):
            data = bytearray(self._file.getbuffer())
        else:
            data = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_COPY)
        return torch.frombuffer(data, dtype=dtype, count=math.prod(shape)).reshape(shape)

    def __del__(self) -> None:
        self._file.close()

    def _move(self) -> None:
        self._limit = None
        try:
            # Not buffered: what is written can be mapped at once, and fails at once. Its tensors outlive any context.
            file = _temporary_file(self._folder)
        except OSError as error:
            _warn(error)
            return
        try:
            _write(file, 0, self.read(0, self.size))
        except OSError as error:
            file.close()
            _warn(error)
        else:
            self._file = file

    def _hold(self, error: OSError) -> None:
        held = io.BytesIO()
        self._file.seek(0)
        shutil.copyfileobj(self._file, held)
        self._file.close()
        self._file = held
        _warn(error)


def _temporary_file(folder: Path | None) -> IO[bytes]:
    with suppress(OSError):
        return tempfile.TemporaryFile(buffering=0, dir=folder)
    return tempfile.TemporaryFile(buffering=0)


def _write(file: IO[bytes], start: int, data: bytes | memoryview) -> None:
    file.seek(start)
    left = memoryview(data)
    while len(left):
        left = left[file.write(left) :]


def _warn(error: OSError) -> None:
    warn_user(
        f"large tables are held in memory, as there is no room for a temporary file ({error}); make room, or name "
        "another folder: cache=..., or the environment variable TMPDIR"
    )
