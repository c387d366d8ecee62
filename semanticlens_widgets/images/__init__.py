"""Where samples come from: one protocol, an adapter for whatever holds images, decoding ahead of use."""

from semanticlens_widgets.images._as_images import as_images
from semanticlens_widgets.images._convert import from_pixels, to_rgb
from semanticlens_widgets.images._decode import computed_ahead, decode_ahead
from semanticlens_widgets.images._files import SUFFIXES
from semanticlens_widgets.images._protocol import Images
from semanticlens_widgets.images._thumbnails import thumbnail_webp
from semanticlens_widgets.images._views import subset

__all__ = [
    "SUFFIXES",
    "Images",
    "as_images",
    "computed_ahead",
    "decode_ahead",
    "from_pixels",
    "subset",
    "thumbnail_webp",
    "to_rgb",
]
