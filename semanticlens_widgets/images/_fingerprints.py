"""Hashes of image content."""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from semanticlens_widgets.images._decode import computed_ahead, default_workers

SIZE = 20
CHUNK = 1 << 20


def combined(parts: Iterable[object]) -> str:
    """One hash of a sequence of strings, numbers and None; how they are divided counts."""
    total = hashlib.blake2b(digest_size=SIZE)
    for part in parts:
        # The type distinguishes the label None from the label "None".
        written = f"{type(part).__name__}:{part}".encode("utf-8", "surrogatepass")
        total.update(len(written).to_bytes(8, "little") + written)
    return total.hexdigest()


def of_files(paths: Iterable[Path]) -> list[str]:
    """The hash of each file's bytes, or the type of the error for a file that cannot be read."""
    with ThreadPoolExecutor(default_workers()) as pool:
        return list(pool.map(_of_file, paths))


def of_pixels(image: Callable[[int], Image.Image], n_images: int, parallel: bool = False) -> list[str]:
    """The hash of each image's pixels, or the type of the error for an image that cannot be decoded."""
    values = computed_ahead(image, range(n_images), lambda _, picture: _of_image(picture), parallel)
    return [value if isinstance(value, str) else f"broken: {type(value).__name__}" for _, value in values]


def _of_file(path: Path) -> str:
    total = hashlib.blake2b(digest_size=SIZE)
    if path.exists() and not path.is_file():
        return "broken: not a file"
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                total.update(chunk)
    except OSError as error:
        return f"broken: {type(error).__name__}"
    return total.hexdigest()


def _of_image(image: Image.Image) -> str:
    return hashlib.blake2b(np.asarray(image).tobytes(), digest_size=SIZE).hexdigest() + f" {image.size}"
