"""Thumbnails, which are stored in a lens."""

import io

from PIL import Image

from semanticlens_widgets._arguments import check_at_least


def thumbnail_webp(image: Image.Image, side: int = 128, quality: int = 75) -> bytes:
    """Encodes the whole image as WebP, scaled down to a longest side of `side` pixels."""
    check_at_least("side", side, 1)
    small = image.convert("RGB")
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    small.save(file, "WEBP", quality=quality)
    return file.getvalue()
