"""Sources of samples: one protocol, and an adapter for each kind of source.

`_protocol` (Images), `_as_images` (picks the adapter in `sources`, of which some stand on `stores` of files), `_labels`
(as text); `_decode` (ahead of use, in threads or `_processes`), `_convert` (to RGB) and `_open` (files) by `_rules`
(range, bands, page); `_fingerprints`, `_thumbnails`, `_left_out` (a warning).
"""

from semanticlens_widgets.images._as_images import as_images
from semanticlens_widgets.images._convert import from_pixels, to_rgb
from semanticlens_widgets.images._decode import computed_ahead, decode_ahead, first_decoded
from semanticlens_widgets.images._labels import labels_of
from semanticlens_widgets.images._left_out import warn_of_left_out
from semanticlens_widgets.images._protocol import Images
from semanticlens_widgets.images._thumbnails import thumbnail_webp
from semanticlens_widgets.images.sources.files import SUFFIXES
from semanticlens_widgets.images.sources.views import subset

__all__ = [
    "SUFFIXES",
    "Images",
    "as_images",
    "computed_ahead",
    "decode_ahead",
    "first_decoded",
    "from_pixels",
    "labels_of",
    "subset",
    "thumbnail_webp",
    "to_rgb",
    "warn_of_left_out",
]
