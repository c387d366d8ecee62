"""Codes of a dictionary: from rows to latents and back, by the method that it was learned with."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

STEPS = 100
"""Of the projected gradient descent that finds nonnegative codes."""


@dataclass(frozen=True, eq=False)
class Coding:
    """The tensors and settings of a dictionary; a row x stands for `latents @ decoder + offset`."""

    method: str
    """'nmf', 'pca', 'kmeans' or 'sae'."""
    decoder: Float[Tensor, "latent dim"]
    encoder: Float[Tensor, "latent dim"]
    bias: Float[Tensor, " latent"]
    offset: Float[Tensor, " dim"]
    active: int = 0
    """Of a TopK autoencoder, the latents that are active for a row; 0 for others."""
    threshold: float = 0.0
    """Of a BatchTopK autoencoder, the least activation."""

    def encode(self, rows: Float[Tensor, "row dim"]) -> Float[Tensor, "row latent"]:
        """The latents of rows; a row's do not depend on the others."""
        moved = self._moved(rows)
        centred = rows - moved["offset"]
        if self.method == "nmf":
            return self._nonnegative(centred, moved["decoder"])
        if self.method == "kmeans":
            return self._nearest(centred, moved["decoder"])
        linear = centred @ moved["encoder"].T + moved["bias"]
        return linear if self.method == "pca" else self._sparse(linear.relu())

    def decode(self, latents: Float[Tensor, "row latent"]) -> Float[Tensor, "row dim"]:
        """The rows that latents stand for."""
        moved = self._moved(latents)
        return latents @ moved["decoder"] + moved["offset"]

    @property
    def tensors(self) -> dict[str, Tensor]:
        """All tensors by name."""
        return {name: getattr(self, name) for name in ("decoder", "encoder", "bias", "offset")}

    @property
    def settings(self) -> dict[str, Any]:
        """All that is no tensor, as JSON."""
        return {"method": self.method, "active": self.active, "threshold": self.threshold}

    @classmethod
    def restored(cls, tensors: Mapping[str, Tensor], settings: Mapping[str, Any]) -> "Coding":
        """The inverse of `tensors` and `settings`."""
        # Copies lie in memory as the first ones did, which products round alike for.
        own = {part: tensor.clone() for part, tensor in tensors.items()}
        return cls(settings["method"], **own, active=settings["active"], threshold=settings["threshold"])

    def _moved(self, rows: Tensor) -> Mapping[str, Tensor]:
        return {name: tensor.to(rows) for name, tensor in self.tensors.items()}

    def _sparse(self, found: Tensor) -> Tensor:
        if not self.active:
            return torch.where(found >= self.threshold, found, 0)
        values, places = found.topk(self.active, 1)
        return torch.zeros_like(found).scatter(1, places, values)

    def _nearest(self, rows: Tensor, centres: Tensor) -> Tensor:
        """The projection on the nearest centre alone."""
        own = torch.cdist(rows, centres).argmin(1, keepdim=True)
        lengths = centres.square().sum(1).clamp(min=1e-12)
        along = ((rows @ centres.T) / lengths).gather(1, own).clamp(min=0)
        return rows.new_zeros(len(rows), len(centres)).scatter(1, own, along)

    def _nonnegative(self, rows: Tensor, decoder: Tensor) -> Tensor:
        """Nonnegative least squares by FISTA, a fixed number of steps.

        A. Beck and M. Teboulle, A Fast Iterative Shrinkage-Thresholding Algorithm, SIAM Journal on Imaging Sciences 2,
        2009, doi 10.1137/080716542.
        """
        products, gram = rows @ decoder.T, decoder @ decoder.T
        found = ahead = torch.zeros_like(products)
        inertia = 1.0
        for _ in range(STEPS):
            following = (ahead - (ahead @ gram - products) / self._steepest).relu()
            grown = (1 + (1 + 4 * inertia**2) ** 0.5) / 2
            ahead = following + (inertia - 1) / grown * (following - found)
            found, inertia = following, grown
        return found

    @cached_property
    def _steepest(self) -> float:
        decoder = self.decoder.double().cpu()
        return max(float(torch.linalg.eigvalsh(decoder @ decoder.T)[-1]), 1e-12)
