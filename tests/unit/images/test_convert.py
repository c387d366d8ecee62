import io

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from semanticlens_widgets.images import as_images, from_pixels, to_rgb
from semanticlens_widgets.images._open import from_file
from semanticlens_widgets.images._rules import PixelRules


def reopened(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return Image.open(io.BytesIO(file.getvalue()))


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F", "I;16", "I;16B"]
)
def test_every_mode_becomes_rgb(mode):
    image = to_rgb(Image.new(mode, (3, 2)))
    assert (image.mode, image.size) == ("RGB", (3, 2))


def test_transparency_is_laid_on_white():
    assert to_rgb(Image.new("RGBA", (1, 1), (255, 0, 0, 0))).getpixel((0, 0)) == (255, 255, 255)
    assert to_rgb(Image.new("RGBA", (1, 1), (255, 0, 0, 128))).getpixel((0, 0)) == (255, 127, 127)
    assert to_rgb(Image.new("LA", (1, 1), (0, 0))).getpixel((0, 0)) == (255, 255, 255)


def test_a_transparent_palette_colour_is_laid_on_white():
    image = Image.new("P", (2, 1), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    image = to_rgb(reopened(image, "PNG", transparency=0))
    assert [image.getpixel((x, 0)) for x in (0, 1)] == [(255, 255, 255), (0, 0, 255)]


def test_sixteen_bit_grey_keeps_its_shades():
    grey = np.array([[0, 257, 32896, 65535]], np.uint16)
    image = to_rgb(reopened(Image.fromarray(grey), "PNG"))
    assert np.asarray(image)[0, :, 0].tolist() == [0, 1, 128, 255]


@pytest.mark.parametrize(("value", "shown"), [(0.0, 0), (0.5, 128), (0.999, 255)])
def test_float_images_are_read_as_shares(value, shown):
    assert to_rgb(Image.new("F", (1, 1), value)).getpixel((0, 0)) == (shown,) * 3


@pytest.mark.parametrize("value", [1.0, 200.0, 300.5, -1000.0])
def test_float_images_of_another_range_ask_for_it(value):
    with pytest.raises(ValueError, match=r"value_range=\(low, high\)"):
        to_rgb(Image.new("F", (1, 1), value))


@pytest.mark.parametrize(
    ("array", "value_range"),
    [
        (np.array([[0, 4095]], np.uint16), (0, 4095)),
        (np.array([[0, 4095]], np.int32), (0, 4095)),
        (np.array([[-1000, 1000]], np.int16), (-1000, 1000)),
        (np.array([[-1000, 1000]], np.float32), (-1000, 1000)),
        (np.array([[-128, 127]], np.int8), (-128, 127)),
    ],
)
def test_values_without_an_agreed_range_are_scaled_by_the_one_that_is_stated(array, value_range):
    with pytest.raises(ValueError, match=r"value_range=\(low, high\)") as refused:
        from_pixels(array)
    assert "astype" not in str(refused.value)
    scaled = from_pixels(array, rules=PixelRules(value_range))
    assert np.asarray(scaled)[0, :2, 0].tolist() == [0, 255]


def test_twelve_bits_in_sixteen_ask_for_their_range():
    grey = reopened(Image.fromarray(np.array([[0, 4095]], np.uint16)), "PNG")
    with pytest.raises(ValueError, match=r"for example \(0, 4095\) for 12 bits"):
        to_rgb(grey)
    scaled = to_rgb(grey, PixelRules((0, 4095)))
    assert np.asarray(scaled)[0, :, 0].tolist() == [0, 255]


def test_bfloat16_is_read():
    assert from_pixels(torch.full((3, 5, 5), 0.5, dtype=torch.bfloat16)).getpixel((0, 0)) == (128, 128, 128)


def test_bands_are_chosen():
    bands = np.stack([np.full((5, 6), value, np.uint8) for value in (10, 20, 30, 40, 50)], 2)
    assert from_pixels(bands, rules=PixelRules(bands=(4, 0, 1))).getpixel((0, 0)) == (50, 10, 20)
    assert from_pixels(bands.transpose(2, 0, 1), rules=PixelRules(bands=(3,))).getpixel((0, 0)) == (
        40,
        40,
        40,
    )
    with pytest.raises(ValueError, match="bands must lie in 0 to 4"):
        from_pixels(bands, rules=PixelRules(bands=(5,)))
    veiled = Image.new("RGBA", (2, 2), (9, 8, 7, 0))
    assert to_rgb(veiled, PixelRules(bands=(0, 1, 2))).getpixel((0, 0)) == (9, 8, 7)


def test_a_file_of_several_pages_asks_for_one():
    file = io.BytesIO()
    pages = [Image.new("RGB", (2, 2), colour) for colour in ("red", "blue")]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    with pytest.raises(
        ValueError, match=r"the file has 2 pages: choose one with as_images\(images, page=0\)"
    ):
        from_file(Image.open(file))
    assert from_file(Image.open(file), PixelRules(page=1)).getpixel((0, 0)) == (0, 0, 255)
    with pytest.raises(ValueError, match="page must lie in 0 to 1"):
        from_file(Image.open(file), PixelRules(page=2))


def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert from_file(reopened(Image.new("RGB", (8, 4)), "JPEG", exif=exif)).size == (4, 8)


def test_a_picture_that_was_opened_by_others_is_not_turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert to_rgb(reopened(Image.new("RGB", (8, 4)), "JPEG", exif=exif)).size == (8, 4)


@given(arrays.arrays(np.uint8, st.tuples(st.integers(5, 9), st.integers(5, 9), st.just(3))))
def test_pixels_survive_every_layout(pixels):
    chw = np.ascontiguousarray(pixels.transpose(2, 0, 1))
    for given_pixels in (pixels, chw, torch.from_numpy(chw), torch.from_numpy(chw).float() / 255):
        assert np.array_equal(np.asarray(from_pixels(given_pixels)), pixels)


def test_where_both_ends_could_be_channels_tensors_and_arrays_keep_their_habits():
    pixels = np.arange(3 * 4 * 3, dtype=np.uint8).reshape(3, 4, 3)
    assert np.array_equal(np.asarray(from_pixels(pixels)), pixels)
    assert np.array_equal(np.asarray(from_pixels(torch.from_numpy(pixels))), pixels.transpose(1, 2, 0))
    assert np.array_equal(np.asarray(from_pixels(pixels, channels_first=True)), pixels.transpose(1, 2, 0))


def test_one_channel_and_four_channels_are_grey_and_transparent():
    assert from_pixels(torch.full((1, 5, 5), 9, dtype=torch.uint8)).getpixel((0, 0)) == (9, 9, 9)
    with pytest.raises(ValueError, match="the fourth channel may be opacity or a band of its own"):
        from_pixels(np.zeros((5, 5, 4), np.uint8))
    opacity = PixelRules(bands=(0, 1, 2, 3))
    assert from_pixels(np.zeros((5, 5, 4), np.uint8), rules=opacity).getpixel((0, 0)) == (255, 255, 255)
    assert from_pixels(np.full((5, 5, 4), 255, np.uint8)).getpixel((0, 0)) == (255, 255, 255)
    assert from_pixels(np.ones((5, 5), bool)).getpixel((0, 0)) == (255, 255, 255)
    assert from_pixels(np.full((5, 5), 65535, np.uint16)).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (
            np.zeros((5, 5, 7), np.uint8),
            r"must be \(C, H, W\), \(H, W, C\) or \(H, W\) with 1, 3 or 4 channels, not",
        ),
        (np.zeros((0, 5, 3), np.uint8), r"not \(0, 5, 3\)"),
        (np.zeros((5, 5, 3), np.int64), r"int64 pixels in \[0, 0\] have no agreed range"),
        (np.full((5, 5, 3), -1.5), "without its normalizing transform"),
        (np.full((5, 5, 3), np.nan), r"not in \[nan, nan\]"),
    ],
)
def test_pixels_of_an_unsupported_kind_are_refused(pixels, message):
    with pytest.raises(ValueError, match=message):
        from_pixels(pixels)


def test_a_float_image_with_nan_is_refused():
    with pytest.raises(ValueError, match="pixels must be finite, not NaN or infinity"):
        to_rgb(Image.new("F", (1, 1), float("nan")))


def test_a_file_beyond_pillows_limit_is_refused(monkeypatch):
    image = reopened(Image.new("RGB", (30, 20)), "PNG")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)
    with pytest.raises(ValueError, match=r"more than Pillow's limit .* raise PIL\.Image\.MAX_IMAGE_PIXELS"):
        from_file(image)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert from_file(image).size == (30, 20)


def test_masked_pixels_have_no_value():
    pixels = np.ma.masked_less(np.arange(48, dtype=np.uint8).reshape(1, 4, 4, 3), 20)
    with pytest.raises(ValueError, match="masked out have no value: fill them first"):
        as_images(pixels)
    assert len(as_images(pixels.filled(0))) == 1
