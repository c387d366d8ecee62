import ctypes
import resource
import sys

import pytest
import torch

from semanticlens_widgets._memory import kept_buffers

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only glibc gives big buffers back to the system",
)
MEGABYTES_64 = 16 * 2**20


def faults(times=20):
    """Pages that were fetched from the system while big buffers came and went."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(times):
        torch.ones(MEGABYTES_64)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_big_buffers_are_not_fetched_anew_inside():
    outside = faults()
    with kept_buffers():
        faults(1)
        inside = faults()
    assert inside < outside / 4


def test_outside_they_go_back_to_the_system_again():
    with kept_buffers():
        faults(1)
    with kept_buffers(), kept_buffers():
        faults(1)
    assert faults() > 10 * MEGABYTES_64 * 4 / resource.getpagesize()


def test_an_inner_end_leaves_the_outer_one_in_force():
    with kept_buffers():
        with kept_buffers():
            pass
        faults(1)
        assert faults() < 10 * MEGABYTES_64 * 4 / resource.getpagesize()


def test_errors_come_through_and_end_it():
    with pytest.raises(ValueError, match="broken"), kept_buffers():
        raise ValueError("broken")
    assert faults() > 10 * MEGABYTES_64 * 4 / resource.getpagesize()
