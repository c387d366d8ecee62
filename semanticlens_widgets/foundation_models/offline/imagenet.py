"""ImageNet's 1,000 classes: their names, four texts for each, and the embeddings of these texts.

The four texts of a class are its name, its name with synonyms, with three hypernyms, and with a gloss. Embedding them
takes a quarter of a minute on two idle cores, and both the texts and the encoder are pinned: so the package ships the
embeddings, in half precision, with a digest of the content that they were computed from.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from semanticlens_widgets.foundation_models.offline.minilm import (
    DIM,
    TOKENIZER_SHA256,
    WEIGHTS_SHA256,
    MiniLM,
)

_TEXTS = Path(__file__).with_name("imagenet1k_texts.json")
_EMBEDDINGS = Path(__file__).with_name("imagenet1k_embeddings.safetensors")


def imagenet_class_names() -> list[str]:
    """The 1,000 names of ImageNet's classes, in the order of a classifier's outputs."""
    return [entry["name"] for entry in imagenet_classes()]


@cache
def imagenet_classes() -> tuple[dict[str, Any], ...]:
    """Each class as a dict of `wnid`, `name`, `synonyms`, `hyper` (hypernyms, nearest first) and `gloss`."""
    return tuple(json.loads(_TEXTS.read_text(encoding="utf-8")))


def class_texts(entry: dict[str, Any]) -> tuple[str, str, str, str]:
    """The four texts of one class."""
    name = entry["name"]
    synonyms, hypernyms = ", ".join(entry["synonyms"]), ", ".join(entry["hyper"][:3])
    return name, f"{name}, {synonyms}", f"{name}, {hypernyms}", f"{name}: {entry['gloss']}"


def class_embeddings() -> Float[Tensor, "class 384"]:
    """The shipped embeddings: one unit vector per class, float32, in the order of a classifier's outputs."""
    from safetensors.torch import load

    return normalize(load(_EMBEDDINGS.read_bytes())["class_embeddings"].float(), dim=-1)


def embed_class_texts(encoder: MiniLM, classes: list[dict[str, Any]]) -> Float[Tensor, "class 384"]:
    """Computes the embeddings: per class, normalize(mean of its four texts' unit vectors)."""
    texts = [text for entry in classes for text in class_texts(entry)]
    return normalize(encoder.encode(texts).view(len(classes), -1, DIM).mean(1), dim=-1)


def content_digest() -> str:
    """The SHA-256 of everything the embeddings depend on: the texts, the encoder's weights and its tokenizer."""
    texts = "\n".join(text for entry in imagenet_classes() for text in class_texts(entry))
    return hashlib.sha256(f"{WEIGHTS_SHA256}\n{TOKENIZER_SHA256}\n{texts}".encode()).hexdigest()


def shipped_digest() -> str:
    """The content digest stored with the shipped embeddings."""
    from safetensors import safe_open

    with safe_open(_EMBEDDINGS, framework="pt") as file:
        return file.metadata()["content_sha256"]


def write_class_embeddings(encoder: MiniLM) -> None:
    """Rewrites the shipped embeddings; to be run after the texts were changed."""
    from safetensors.torch import save_file

    vectors = embed_class_texts(encoder, list(imagenet_classes())).to(torch.float16).contiguous()
    save_file({"class_embeddings": vectors}, _EMBEDDINGS, metadata={"content_sha256": content_digest()})
