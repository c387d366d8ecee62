"""Conversion of pixels of any kind to 8-bit RGB."""

from typing import Any

import numpy as np
from PIL import Image, ImageOps

CHANNELS = (1, 3, 4)
# Bicubic resizing of float tensors overshoots [0, 1] a little; normalized images exceed it by far more.
OVERSHOOT = 0.1


def to_rgb(image: Image.Image) -> Image.Image:
    """Converts to RGB: upright (EXIF), on white where transparent, 16-bit grey as 8 bits, first frame only."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image).clip(0, 65535) // 257).astype(np.uint8))
    elif image.mode == "F":
        image = _from_float(np.asarray(image))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def from_pixels(pixels: Any, *, channels_first: bool | None = None) -> Image.Image:
    """Converts a tensor or array (C, H, W), (H, W, C) or (H, W) to RGB: uint8, or float in [0, 1].

    If the first and last axis could both be the channels, `channels_first` decides; None means (C, H, W) for tensors
    and (H, W, C) for arrays. Raises ValueError for other shapes, ranges and types.
    """
    if channels_first is None:
        channels_first = hasattr(pixels, "detach")
    array = np.asarray(pixels.detach().cpu() if hasattr(pixels, "detach") else pixels)
    array = _eight_bits(_channels_last(array, channels_first))
    return to_rgb(Image.fromarray(array[..., 0] if array.shape[2] == 1 else array))


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


def _eight_bits(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * 255
    if array.dtype == np.uint16:
        return (array // 257).astype(np.uint8)
    if not np.issubdtype(array.dtype, np.floating):
        raise ValueError(
            f"pixels must be uint8, or float in [0, 1], not {array.dtype}: convert them with astype('uint8')"
        )
    low, high = float(array.min()), float(array.max())
    if not (low >= -OVERSHOOT and high <= 1 + OVERSHOOT):
        raise ValueError(
            f"float pixels must lie in [0, 1], not in [{low:.3g}, {high:.3g}]: "
            "pass the dataset without its normalizing transform, or uint8 pixels"
        )
    return (array.clip(0, 1) * 255).round().astype(np.uint8)


# Float files have no standard range: both [0, 1] and [0, 255] are in use.
def _from_float(array: np.ndarray) -> Image.Image:
    if not np.isfinite(array).all():
        raise ValueError("pixels must be finite, not NaN or infinity; check how the image was saved")
    scale = 255 if array.max() <= 1 else 1
    return Image.fromarray((array * scale).clip(0, 255).round().astype(np.uint8))
