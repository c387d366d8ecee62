"""Big buffers stay with the process while a model runs.

glibc takes every buffer above some size from the system and gives it back when it is freed, so that a forward pass on
a CPU fetches and clears thousands of pages for every image: a third of its time. Told to keep them, the next operation
finds the memory where the last one left it.
"""

import ctypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

# The numbers of malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -3, -4
_KEPT = {_MMAP_MAX: 0, _TRIM_THRESHOLD: 2**31 - 1}
# Where glibc's own rule ends in a process that has freed some big buffers, as every one with a model in it has.
_USUAL = {_MMAP_MAX: 65_536, _MMAP_THRESHOLD: 2**25, _TRIM_THRESHOLD: 2**26}

_guard = threading.Lock()
_inside = 0


@contextmanager
def kept_buffers() -> Iterator[None]:
    """Freed memory is kept inside and given back at the end; nothing changes where there is no glibc.

    Holds for the whole process, may be nested and entered from several threads.
    """
    _count(1)
    try:
        yield
    finally:
        _count(-1)


def _count(change: int) -> None:
    global _inside
    with _guard:
        before, _inside = _inside, _inside + change
        library = _glibc()
        if library is None or (before > 0) == (_inside > 0):
            return
        for option, value in (_KEPT if _inside else _USUAL).items():
            library.mallopt(option, value)
        if not _inside:
            library.malloc_trim(0)


@cache
def _glibc() -> Any:
    """The C library where it is glibc: musl has neither function, and macOS and Windows have other allocators."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
