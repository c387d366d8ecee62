"""Images that were dropped as a query: they stay in the kernel, the browser keeps a handle."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from io import BytesIO
from pathlib import Path

from PIL import ExifTags, Image, ImageOps

from semanticlens_widgets.images import to_rgb

MAX_BYTES = 10 * 1024 * 1024
_MAX_PIXELS = 16_000_000
"""Most pixels of a file; decoding one takes up to 270 MB for a moment."""
_MAX_JPEG_PIXELS = 64_000_000
"""Most pixels of a JPEG that is decoded at a fraction of its size."""
_MAX_DEEP_PIXELS = 4_000_000
"""Most pixels of a file with 16 or 32 bits a channel, whose range has to be found first."""
_FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "TIFF", "WEBP")
"""Formats of files; others run programs or fetch further files."""
_SIDE = 1024
_KEPT = 32
_decoding = threading.Lock()
"""Held while an image is decoded, so that many at once take no more memory than one."""


class QueryImages:
    """The last 32 image queries by handle, and those that are shown; safe to use from several threads."""

    def __init__(self, shown: Callable[[], Collection[str]] = tuple, *, whole: bool = False) -> None:
        """`shown` returns the handles that widgets show, which are kept for as long; `whole` shrinks no image."""
        self._shown, self._whole = shown, whole
        self._guard = threading.Lock()
        self._images: OrderedDict[str, tuple[Image.Image, ...]] = OrderedDict()
        self._names: dict[str, tuple[str, ...]] = {}

    def add(self, images: Sequence[Image.Image], name: str = "") -> str:
        """The handle of one or several images; equal images have equal handles. Raises ValueError for none.

        An image without `name` is named like the file that it was opened from; "" for none.
        """
        if not images:
            raise ValueError("an image query needs at least one image")
        kept = tuple(image.convert("RGB") if self._whole else _small(image) for image in images)
        handle = hashlib.sha256(
            b"".join(repr(image.size).encode() + image.tobytes() for image in kept)
        ).hexdigest()[:16]
        shown = self._shown()
        with self._guard:
            self._images[handle] = kept
            self._names[handle] = tuple(name or _file_name(image) for image in images)
            self._images.move_to_end(handle)
            old = [each for each in self._images if each not in shown][:-_KEPT]
            for each in old:
                del self._images[each], self._names[each]
        return handle

    def get(self, handle: str) -> tuple[Image.Image, ...]:
        """The images of a handle; raises ValueError when they are no longer kept."""
        with self._guard:
            if handle not in self._images:
                raise ValueError("the image of this query is no longer kept; drop it again")
            self._images.move_to_end(handle)
            return self._images[handle]

    def names(self, handle: str) -> tuple[str, ...]:
        """The name of each image of a handle, "" for none; raises what `get` raises."""
        self.get(handle)
        return self._names[handle]


def _file_name(image: Image.Image) -> str:
    return Path(str(getattr(image, "filename", ""))).name


def decode(data: bytes | memoryview) -> Image.Image:
    """The RGB image of a file's bytes: upright, the first frame, at most 1,024 pixels wide and high.

    Raises ValueError when the file is too large or cannot be read; the number of pixels is checked before any is read.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"the image has {len(data) / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} are taken")
    with _decoding:
        try:
            Image.init()
            known = [name for name in _FORMATS if name in Image.OPEN]  # some builds of Pillow lack AVIF
            image = Image.open(BytesIO(bytes(data)), formats=known)
            _check_pixels(image)
            return _upright(image)
        except TooManyPixelsError:
            raise
        except Exception as error:
            raise ValueError(f"the file is no image that can be read: {error}") from error


class TooManyPixelsError(ValueError):
    """An image with too many pixels for a query."""


def _check_pixels(image: Image.Image) -> None:
    is_plain_jpeg = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    most = _MAX_DEEP_PIXELS if image.mode[0] in "IF" else _MAX_JPEG_PIXELS if is_plain_jpeg else _MAX_PIXELS
    if image.width * image.height > most:
        raise TooManyPixelsError(
            f"the image has {image.width} x {image.height} pixels; that is too large for a query, which takes "
            f"{most // 1_000_000} million: make it smaller first"
        )


def _upright(image: Image.Image) -> Image.Image:
    if image.mode[0] in "IF":
        image = to_rgb(image)
    elif image.mode in ("1", "P", "PA"):  # these shrink badly
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    turned = image.getexif().get(ExifTags.Base.Orientation, 1)
    image.thumbnail((_SIDE, _SIDE))  # a JPEG is decoded at a fraction of its size
    image.getexif()[ExifTags.Base.Orientation] = turned
    return to_rgb(ImageOps.exif_transpose(image))


def _small(image: Image.Image) -> Image.Image:
    small = image.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    return small
