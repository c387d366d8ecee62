"""Latents: layers of a database that were made of another layer of the model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor


@dataclass(frozen=True)
class LatentsRecord:
    """The origin of a layer of latents; the functions that make them are kept of learned dictionaries alone."""

    of: str
    """The layer that they are made of."""
    into: str
    """The layer that they are decoded into."""
    fingerprint: tuple[str, str]
    """Hashes of weights and code, and of the numbers alone."""
    tensors: Mapping[str, Tensor] = field(default_factory=dict)
    """Of a learned dictionary: "decoder" and "encoder" (latent, dim), "bias" (latent) and "offset" (dim), float32."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of a learned dictionary, as JSON: "method", "active", "threshold" and its "report"."""
