"""Conversion of image files: pages, orientation, and colours deeper than Pillow reads."""

from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from semanticlens_widgets.images._convert import to_rgb
from semanticlens_widgets.images._rules import NO_RULES, PixelRules


def decoded(file: BinaryIO, rules: PixelRules = NO_RULES) -> Image.Image:
    """Decodes a file like `from_file`; raises OSError if it is no image."""
    try:
        image = Image.open(file)
    except UnidentifiedImageError as error:  # which names the object in memory
        raise OSError(
            "cannot identify the image file: it is damaged, or of a kind that Pillow does not read"
        ) from error
    with image:
        return from_file(image, rules)


def from_file(image: Image.Image, rules: PixelRules = NO_RULES) -> Image.Image:
    """Converts an open file to RGB like `to_rgb`, turned upright by its EXIF tag.

    Raises ValueError for a file of several pages without `rules.page`, for 16 bits a channel that are not used, and for
    more pixels than Pillow's limit.
    """
    _check_size(image)
    _choose_page(image, rules.page)
    if reduced := _is_reduced(image):
        _check_reduced(image, rules)
    return to_rgb(ImageOps.exif_transpose(image), NO_RULES if reduced else rules)


# Beyond its limit Pillow only warns, and a file that declares more pixels than it holds is read as black.
def _check_size(image: Image.Image) -> None:
    limit, n_pixels = Image.MAX_IMAGE_PIXELS, image.width * image.height
    if limit is not None and n_pixels > limit:
        raise ValueError(
            f"the image has {n_pixels / 1e6:,.0f} megapixels, more than Pillow's limit of {limit / 1e6:,.0f}: "
            "if you trust the file, raise PIL.Image.MAX_IMAGE_PIXELS"
        )


def _choose_page(image: Image.Image, page: int | None) -> None:
    n_pages = (
        1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    )  # a photo with its previews is one image
    if page is None and n_pages > 1:
        raise ValueError(f"the file has {n_pages} pages: choose one with as_images(images, page=0)")
    if page is not None and page >= n_pages:
        raise ValueError(f"page must lie in 0 to {n_pages - 1}, the pages of the file, not {page}")
    if page:
        image.seek(page)


# Of colours of 16 bits Pillow keeps the upper 8.
def _is_reduced(image: Image.Image) -> bool:
    return (
        image.mode not in ("F", "I")
        and not image.mode.startswith("I;")
        and ";16" in str(getattr(image, "tile", ""))
    )


def _check_reduced(image: Image.Image, rules: PixelRules) -> None:
    brightest = int(np.asarray(image).max())
    if rules.value_range is not None or 0 < brightest < 128:
        raise ValueError(
            "of 16 bits a channel only the upper 8 can be read, which is right for full-range files alone: "
            "convert the file to 8 bits by its own range"
        )
