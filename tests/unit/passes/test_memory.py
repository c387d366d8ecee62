"""In processes of their own: what a process has freed before decides what its allocator does next."""

import ctypes
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only glibc gives big buffers back to the system",
)

_HEAD = """
import resource
from semanticlens_widgets.passes import kept_buffers

def pages():
    "Fetched from the system while ten buffers of 64 MB came and went, for every one of them."
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        bytearray(2**26)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) // 10

"""
_BUFFER = 2**26 // 4096


def run(program):
    printed = subprocess.run(
        [sys.executable, "-c", _HEAD + program], check=True, capture_output=True, text=True
    )
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
