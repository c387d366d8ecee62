"""A foundation model that takes its time, so that others who need it get their turn."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from semanticlens_widgets.foundation_models import FoundationModel

_AT_ONCE = 64
# A lock that is let go and taken again at once is never seen free by those who wait for it.
_PAUSE_SECONDS = 0.005


class PatientModel:
    """Embeds texts a few at a time, and lets the lock go in between.

    `step` is called before each few; what it raises ends the work. Everything that was embedded is in `known`
    and is not embedded again: who was interrupted goes on from there.
    """

    def __init__(
        self,
        model: FoundationModel,
        lock: AbstractContextManager[object],
        known: dict[str, Float[Tensor, " dim"]],
        step: Callable[[], None],
    ) -> None:
        self.name, self.dim = model.name, model.dim
        self._model, self._lock, self._known, self._step = model, lock, known, step

    def embed_images(self, images: Sequence[Image.Image]) -> Float[Tensor, "image dim"]:
        """As the model does, at once."""
        with self._lock:
            return self._model.embed_images(images)

    def embed_texts(self, texts: Sequence[str]) -> Float[Tensor, "text dim"]:
        """As the model does, a few at a time."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        for start in range(0, len(missing), _AT_ONCE):
            self._step()
            self._embed(missing[start : start + _AT_ONCE])
            time.sleep(_PAUSE_SECONDS)
        return torch.stack([self._known[text] for text in texts])

    def _embed(self, texts: Sequence[str]) -> None:
        with self._lock:
            vectors = self._model.embed_texts(texts)
        self._known.update(zip(texts, vectors, strict=True))
