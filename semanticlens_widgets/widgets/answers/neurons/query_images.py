"""Images that were dropped as a query: they stay in the kernel, the browser keeps a handle."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageOps

MAX_BYTES = 10 * 1024 * 1024
_MAX_PIXELS = 64_000_000
_SIDE = 1024
_KEPT = 32


class QueryImages:
    """The last 32 image queries by handle; safe to use from several threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._images: OrderedDict[str, tuple[Image.Image, ...]] = OrderedDict()

    def add(self, images: Sequence[Image.Image]) -> str:
        """The handle of one or several images; equal images have equal handles. Raises ValueError for none."""
        if not images:
            raise ValueError("an image query needs at least one image")
        kept = tuple(_small(image) for image in images)
        handle = hashlib.sha256(
            b"".join(repr(image.size).encode() + image.tobytes() for image in kept)
        ).hexdigest()[:16]
        with self._guard:
            self._images[handle] = kept
            self._images.move_to_end(handle)
            while len(self._images) > _KEPT:
                self._images.popitem(last=False)
        return handle

    def get(self, handle: str) -> tuple[Image.Image, ...]:
        """The images of a handle; raises ValueError when they are no longer kept."""
        with self._guard:
            if handle not in self._images:
                raise ValueError("the image of this query is no longer kept; drop it again")
            self._images.move_to_end(handle)
            return self._images[handle]


def decode(data: bytes | memoryview) -> Image.Image:
    """The RGB image of a file's bytes, upright; raises ValueError when it is too large or cannot be read."""
    if len(data) > MAX_BYTES:
        raise ValueError(f"the image has {len(data) / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} are taken")
    try:
        image = Image.open(BytesIO(bytes(data)))
        if image.width * image.height > _MAX_PIXELS:
            raise ValueError(
                f"the image has {image.width} x {image.height} pixels; that is too large for a query"
            )
        return ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"the file is no image that can be read: {error}") from error


def _small(image: Image.Image) -> Image.Image:
    small = image.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    return small
