"""What ImageNet's 1,000 classes mean, as vectors of the sentence encoder.

Four texts describe a class: its name, its name with synonyms, its name with three hypernyms, its name with a gloss. To
embed them takes a quarter of a minute on two idle cores, and both the texts and the encoder are pinned: so the result
comes with the package, in half precision, and names the content that it was made from.
"""

import hashlib
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from semanticlens_widgets.foundation_models._minilm import DIM, TOKENIZER_SHA256, WEIGHTS_SHA256, MiniLM
from semanticlens_widgets.foundation_models.offline import imagenet_classes

_SHIPPED = Path(__file__).with_name("imagenet1k_embeddings.safetensors")


def class_embeddings() -> Float[Tensor, "class 384"]:
    """One unit vector a class, float32, in the order of a classifier's outputs."""
    from safetensors.torch import load

    return normalize(load(_SHIPPED.read_bytes())["class_embeddings"].float(), dim=-1)


def embed_class_texts(encoder: MiniLM, classes: list[dict[str, Any]]) -> Float[Tensor, "class 384"]:
    """The same vectors made anew: per class normalize(mean of its four texts' unit vectors)."""
    texts = [text for entry in classes for text in class_texts(entry)]
    return normalize(encoder.encode(texts).view(len(classes), -1, DIM).mean(1), dim=-1)


def class_texts(entry: dict[str, Any]) -> tuple[str, str, str, str]:
    """The four texts of one class."""
    name = entry["name"]
    synonyms, hypernyms = ", ".join(entry["synonyms"]), ", ".join(entry["hyper"][:3])
    return name, f"{name}, {synonyms}", f"{name}, {hypernyms}", f"{name}: {entry['gloss']}"


def content_digest() -> str:
    """The SHA-256 of everything that the vectors depend on: the texts, the encoder's weights and its tokenizer."""
    texts = "\n".join(text for entry in imagenet_classes() for text in class_texts(entry))
    return hashlib.sha256(f"{WEIGHTS_SHA256}\n{TOKENIZER_SHA256}\n{texts}".encode()).hexdigest()


def shipped_digest() -> str:
    """The content digest that the shipped vectors were made from."""
    from safetensors import safe_open

    with safe_open(_SHIPPED, framework="pt") as file:
        return file.metadata()["content_sha256"]


def write_class_embeddings(encoder: MiniLM) -> None:
    """Makes the shipped file again; for those who change the texts."""
    from safetensors.torch import save_file

    vectors = embed_class_texts(encoder, list(imagenet_classes())).to(torch.float16).contiguous()
    save_file({"class_embeddings": vectors}, _SHIPPED, metadata={"content_sha256": content_digest()})
