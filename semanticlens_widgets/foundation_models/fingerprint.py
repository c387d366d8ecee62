"""A foundation model's identity: a short hash that changes with its weights."""

import hashlib

import numpy as np
from PIL import Image

from semanticlens_widgets.foundation_models.checks import (
    check_foundation_model,
    embed_images_checked,
    embed_texts_checked,
)
from semanticlens_widgets.foundation_models.protocol import FoundationModel

_DIGITS = 3  # later digits differ between devices and batch sizes


def fingerprint_of(foundation_model: FoundationModel) -> str:
    """The model's own `fingerprint`, or a hash of its name, its `dim` and its embeddings of one fixed image and text.

    Raises TypeError unless it is a foundation model, and NonFiniteError unless its embeddings are finite.
    """
    check_foundation_model(foundation_model)
    own = getattr(foundation_model, "fingerprint", None)
    if isinstance(own, str) and own:
        return own
    image = embed_images_checked(foundation_model, [synthetic_image()])
    text = embed_texts_checked(foundation_model, ["a striped cat on a red chair"])
    digest = hashlib.sha256(f"{foundation_model.name}\n{foundation_model.dim}".encode())
    for embedding in (image, text):
        unit = embedding / embedding.norm().clamp_min(1e-12)
        # Adding 0.0 makes -0.0 and 0.0 the same bytes.
        digest.update((np.round(unit.numpy().astype(np.float64), _DIGITS) + 0.0).tobytes())
    return digest.hexdigest()


def synthetic_image(side: int = 224) -> Image.Image:
    """A fixed test image with colours, edges and a gradient."""
    y, x = np.mgrid[0:side, 0:side]
    red = 255 * x // (side - 1)
    green = 255 * ((x // 16 + y // 16) % 2)
    blue = 255 * ((x - side // 2) ** 2 + (y - side // 2) ** 2 < (side // 3) ** 2)
    return Image.fromarray(np.stack([red, green, blue], axis=-1).astype(np.uint8))
