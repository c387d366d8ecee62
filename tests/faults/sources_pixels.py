"""Pictures of every depth, range and number of bands, as files, arrays and tensors."""

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from tests.faults.source import GREY, TRUE, Source

_GREY = GREY[..., 0]
_TWELVE = (_GREY.astype(np.uint32) * 4095 // 255).astype(np.uint16)
_SIXTEEN = _GREY.astype(np.uint16) * 257
_HOUNSFIELD = (_GREY.astype(np.float32) / 255 * 2000 - 1000).round()
_BANDS = np.concatenate([TRUE, (TRUE[..., :1] // 2)], 3)
_MASK = np.indices(TRUE.shape[1:3]).sum(0) % 2 == 0


def _files(arrays: Any, suffix: str, folder: Path, mode: str | None = None, **options: Any) -> str:
    for number, array in enumerate(arrays):
        image = array if isinstance(array, Image.Image) else Image.fromarray(array)
        (image.convert(mode) if mode else image).save(folder / f"{number:02d}.{suffix}", **options)
    return str(folder)


def _file(name: str, arrays: Any, suffix: str, pixels: np.ndarray | None, **options: Any) -> Source:
    tolerance = options.pop("tolerance", 3)
    return Source(f"files/{name}", partial(_files, arrays, suffix, **options), pixels, tolerance=tolerance)


def _held(name: str, value: Callable[[], Any], pixels: np.ndarray | None, forbidden: str = "") -> Source:
    return Source(f"arrays/{name}", lambda _folder: value(), pixels, forbidden=forbidden)


def _see_through() -> list[Image.Image]:
    """The pictures, see-through at every second pixel."""
    return [Image.fromarray(veiled) for veiled in _veiled(TRUE)]


def _veiled(pictures: np.ndarray) -> list[np.ndarray]:
    alpha = np.where(_MASK, 255, 0).astype(np.uint8)
    return [np.dstack([picture, alpha]) for picture in pictures]


def _on_white(pixels: np.ndarray) -> np.ndarray:
    return np.where(_MASK[..., None], pixels, 255).astype(np.uint8)


def _palettes(transparent: bool, folder: Path) -> str:
    for number, picture in enumerate(TRUE):
        image = Image.fromarray(picture).quantize(200)
        options: dict[str, Any] = {"transparency": 0} if transparent else {}
        image.save(folder / f"{number:02d}.png", **options)
    return str(folder)


def _palette_pixels(transparent: bool) -> np.ndarray:
    found = []
    for picture in TRUE:
        image = Image.fromarray(picture).quantize(200)
        pixels = np.asarray(image.convert("RGB"))
        gone = (np.asarray(image) == 0) & transparent
        found.append(np.where(gone[..., None], 255, pixels))
    return np.stack(found).astype(np.uint8)


def _pages(folder: Path) -> str:
    for number, picture in enumerate(TRUE):
        pages = [Image.fromarray(page) for page in (picture, 255 - picture, picture[::-1])]
        pages[0].save(folder / f"{number:02d}.tif", save_all=True, append_images=pages[1:])
    return str(folder)


def _turned(picture: np.ndarray) -> Image.Image:
    """The picture with a tag that says that it must be turned by a quarter."""
    image = Image.fromarray(picture)
    exif = image.getexif()
    exif[0x0112] = 6
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif)
    return Image.open(io.BytesIO(file.getvalue()))


def _turned_files(folder: Path) -> str:
    for number, picture in enumerate(TRUE):
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.fromarray(picture).save(folder / f"{number:02d}.png", exif=exif)
    return str(folder)


class _TurnedItems:
    def __len__(self) -> int:
        return len(TRUE)

    def __getitem__(self, item: int) -> Image.Image:
        return _turned(TRUE[item])


def _lab(folder: Path) -> str:
    from PIL import ImageCms

    way = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    images = [ImageCms.applyTransform(Image.fromarray(picture), way) for picture in TRUE]
    return _files(images, "tif", folder)


_UPRIGHT = np.rot90(TRUE, -1, axes=(1, 2))
_BITS = np.where(_GREY > 127, 255, 0).astype(np.uint8)[..., None].repeat(3, 3)

PIXELS = [
    _file("png", TRUE, "png", TRUE),
    _file("jpeg", TRUE, "jpg", TRUE, quality=98, subsampling=0, tolerance=8),
    _file("cmyk jpeg", TRUE, "jpg", TRUE, mode="CMYK", quality=98, tolerance=16),
    _file("one bit", [bits > 127 for bits in _GREY], "png", _BITS),
    _file("grey", _GREY, "png", GREY),
    _file("grey and alpha", _veiled(_GREY), "png", _on_white(GREY)),
    _file("rgba", _see_through(), "png", _on_white(TRUE)),
    Source("files/palette", partial(_palettes, False), _palette_pixels(False)),
    Source("files/palette with transparency", partial(_palettes, True), _palette_pixels(True)),
    _file("webp", TRUE, "webp", TRUE, lossless=True),
    _file("12 bits in 16", _TWELVE, "png", GREY),
    _file("16 bits", _SIXTEEN, "png", GREY),
    _file("mode I of 12 bits", _TWELVE.astype(np.int32), "tif", GREY),
    _file("mode I of 20 bits", _GREY.astype(np.int32) * 4112, "tif", GREY),
    _file("float in [0, 1]", _GREY.astype(np.float32) / 255, "tif", GREY),
    _file("float in [0, 255]", _GREY.astype(np.float32), "tif", GREY),
    _file("float of 12 bits", _TWELVE.astype(np.float32), "tif", GREY),
    _file("float Hounsfield units", _HOUNSFIELD, "tif", None),
    _file("dark float in [0, 255]", np.minimum(_GREY, 1).astype(np.float32), "tif", np.minimum(GREY, 1)),
    _file("four bands", [Image.fromarray(bands, "RGBX") for bands in _BANDS], "tif", TRUE),
    Source("files/several pages", _pages),
    Source("files/orientation", _turned_files, _UPRIGHT),
    Source("files/lab", _lab, TRUE, tolerance=40),
    Source("items/orientation of a dataset's items", lambda _: _TurnedItems(), TRUE),
    Source("items/orientation of pictures", lambda _: [_turned(picture) for picture in TRUE], TRUE),
    _held("uint8", lambda: TRUE, TRUE),
    _held("channels first", lambda: TRUE.transpose(0, 3, 1, 2), TRUE),
    _held("tensor", lambda: torch.from_numpy(TRUE).permute(0, 3, 1, 2), TRUE),
    _held("float in [0, 1]", lambda: TRUE / 255, TRUE),
    _held("float16 in [0, 1]", lambda: (TRUE / 255).astype(np.float16), TRUE),
    _held("float in [0, 255]", lambda: TRUE.astype(np.float32), TRUE),
    _held("float, normalized", lambda: TRUE / 127.5 - 1, None),
    _held("bool", lambda: _GREY > 127, _BITS),
    _held("uint16 of 12 bits", lambda: _TWELVE, GREY),
    _held("uint16 of 16 bits", lambda: _SIXTEEN, GREY),
    _held("int16 Hounsfield units", lambda: _HOUNSFIELD.astype(np.int16), None, "uint8"),
    _held("int32 in [0, 255]", lambda: TRUE.astype(np.int32), TRUE),
    _held("int64 tensor in [0, 255]", lambda: torch.from_numpy(TRUE).long().permute(0, 3, 1, 2), TRUE),
    _held("four bands", lambda: _BANDS, TRUE),
    _held("bfloat16 tensor", lambda: (torch.from_numpy(TRUE).permute(0, 3, 1, 2) / 255).bfloat16(), TRUE, "ScalarType"),
    _held("signed bytes", lambda: (TRUE.astype(np.int16) - 128).astype(np.int8), None, "uint8"),
]  # fmt: skip
