"""The values and bytes of a tensor, block by block; pages of a mapped file do not stay in memory behind the reader.

They would count as memory of the process until the system needs room. MADV_PAGEOUT (Linux 5.4) returns them and loses
nothing, not even of pages that were written to; elsewhere they stay.
"""

import ctypes
import mmap
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

BLOCK = 1 << 22
"""Bytes."""
KEPT = 1 << 28
"""Bytes of a tensor that is used again soon: reading it from the disk once more would cost more than its memory."""
_MADV_PAGEOUT = 21


def byte_blocks(tensor: Tensor, kept: int = 0) -> Iterator[memoryview]:
    """The bytes of a tensor in C order, 4 MiB at a time; each block is used before the next is asked for.

    Pages of tensors of more than `kept` bytes are given back; 0 is for those that are read for the last time.
    """
    whole = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
    return (block.numpy().data for block in value_blocks(whole, kept))


def value_blocks(tensor: Tensor, kept: int = KEPT) -> Iterator[Tensor]:
    """The values of a contiguous tensor, as `byte_blocks` its bytes."""
    flat = tensor.view(-1)
    large = flat.nbytes > max(BLOCK, kept) and flat.device.type == "cpu"
    madvise = _madvise() if large and _is_mapped_file(flat.data_ptr()) else None
    for block in flat.split(max(1, BLOCK // flat.itemsize)):
        yield block
        if madvise:
            address = block.data_ptr() // mmap.PAGESIZE * mmap.PAGESIZE
            madvise(address, block.data_ptr() + block.nbytes - address, _MADV_PAGEOUT)


def _is_mapped_file(address: int) -> bool:
    """True if a file is mapped there; by the lines of /proc/self/maps: range, rights, offset, device, inode, path."""
    for line in Path("/proc/self/maps").read_text(errors="replace").splitlines():
        range_, _, _, _, inode, *_ = line.split(maxsplit=5)
        start, stop = (int(edge, 16) for edge in range_.split("-"))
        if start <= address < stop:
            return inode != "0"
    return False


@cache
def _madvise() -> Any:
    """The system's function; None on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return None
    found = getattr(ctypes.CDLL(None), "madvise", None)
    if found is not None:
        found.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return found
