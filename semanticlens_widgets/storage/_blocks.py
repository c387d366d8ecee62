"""The bytes of a tensor, block by block; pages of a mapped file do not stay in memory behind the reader.

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
_MADV_PAGEOUT = 21


def byte_blocks(tensor: Tensor) -> Iterator[memoryview]:
    """The bytes of a tensor in C order, 4 MiB at a time; each block is used before the next is asked for."""
    whole = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
    madvise = _madvise() if len(whole) > BLOCK and _is_mapped_file(whole.data_ptr()) else None
    for start in range(0, len(whole), BLOCK):
        block = whole[start : start + BLOCK]
        yield block.numpy().data
        if madvise:
            address = block.data_ptr() // mmap.PAGESIZE * mmap.PAGESIZE
            madvise(address, block.data_ptr() + len(block) - address, _MADV_PAGEOUT)


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
