"""OpenCLIP: any model of open_clip as a foundation model."""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from semanticlens_widgets._arguments import check_at_least, check_path
from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.foundation_models.checks import check_images, check_texts
from semanticlens_widgets.foundation_models.open_clip.loading import Loaded, load, load_scheme
from semanticlens_widgets.foundation_models.open_clip.settings import (
    Settings,
    check_model_name,
    has_scheme,
    looks_like_file,
    random_settings,
    settings_of_file,
    settings_of_tag,
)
from semanticlens_widgets.foundation_models.towers import pick_device, run_in_batches, run_precise


class OpenCLIP:
    """A model of open_clip (CLIP, SigLIP 2, MobileCLIP2, EVA, ...) with the preprocessing of its training.

    `name` is one of `open_clip.list_models()`, 'hf-hub:owner/repository' or 'local-dir:/path/to/folder'. `pretrained`
    is a tag, or the path of a .pt or .safetensors file; None picks the best openly licensed tag (`PREFERRED_TAGS`).
    `like` names the tag whose activation and pixel scale a file needs (default: the tag in its file name);
    `force_quick_gelu` overrides the activation alone. `random_weights=True` loads no weights.
    Half precision on a CUDA GPU; embeddings are float32 on the CPU and not normalized. A text longer than the model's
    context (77 tokens for CLIP, 64 for SigLIP) is truncated. Thread-safe.

    Raises ValueError for an unknown name, tag or device; WeightsUnavailableError when the weights are neither on this
    computer nor can be downloaded; NonFiniteError when they hold NaN.
    Source: G. Ilharco et al., OpenCLIP, 2021, doi 10.5281/zenodo.5143773.
    """

    def __init__(
        self,
        name: str = "ViT-B-32",
        pretrained: str | Path | None = None,
        *,
        device: str | torch.device | None = None,
        batch_size: int | None = None,
        random_weights: bool = False,
        like: str | None = None,
        force_quick_gelu: bool | None = None,
    ):
        if batch_size is not None:
            check_at_least("batch_size", batch_size, 1)
        self._device = pick_device(device)
        self._batch_size = batch_size or (16 if self._device.type == "cpu" else 128)
        self._name, self._like, self._random = name, like, random_weights
        source = None if pretrained is None else str(check_path("pretrained", pretrained))
        loaded, self._pretrained = _loaded(name, source, like, force_quick_gelu, random_weights)
        self._force_quick_gelu = force_quick_gelu
        self._transform, self._tokenizer, self._activation = (
            loaded.transform,
            loaded.tokenizer,
            loaded.activation,
        )
        self._model: Any = loaded.model.to(self._device)
        self._lock = threading.Lock()
        self._dim = _dim_of(self.name, self._texts(["a"]))

    @property
    def name(self) -> str:
        """A readable name, for example 'OpenCLIP ViT-B-32 (laion2b_s34b_b79k)'."""
        return f"OpenCLIP {self._name} ({'random weights' if self._random else self._pretrained or 'its own weights'})"

    @property
    def dim(self) -> int:
        """The number of dimensions of the embedding space."""
        return self._dim

    @property
    def recipe(self) -> dict[str, object] | None:
        """The dict from which `from_recipe` rebuilds this model; None for random weights."""
        if self._random:
            return None
        options = {"like": self._like, "force_quick_gelu": self._force_quick_gelu}
        given = {key: value for key, value in options.items() if value is not None}
        return {"type": "OpenCLIP", "name": self._name, "pretrained": self._pretrained, **given}

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the name, weights, activation and preprocessing; takes a second per GB, once."""
        digest = hashlib.sha256(f"{self._name}\n{self._activation}\n{self._transform}".encode())
        for key, value in sorted(self._model.state_dict().items()):
            digest.update(f"{key} {value.dtype} {tuple(value.shape)}".encode())
            digest.update(value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
        return digest.hexdigest()

    def __repr__(self) -> str:
        return f"{self.name} on {self._device}, {self._dim} dimensions"

    def embed_images(self, images: Sequence[Image.Image]) -> Float[Tensor, "image dim"]:
        """One row per image, float32 on the CPU, not normalized."""
        check_images(images)
        return run_in_batches(self._images, images, self._batch_size, self._dim)

    def embed_texts(self, texts: Sequence[str]) -> Float[Tensor, "text dim"]:
        """One row per text, float32 on the CPU, not normalized."""
        check_texts(texts)
        return run_in_batches(self._texts, texts, self._batch_size, self._dim)

    def _images(self, images: Sequence[Image.Image]) -> Float[Tensor, "image dim"]:
        pixels = torch.stack([self._transform(image.convert("RGB")) for image in images])
        with self._lock:
            pixels = pixels.to(self._device)
            return run_precise(lambda: self._model.encode_image(pixels), self._device)

    def _texts(self, texts: Sequence[str]) -> Float[Tensor, "text dim"]:
        with self._lock:
            tokens = self._tokenizer(list(texts)).to(self._device)
            return run_precise(lambda: self._model.encode_text(tokens), self._device)


def _loaded(
    name: str, pretrained: str | None, like: str | None, force_quick_gelu: bool | None, random_weights: bool
) -> tuple[Loaded, str | None]:
    """The loaded model, and the tag or file of its weights."""
    check_model_name(name)
    if has_scheme(name):
        if pretrained is not None or random_weights:
            raise ValueError(
                f"pretrained and random_weights must not be given with {name!r}, which has weights of its own"
            )
        return load_scheme(name, force_quick_gelu), None
    settings = _settings(name, pretrained, like, random_weights)
    if force_quick_gelu is not None:
        settings = replace(settings, quick_gelu=force_quick_gelu)
    return load(name, settings), settings.tag or settings.file


def _settings(name: str, pretrained: str | None, like: str | None, random_weights: bool) -> Settings:
    if random_weights and pretrained is not None:
        raise ValueError(f"random_weights must be False when pretrained is given, here {pretrained!r}")
    if random_weights:
        return random_settings(name)
    if pretrained is not None and looks_like_file(pretrained):
        return settings_of_file(name, pretrained, like)
    if like is not None:
        raise ValueError(f"like must be None unless pretrained is a file, not {like!r}")
    return settings_of_tag(name, pretrained)


def _dim_of(name: str, embedding: Tensor) -> int:
    """The width of a first embedding, checked for NaN: broken weights are reported before an hour is spent on them."""
    if not bool(torch.isfinite(embedding).all()):
        raise NonFiniteError(
            f"the weights of {name!r} must give finite embeddings, not NaN or infinity; download or convert them again"
        )
    return embedding.shape[-1]
