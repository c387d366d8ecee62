"""In processes of their own: what a process has freed before decides what its allocator does next."""

import ctypes
import os
import subprocess
import sys

import pytest
import torch

from semanticlens_widgets.passes import _memory
from semanticlens_widgets.passes._memory import is_set_by_user, kept_buffers, returned_buffers

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only glibc gives big buffers back to the system",
)

# The module by itself: with its package, each of these processes would import PyTorch.
_HEAD = f"""
import resource, runpy
kept_buffers = runpy.run_path({_memory.__file__!r})["kept_buffers"]

def pages():
    "Fetched from the system while ten buffers of 64 MB came and went, for every one of them."
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        bytearray(2**26)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) // 10

"""
_BUFFER = 2**26 // 4096


def run(program, **environment):
    # A cluster of Dask in an earlier test leaves its threshold in the environment.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    printed = subprocess.run(
        [sys.executable, "-c", _HEAD + program],
        check=True, capture_output=True, text=True, env={**clean, **environment},
    )  # fmt: skip
    return [int(word) for word in printed.stdout.split()]


def test_inside_big_buffers_are_not_fetched_anew_and_outside_they_are_again():
    before, inside, after = run(
        "print(pages())\nwith kept_buffers():\n  pages(); print(pages())\nprint(pages())"
    )
    assert before >= _BUFFER
    assert inside < _BUFFER / 100
    assert after >= _BUFFER


def test_an_inner_end_leaves_the_outer_one_in_force():
    (inside,) = run("with kept_buffers():\n  with kept_buffers(): pages()\n  pages(); print(pages())")
    assert inside < _BUFFER / 100


def test_an_error_ends_it_and_comes_through():
    (after,) = run("try:\n  with kept_buffers(): raise ValueError\nexcept ValueError: print(pages())")
    assert after >= _BUFFER


_PROBE = """
import ctypes

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena a b hblks d e f g h i".split()]

library = ctypes.CDLL(None)
library.mallinfo2.restype = Info
library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
library.free.argtypes = [ctypes.c_void_p]

def own_pages(size):
    "1 for a buffer that is taken from the system by itself, 0 for one of the heap, which keeps it."
    before, buffer = library.mallinfo2().hblks, library.malloc(size)
    taken = library.mallinfo2().hblks - before
    library.free(buffer)
    return taken

def thresholds():
    library.malloc_trim(0)
    return [own_pages(size) for size in (2**20, 2**24, 2**25 - 2**16, 2**25 + 2**16, 2**26, 2**28)]

def heap_after(size):
    "Bytes that the heap has kept of a freed buffer."
    library.malloc_trim(0)
    library.free(library.malloc(size))
    return library.mallinfo2().arena // 2**20
"""


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="only glibc 2.33 tells what a buffer is"
)
def test_afterwards_the_thresholds_are_those_that_glibc_had_reached_by_itself():
    program = (
        _PROBE
        + "library.free(library.malloc(2**25 - 4096 - 32))\n{}print(*thresholds(), heap_after(2**25 - 2**16))"
    )
    untouched = run(program.format(""))
    assert (untouched[:3], untouched[4:6]) == ([0, 0, 0], [1, 1])
    assert run(program.format("with kept_buffers(): own_pages(2**28)\n")) == untouched


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="only glibc 2.33 tells what a buffer is"
)
def test_workers_of_dask_keep_buffers_too_and_have_its_threshold_afterwards():
    dask = {"MALLOC_TRIM_THRESHOLD_": "65536"}
    (inside,) = run("with kept_buffers():\n  pages(); print(pages())", **dask)
    assert inside < _BUFFER / 100
    program = _PROBE + "{}print(*thresholds(), own_pages(2**17 + 4096), heap_after(2**17 - 4096))"
    untouched = run(program.format(""), **dask)
    assert untouched[:7] == [1] * 7
    assert run(program.format("with kept_buffers(): own_pages(2**28)\n"), **dask) == untouched


@pytest.mark.parametrize(
    "environment",
    [
        {"MALLOC_TRIM_THRESHOLD_": "100000"},
        {"MALLOC_TRIM_THRESHOLD_": "65536", "MALLOC_TOP_PAD_": "0"},
        {"MALLOC_MMAP_THRESHOLD_": "1000000"},
        {"GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=1000000"},
        {"LD_PRELOAD": "/usr/lib/libjemalloc.so.2"},
    ],
)
def test_an_allocator_that_the_user_has_set_is_left_alone(environment):
    assert is_set_by_user({"PATH": "/bin", **environment})
    assert not is_set_by_user({"PATH": "/bin", "MALLOC_NOTHING": "1", "GLIBC_TUNABLES": "glibc.rtld.nns=4"})


def test_returned_buffers_may_be_nested_with_kept_ones():
    with returned_buffers():
        assert torch.ones(2**20).sum() == 2**20
    with kept_buffers(), returned_buffers():
        assert torch.ones(2**20).sum() == 2**20
