"""Pictures on request: many in one answer, packed one after the other."""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TypeVar

from semanticlens_widgets._arguments import check_choice, shown
from semanticlens_widgets.images import thumbnail_webp
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.neurons.protocol import PicturesResult
from semanticlens_widgets.widgets.kernel.request import Answer, Request

_MOST = 1000
SIDES = {"small": 128, "large": 512, "full": 2048}
"""Longest sides in pixels; small pictures are the stored thumbnails, and no picture is larger than its image."""
Item = TypeVar("Item")


def thumbnails(lens: Lens, request: Request) -> Answer[PicturesResult]:
    """Returns the WebP files of rows of `database.samples`."""
    ids, side = lens.database.samples.ids, side_of(request)
    rows = [_row(row, len(ids)) for row in request.get("samples", list)]
    return packed(request, rows, lambda row: sample_picture(lens, int(ids[row]), row, side))


def packed(request: Request, items: Sequence[Item], draw: Callable[[Item], bytes]) -> Answer[PicturesResult]:
    """Draws a picture of each item and packs the files into one buffer; raises ValueError for more than 1,000."""
    if len(items) > _MOST:
        raise ValueError(f"{request.kind}: at most {_MOST} at once, not {len(items)}")
    files = []
    for item in items:
        request.check()
        files.append(draw(item))
    return Answer({"offsets": [0, *accumulate(map(len, files))]}, [b"".join(files)])


def side_of(request: Request) -> int:
    """Returns the longest side of the requested pictures in pixels."""
    check_choice("size", size := request.get("size", str, "small"), SIDES)
    return SIDES[size]


def sample_picture(lens: Lens, sample: int, row: int | None, side: int) -> bytes:
    """Returns the picture of a sample, whose row in the sample table is None if it has no thumbnail there.

    The thumbnail stands in where the image cannot be read, as when the dataset has moved; it is empty without a row.
    """
    stored = b"" if row is None else lens.database.samples.thumbnail(row)
    if lens.images is None or (stored and side == SIDES["small"]):
        return stored
    try:
        return thumbnail_webp(lens.images.image(sample), side=side)
    except (OSError, ValueError, IndexError):
        return stored


def _row(row: object, n: int) -> int:
    if isinstance(row, bool) or not isinstance(row, int) or not 0 <= row < n:
        raise ValueError(f"there are samples 0 to {n - 1}, not {shown(row)}")
    return row
