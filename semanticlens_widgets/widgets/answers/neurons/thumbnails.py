"""Pictures on request: many in one answer, packed one after the other."""

from itertools import accumulate

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.neurons.protocol import PicturesResult
from semanticlens_widgets.widgets.kernel.request import Answer, Request

_MOST = 1000


def thumbnails(lens: Lens, request: Request) -> Answer[PicturesResult]:
    """Returns the WebP files of the asked rows of `database.samples`: one buffer, and where each begins and ends."""
    rows, large = request.get("samples", list), request.get("size", str, "small") == "large"
    if len(rows) > _MOST:
        raise ValueError(f"thumbnails: at most {_MOST} at once, not {len(rows)}")
    files = []
    for row in rows:
        request.check()
        files.append(_picture(lens, _row(row, len(lens.database.samples)), large))
    return Answer({"offsets": [0, *accumulate(len(file) for file in files)]}, [b"".join(files)])


def _picture(lens: Lens, row: int, large: bool) -> bytes:
    if large:
        try:
            return lens._session.large_image(row)
        except (OSError, ValueError):
            # The dataset may have moved since; the stored thumbnail is then the best there is.
            pass
    return lens.database.samples.thumbnail(row)


def _row(row: object, n: int) -> int:
    if isinstance(row, bool) or not isinstance(row, int) or not 0 <= row < n:
        raise ValueError(f"there are samples 0 to {n - 1}, not {shown(row)}")
    return row
