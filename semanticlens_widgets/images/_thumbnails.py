"""Small pictures that travel with what was found."""

import io

from PIL import Image

from semanticlens_widgets._arguments import check_at_least


def thumbnail_webp(image: Image.Image, side: int = 128, quality: int = 75) -> bytes:
    """A WebP file of the whole image, its longest side `side` pixels, or as it is when smaller."""
    check_at_least("side", side, 1)
    small = image.convert("RGB")
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    small.save(file, "WEBP", quality=quality)
    return file.getvalue()
