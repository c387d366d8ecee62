"""The protocol of foundation models."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from jaxtyping import Float
from PIL import Image
from torch import Tensor


@runtime_checkable
class FoundationModel(Protocol):
    """Embeds images and texts in one space; any object with these members will do, no base class is needed.

    Optional attributes: `fingerprint`, a hash of the weights and settings (without it, the cache hashes the
    embeddings of a fixed image and text); `recipe`, a JSON-able dict from which
    `foundation_models.from_recipe` rebuilds the model, so that a saved lens can be searched; `caveat`, one sentence
    displayed with every result; `caveat_of(text)`, one sentence on the words of a query that the model can't judge by
    what images look like, "" without any.
    """

    @property
    def name(self) -> str:
        """A readable name, for example 'OpenCLIP ViT-B-32 (laion2b_s34b_b79k)'."""
        ...

    @property
    def dim(self) -> int:
        """The number of dimensions of the embedding space."""
        ...

    def embed_images(self, images: Sequence[Image.Image]) -> Float[Tensor, "image dim"]:
        """One row per image, float32 on the CPU, not normalized."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> Float[Tensor, "text dim"]:
        """One row per text, float32 on the CPU, not normalized."""
        ...
