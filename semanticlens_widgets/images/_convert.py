"""Conversion of pixels of any kind to 8-bit RGB."""

from typing import Any

import numpy as np
from PIL import Image

from semanticlens_widgets.images._rules import NO_RULES, PixelRules

CHANNELS = (1, 3, 4)
# Bicubic resizing of float tensors overshoots [0, 1] a little; normalized images exceed it by far more.
OVERSHOOT = 0.1
ASK = "state it with as_images(images, value_range=(low, high))"
WITH_BANDS = ("L", "LA", "RGB", "RGBA", "RGBX")


def to_rgb(image: Image.Image, rules: PixelRules = NO_RULES) -> Image.Image:
    """Converts to RGB: on white where transparent, 16-bit grey as 8 bits.

    Raises ValueError for values whose range is not clear, unless `rules` state it.
    """
    if image.mode == "F" or image.mode.startswith("I"):
        return from_pixels(_deep_grey(image, rules), channels_first=False, rules=rules)
    if rules.bands is not None:
        banded = image if image.mode in WITH_BANDS else image.convert("RGB")
        return from_pixels(np.asarray(banded), channels_first=False, rules=rules)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("RGB")
    return image if rules.value_range is None else from_pixels(np.asarray(image), rules=rules)


def from_pixels(
    pixels: Any, *, channels_first: bool | None = None, rules: PixelRules = NO_RULES
) -> Image.Image:
    """Converts a tensor or array (C, H, W), (H, W, C) or (H, W) to RGB: uint8, or float in [0, 1].

    If the first and last axis could both be the channels, `channels_first` decides; None means (C, H, W) for tensors
    and (H, W, C) for arrays. `rules.value_range` allows any numbers, `rules.bands` any number of channels. Raises
    ValueError for other shapes, ranges and types, and for a fourth channel that may be opacity or a band.
    """
    array = _array(pixels)
    if rules.bands is not None and array.ndim == 3:
        array = _chosen_bands(array, channels_first, rules.bands)
    else:
        array = _channels_last(array, hasattr(pixels, "detach") if channels_first is None else channels_first)
    array = _eight_bits(array, rules.value_range)
    if array.shape[2] == 4 and rules.bands is None and array[..., 3].min() < 255:
        raise ValueError(
            "the fourth channel may be opacity or a band of its own: pass as_images(images, bands=(0, 1, 2)) for the "
            "first three, or bands=(0, 1, 2, 3) for opacity"
        )
    image = Image.fromarray(array[..., 0] if array.shape[2] == 1 else array)
    return to_rgb(image)


def _array(pixels: Any) -> np.ndarray:
    if not hasattr(pixels, "detach"):
        if np.ma.is_masked(pixels):
            raise ValueError("pixels that are masked out have no value: fill them first, array.filled(0)")
        return np.asarray(pixels)
    tensor = pixels.detach().cpu()
    return np.asarray(tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor)


def _channels_last(array: np.ndarray, channels_first: bool) -> np.ndarray:
    if array.ndim == 2:
        return array[..., None]
    if array.ndim != 3 or not {array.shape[0], array.shape[2]} & set(CHANNELS) or 0 in array.shape:
        raise ValueError(
            f"an image must be (C, H, W), (H, W, C) or (H, W) with 1, 3 or 4 channels, not {array.shape}"
        )
    if array.shape[0] in CHANNELS and (channels_first or array.shape[2] not in CHANNELS):
        return array.transpose(1, 2, 0)
    return array


def _chosen_bands(array: np.ndarray, channels_first: bool | None, bands: tuple[int, ...]) -> np.ndarray:
    if array.shape[0] < array.shape[2] if channels_first is None else channels_first:
        array = array.transpose(1, 2, 0)
    if max(bands) >= array.shape[2]:
        raise ValueError(f"bands must lie in 0 to {array.shape[2] - 1}, the image's channels, not {bands}")
    return array[..., list(bands)]


def _eight_bits(array: np.ndarray, value_range: tuple[float, float] | None) -> np.ndarray:
    if value_range is not None:
        return _scaled(array, *value_range)
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * 255
    low, high = float(array.min()), float(array.max())
    if array.dtype.kind == "u" and array.dtype.itemsize == 2 and (high == 0 or high >= 1 << 15):
        return (array // 257).astype(np.uint8)
    if array.dtype.kind != "f":
        raise ValueError(
            f"{array.dtype} pixels in [{low:g}, {high:g}] have no agreed range: {ASK}, "
            "for example (0, 4095) for 12 bits"
        )
    if not (low >= -OVERSHOOT and high <= 1 + OVERSHOOT):
        raise ValueError(
            f"float pixels must lie in [0, 1], not in [{low:.3g}, {high:.3g}]: "
            f"pass the dataset without its normalizing transform; if they have another range, {ASK}"
        )
    return (array.clip(0, 1) * 255).round().astype(np.uint8)


def _scaled(array: np.ndarray, low: float, high: float) -> np.ndarray:
    _check_finite(array)
    return (((array.astype(np.float32) - low) / (high - low)).clip(0, 1) * 255).round().astype(np.uint8)


def _check_finite(array: np.ndarray) -> None:
    if not np.isfinite(array).all():
        raise ValueError("pixels must be finite, not NaN or infinity; check how the image was saved")


# Older versions of Pillow read 16-bit grey as mode I. Whole floats may be of [0, 1] or of [0, 255].
def _deep_grey(image: Image.Image, rules: PixelRules) -> np.ndarray:
    array = np.asarray(image)
    _check_finite(array)
    if rules.value_range is not None:
        return array
    if image.mode == "F" and array.any() and (array == array.round()).all():
        raise ValueError(f"float pixels without fractions have no agreed range: {ASK}")
    if image.mode == "I" and array.min() >= 0 and array.max() < 1 << 16:
        return array.astype(np.uint16)
    return array
