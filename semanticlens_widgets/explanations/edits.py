"""Edits of pictures: something pasted or masked out, and the same done with other content as a control."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool
from PIL import Image

from semanticlens_widgets.images import as_images

Box = tuple[float, float, float, float]


def as_patch(source: Any) -> Image.Image:
    """A picture to paste, RGBA: what is transparent stays as it is below. Takes what `as_images` takes, and alpha."""
    if isinstance(source, str | Path):
        with Image.open(source) as opened:
            return opened.convert("RGBA")
    if isinstance(source, Image.Image):
        return source.convert("RGBA")
    if isinstance(source, np.ndarray) and source.dtype == np.uint8 and source.shape[2:] == (4,):
        return Image.fromarray(source, "RGBA")
    return as_images([source]).image(0).convert("RGBA")


def pasted(
    picture: Image.Image,
    patch: Image.Image,
    other: Image.Image,
    region: Box,
    size: float,
    draw: np.random.Generator,
) -> tuple[Image.Image, Image.Image]:
    """The picture with the patch in a random place of the region, and with a piece of another picture in its shape.

    The longer side of the patch is `size` of the region's shorter side.
    """
    left, top, right, bottom = _inside(region, picture)
    small = _scaled(patch, size * min(right - left, bottom - top))
    place = (
        left + int(draw.integers(0, max(1, right - left - small.width + 1))),
        top + int(draw.integers(0, max(1, bottom - top - small.height + 1))),
    )
    control = _piece(other, small, draw)
    with_patch, with_control = picture.convert("RGB"), picture.convert("RGB")
    with_patch.paste(small, place, small)
    with_control.paste(control, place, small)
    return with_patch, with_control


def removed(picture: Image.Image, mask: Bool[np.ndarray, "height width"]) -> Image.Image:
    """The picture with the mean colour of all else in place of what is masked."""
    pixels = np.asarray(picture.convert("RGB")).copy()
    pixels[mask] = pixels[~mask].mean(0).round().astype(np.uint8)
    return Image.fromarray(pixels)


def elsewhere(mask: Bool[np.ndarray, "height width"]) -> Bool[np.ndarray, "height width"]:
    """The mask turned over, or moved by half the picture: whichever overlaps least with itself."""
    height, width = mask.shape
    others: Sequence[np.ndarray] = [
        mask[:, ::-1],
        mask[::-1],
        mask[::-1, ::-1],
        np.roll(mask, width // 2, 1),
        np.roll(mask, height // 2, 0),
    ]
    return min(others, key=lambda other: int((other & mask).sum()))


def _inside(region: Box, picture: Image.Image) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge) for edge in region)
    return max(left, 0), max(top, 0), min(right, picture.width), min(bottom, picture.height)


def _scaled(patch: Image.Image, longest: float) -> Image.Image:
    scale = longest / max(patch.size)
    return patch.resize((max(1, round(patch.width * scale)), max(1, round(patch.height * scale))))


def _piece(other: Image.Image, like: Image.Image, draw: np.random.Generator) -> Image.Image:
    """A piece of a picture in the size of a patch, from a random place; of a small picture all of it, stretched."""
    if other.width < like.width or other.height < like.height:
        return other.convert("RGB").resize(like.size)
    left = int(draw.integers(0, other.width - like.width + 1))
    top = int(draw.integers(0, other.height - like.height + 1))
    return other.convert("RGB").crop((left, top, left + like.width, top + like.height))
