"""Hashes of image content."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import BinaryIO

import numpy as np
from PIL import Image

from semanticlens_widgets.images._decode import computed_ahead, default_workers

SIZE = 20
CHUNK = 1 << 20
_AT_ONCE = 4096


def combined(parts: Iterable[object]) -> str:
    """One hash of a sequence of strings, numbers and None; how they are divided counts."""
    total = hashlib.blake2b(digest_size=SIZE)
    for part in parts:
        # The type distinguishes the label None from the label "None".
        written = f"{type(part).__name__}:{part}".encode("utf-8", "surrogatepass")
        total.update(len(written).to_bytes(8, "little") + written)
    return total.hexdigest()


def of_files(mark: Callable[[str], str], names: Iterable[str]) -> Iterator[str]:
    """The mark of each file, looked up in threads; few are waited for at a time, as each costs 2 kB."""
    rest = iter(names)
    with ThreadPoolExecutor(default_workers()) as pool:
        while some := list(islice(rest, _AT_ONCE)):
            yield from pool.map(mark, some)


def of_pixels(images: object, image: Callable[[int], Image.Image], n_images: int) -> list[str]:
    """The hash of each image's pixels, or the type of the error for an image that cannot be decoded."""
    values = computed_ahead(images, image, range(n_images), lambda _, picture: of_image(picture))
    return [value if isinstance(value, str) else f"broken: {type(value).__name__}" for _, value in values]


def of_file(open_file: Callable[[], BinaryIO]) -> str:
    """The hash of a file's bytes, or the type of the error for one that cannot be read."""
    total = hashlib.blake2b(digest_size=SIZE)
    try:
        with open_file() as file:
            while chunk := file.read(CHUNK):
                total.update(chunk)
    except OSError as error:
        return f"broken: {type(error).__name__}"
    return total.hexdigest()


def of_image(image: Image.Image) -> str:
    """The hash of an image's pixels and size."""
    return hashlib.blake2b(np.asarray(image).tobytes(), digest_size=SIZE).hexdigest() + f" {image.size}"
