"""Checks of a foundation model: of the object, of its arguments and of the embeddings it returns."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.foundation_models.protocol import FoundationModel

_METHODS = ("embed_images", "embed_texts")


def check_foundation_model(foundation_model: object) -> None:
    """Raises TypeError naming the missing members unless it has `name`, `dim`, `embed_images` and `embed_texts`."""
    if isinstance(foundation_model, type):
        raise TypeError(
            f"foundation_model must be an object, not the class {foundation_model.__name__}; call the class to make one"
        )
    if isinstance(foundation_model, str):
        raise TypeError(
            f"foundation_model must be an object, not the string {foundation_model!r}; "
            f"pass OpenCLIP({foundation_model!r}) or ConSE()"
        )
    missing = [name for name in ("name", "dim") if not hasattr(foundation_model, name)]
    missing += [f"{name}()" for name in _METHODS if not callable(getattr(foundation_model, name, None))]
    if missing:
        raise TypeError(
            f"foundation_model must have {', '.join(missing)}, which {type(foundation_model).__name__} lacks; "
            "pass OpenCLIP('ViT-B-32'), ConSE() or an object with `name`, `dim`, `embed_images` and `embed_texts`"
        )


def embed_images_checked(
    foundation_model: FoundationModel, images: Sequence[Image.Image]
) -> Float[Tensor, "image dim"]:
    """Embeds images; raises ValueError for a wrong shape, NonFiniteError for NaN or infinity in the embeddings."""
    return _checked(foundation_model, foundation_model.embed_images, images, "embed_images")


def embed_texts_checked(foundation_model: FoundationModel, texts: Sequence[str]) -> Float[Tensor, "text dim"]:
    """Embeds texts; raises ValueError for a wrong shape, NonFiniteError for NaN or infinity in the embeddings."""
    return _checked(foundation_model, foundation_model.embed_texts, texts, "embed_texts")


def check_texts(texts: Sequence[object]) -> None:
    """Raises TypeError unless `texts` is a list of texts: a single string would be read letter by letter."""
    if isinstance(texts, str):
        raise TypeError(f"texts must be a list of texts, not the single text {texts[:40]!r}; pass [text]")
    wrong = next((text for text in texts if not isinstance(text, str)), None)
    if wrong is not None:
        raise TypeError(f"texts must be a list of texts, not of {type(wrong).__name__}")


def check_images(images: Sequence[object] | Image.Image) -> None:
    """Raises TypeError unless `images` is a list of PIL images."""
    if isinstance(images, Image.Image):
        raise TypeError("images must be a list of PIL images, not a single image; pass [image]")
    wrong = next((image for image in images if not isinstance(image, Image.Image)), None)
    if wrong is not None:
        raise TypeError(
            f"images must be a list of PIL images, not of {type(wrong).__name__}; use PIL.Image.open(path)"
        )


def _checked(
    foundation_model: FoundationModel, embed: Callable[[Any], Any], items: Sequence[Any], method: str
) -> Float[Tensor, "item dim"]:
    embeddings = embed(items)
    expected = (len(items), foundation_model.dim)
    if not isinstance(embeddings, Tensor) or tuple(embeddings.shape) != expected:
        found = tuple(embeddings.shape) if isinstance(embeddings, Tensor) else type(embeddings).__name__
        raise ValueError(
            f"{method} of {foundation_model.name!r} must return a tensor of shape {expected}, not {found}"
        )
    embeddings = embeddings.detach().to("cpu", torch.float32)
    if not bool(torch.isfinite(embeddings).all()):
        row = int((~torch.isfinite(embeddings)).any(dim=1).nonzero()[0])
        raise NonFiniteError(
            f"{method} of {foundation_model.name!r} must return finite numbers, but row {row} has NaN or infinity; "
            "load the weights again, or run it with device='cpu'"
        )
    return embeddings
