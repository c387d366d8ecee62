"""Search of layers so large that reading their embeddings is what takes the time: half of the bytes, the same answer.

Products in half precision choose candidates, with a margin that no error of theirs exceeds; the candidates are ranked
in single precision. The mean and the deviation of all alignments follow from those of the embeddings, without a
product a component: for a query q they are q m and sqrt(q' C q), of the mean m and the covariance C.
"""

from collections.abc import MutableMapping
from functools import cached_property

import torch
from jaxtyping import Bool, Float, Float16, Float64, Int
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

LARGE = 50_000
"""Components from which on a layer is searched so: 154 MB of embeddings are 100,000 of 384 dimensions."""
_ERROR = 2e-3
"""The product of two unit vectors in half precision is nearer than this to the true one.

Rounding both and the result to 11 bits costs at most 3 x 2^-11 = 0.0015, the sum in single precision far less.
"""
_AT_ONCE = 8192
_KNOWN: MutableMapping[Tensor, "Halves"] = WeakTensorKeyDictionary()


def halves_of(
    embeddings: Float[Tensor, "component dim"], dead: Bool[Tensor, " component"]
) -> "Halves | None":
    """The halves of a large layer, made once and kept while its embeddings live; None for a layer that is not large."""
    if len(embeddings) < LARGE:
        return None
    if embeddings not in _KNOWN:
        _KNOWN[embeddings] = Halves(embeddings, dead)
    return _KNOWN[embeddings]


class Halves:
    """The embeddings of a layer in half precision, with their mean and covariance over components that are not dead."""

    def __init__(self, embeddings: Float[Tensor, "component dim"], dead: Bool[Tensor, " component"]) -> None:
        self._embeddings, self._dead = embeddings, dead
        self.n_known = int((~dead).sum())
        self._half: Float16[Tensor, "component dim"] = torch.empty(embeddings.shape, dtype=torch.float16)
        self._half.copy_(embeddings)

    def best(
        self, vector: Float[Tensor, " dim"], top: int
    ) -> tuple[Int[Tensor, " best"], Float[Tensor, " best"]]:
        """The `top` components of the highest alignment or some more, with their alignments; ties by the lower index.

        No component that is left out has an alignment as high as the `top`-th.
        """
        unit = torch.nn.functional.normalize(vector, dim=0)
        rough = (self._half @ unit.half()).masked_fill_(self._dead, -torch.inf)
        n = min(top, self.n_known)
        least = rough.topk(n).values[-1:].float() - 2 * _ERROR
        candidates = (rough >= least).nonzero().squeeze(1) if n else torch.empty(0, dtype=torch.int64)
        alignment = self._embeddings[candidates] @ vector
        order = alignment.argsort(descending=True, stable=True)
        return candidates[order], alignment[order]

    def spread(self, vector: Float[Tensor, " dim"]) -> tuple[Tensor, Tensor]:
        """The mean and the population deviation of all alignments."""
        mean, covariance = self._moments
        wide = vector.double()
        return (wide @ mean).float(), (wide @ covariance @ wide).clamp(min=0).sqrt().float()

    @cached_property
    def _moments(self) -> tuple[Float64[Tensor, " dim"], Float64[Tensor, "dim dim"]]:
        dim = self._embeddings.shape[1]
        total, products = torch.zeros(dim).double(), torch.zeros(dim, dim).double()
        for rows in (~self._dead).nonzero().squeeze(1).split(_AT_ONCE):
            part = self._embeddings[rows]
            total += part.sum(0, dtype=torch.float64)
            products += part.T @ part
        mean = total / max(1, self.n_known)
        return mean, products / max(1, self.n_known) - mean.outer(mean)
