"""Adapter for images in memory: arrays, tensors, PIL images."""

from collections.abc import Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import Any

import numpy as np
from PIL import Image

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import _fingerprints
from semanticlens_widgets.images._convert import CHANNELS, from_pixels, to_rgb
from semanticlens_widgets.images._decode import SOURCE_LOCK
from semanticlens_widgets.images._rules import NO_RULES, PixelRules


class PictureImages:
    """An indexable collection of pictures; a sample's name is its number, and it has no label."""

    def __init__(
        self, pictures: Any, channels_first: bool | None = None, rules: PixelRules = NO_RULES
    ) -> None:
        self._pictures = pictures
        self._rules = rules
        self._channels_first = channels_first
        # Not lists: pictures may share an open file, and one may be in the list twice.
        self.parallel = isinstance(pictures, np.ndarray) or hasattr(pictures, "detach")

    @property
    def fingerprint(self) -> str:
        """A hash of the pixels."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        return _fingerprints.combined(_fingerprints.of_pixels(self, self.image, len(self)))

    def __len__(self) -> int:
        return len(self._pictures)

    def __repr__(self) -> str:
        return f"<{len(self):,} images in memory>"

    def image(self, sample: int) -> Image.Image:
        """The picture in RGB; raises ValueError for pixels of an unsupported range or type."""
        with nullcontext() if self.parallel else SOURCE_LOCK:
            return rgb(self._pictures[sample], self._channels_first, self._rules)

    def label(self, sample: int) -> str | None:
        """None: pictures have no labels."""

    def name(self, sample: int) -> str:
        """The sample's number, as text."""
        return str(sample)


def rgb(picture: Any, channels_first: bool | None = None, rules: PixelRules = NO_RULES) -> Image.Image:
    """Converts a PIL image, array or tensor to RGB; the EXIF tag of a PIL image is not looked at.

    Raises ValueError for a PIL image whose file was closed before its pixels were read.
    """
    if not isinstance(picture, Image.Image):
        return from_pixels(picture, channels_first=channels_first, rules=rules)
    try:
        picture.load()
    except (AssertionError, AttributeError, ValueError) as error:
        if isinstance(error, ValueError) and "closed" not in str(error):
            raise
        raise ValueError(
            "the picture's file was closed before its pixels were read: pass paths, or call picture.load() before"
        ) from error
    return to_rgb(picture, rules)


def picture_images(pictures: Sequence[Any], rules: PixelRules = NO_RULES) -> PictureImages:
    """Adapts a list of PIL images, arrays or tensors."""
    for index, picture in enumerate(pictures):
        if not isinstance(picture, Image.Image) and not hasattr(picture, "shape"):
            raise TypeError(
                "a list of images must hold only paths, or only PIL images, arrays and tensors, "
                f"but item {index} is a {type(picture).__name__}; labels are separate: as_images(images, labels=labels)"
            )
    return PictureImages(pictures, rules=rules)


def array_images(array: Any, rules: PixelRules = NO_RULES) -> PictureImages:
    """Adapts an array (N, H, W) or (N, H, W, C), or a tensor (N, C, H, W)."""
    shape = tuple(array.shape)
    if shape and shape[0] == 0:
        raise ImagesError(f"the array of shape {shape} has no images: there must be at least one")
    if len(shape) not in (3, 4) or (len(shape) == 3 and shape[2] in CHANNELS[1:]):
        hint = ": for a single image pass array[None]" if len(shape) == 3 else ""
        raise ValueError(
            "an array of images must be (image, height, width) or (image, height, width, channel), "
            f"not {shape}{hint}"
        )
    images = PictureImages(array, rules=rules)
    images.image(0)  # so that a wrong range or type is an error of the argument, not a broken image
    return images
