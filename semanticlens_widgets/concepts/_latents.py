"""Latents: layers of a database that were made of another layer of the model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LatentsRecord:
    """The origin of a layer of latents; the functions that make them are not kept."""

    of: str
    """The layer that they are made of."""
    into: str
    """The layer that they are decoded into."""
    fingerprint: tuple[str, str]
    """Hashes of weights and code, and of the numbers alone."""
