import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from semanticlens_widgets.images import decode_ahead


class Numbered:
    """Sample i is an image of width i + 1; some are broken."""

    fingerprint = "numbered"

    def __init__(self, n, broken=()):
        self.n, self.broken = n, broken
        self.read = []

    def __len__(self):
        return self.n

    def image(self, sample):
        self.read.append(sample)
        if sample in self.broken:
            raise OSError(f"sample {sample} is truncated")
        return Image.new("RGB", (sample + 1, 1))

    def label(self, sample):
        return None

    def name(self, sample):
        return str(sample)


def width(image):
    return image.size[0]


def decoders():
    return [thread for thread in threading.enumerate() if thread.name.startswith("decode")]


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 19), max_size=40), st.integers(1, 4), st.integers(1, 9))
def test_values_come_in_the_order_of_the_samples(samples, workers, depth):
    values = list(decode_ahead(Numbered(20), samples, width, workers=workers, depth=depth))
    assert values == [(sample, sample + 1) for sample in samples]


def test_a_slow_image_keeps_its_place():
    def slow_first(image):
        time.sleep(0.05 if image.size[0] == 1 else 0)
        return image.size[0]

    assert [value for _, value in decode_ahead(Numbered(6), range(6), slow_first, workers=4)] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]


def test_a_broken_image_stands_as_its_error_among_the_others():
    values = dict(decode_ahead(Numbered(4, broken={2}), range(4), width))
    assert isinstance(values[2], OSError)
    assert str(values.pop(2)) == "sample 2 is truncated"
    assert values == {0: 1, 1: 2, 3: 4}


def test_an_error_of_the_transform_is_that_images_error():
    (_, value), *_ = decode_ahead(Numbered(2), range(2), lambda image: 1 / 0)
    assert isinstance(value, ZeroDivisionError)


def test_no_more_than_depth_images_are_read_ahead():
    images = Numbered(100)
    values = decode_ahead(images, range(100), width, workers=2, depth=5)
    next(values)
    assert until(lambda: len(images.read) == 5)
    next(values)
    assert until(lambda: len(images.read) == 6)
    values.close()


def test_closing_stops_the_threads():
    values = decode_ahead(Numbered(1000), range(1000), width, workers=3)
    next(values)
    assert decoders()
    values.close()
    assert not decoders()


def test_the_threads_end_with_the_last_value():
    assert len(list(decode_ahead(Numbered(9), range(9), width))) == 9
    assert not decoders()


def test_arguments_are_checked_before_the_first_value():
    with pytest.raises(ValueError, match="workers must be at least 1, not 0"):
        decode_ahead(Numbered(1), [0], width, workers=0)
    with pytest.raises(ValueError, match="depth must be at least 1, not 0"):
        decode_ahead(Numbered(1), [0], width, depth=0)


def test_nothing_to_read_gives_nothing():
    assert list(decode_ahead(Numbered(3), [], np.asarray)) == []
