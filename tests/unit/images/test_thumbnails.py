import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from semanticlens_widgets.images import thumbnail_webp


def opened(data):
    image = Image.open(io.BytesIO(data))
    assert image.format == "WEBP"
    return image


@pytest.mark.parametrize(
    ("size", "expected"), [((256, 128), (128, 64)), ((128, 512), (32, 128)), ((40, 20), (40, 20))]
)
def test_the_longest_side_is_the_side_and_nothing_is_enlarged(size, expected):
    assert opened(thumbnail_webp(Image.new("RGB", size))).size == expected


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 900), st.integers(1, 900), st.integers(1, 200))
def test_a_thumbnail_fits_its_square_and_is_never_empty(width, height, side):
    small = opened(thumbnail_webp(Image.new("RGB", (width, height)), side=side))
    assert min(small.size) >= 1
    assert max(small.size) == min(side, max(width, height))


def test_colours_survive():
    pixel = (
        opened(thumbnail_webp(Image.new("RGB", (300, 300), (200, 30, 90)))).convert("RGB").getpixel((60, 60))
    )
    assert np.abs(np.array(pixel) - (200, 30, 90)).max() <= 6


def test_the_image_itself_is_left_alone():
    image = Image.new("RGB", (300, 300))
    thumbnail_webp(image)
    assert image.size == (300, 300)


def test_a_side_below_one_is_refused():
    with pytest.raises(ValueError, match="side must be at least 1, not 0"):
        thumbnail_webp(Image.new("RGB", (3, 3)), side=0)
