"""Measures by activations: how the scores of two layers vary together over the same images, from sums of products."""

from collections.abc import Iterator, Sequence

import torch
from jaxtyping import Float, Float64
from torch import Tensor

from semanticlens_widgets.analysis.comparisons.cka import cka_interval, debiased_cka
from semanticlens_widgets.analysis.comparisons.measures import BLOCK, Blocks
from semanticlens_widgets.analysis.sides import Side
from semanticlens_widgets.collection import Products

_MOST_CHOSEN = 1024
_STILL_AXIS = 1e-6
"""A direction whose share of the largest variance is below this is rounding."""
_STILL = 1e-12
"""A component whose variance is below this share of its mean square does not vary, but for rounding."""


class ByActivations:
    """The Pearson correlation of scores over the images: for sides over the same images, with their models.

    In place of components without meaning stand those of the other side on other images.
    """

    def __init__(self, sides: Sequence[Side], products: Products) -> None:
        self.sides, self._products = sides, products

    def similarities(self, left: int, right: int) -> Blocks:
        """Correlations; 0 with a component that does not vary."""
        i, j = sorted((left, right))
        return self._correlations(left, right, self._products.products[i, j], self._products.n)

    def vectors(self) -> list[Float[Tensor, "component dim"]]:
        """Vectors whose products are the correlations, from those with at most 1,024 components.

        They are exact where all other scores are sums of these components' scores, and as close as such sums come
        elsewhere (Williams and Seeger, Using the Nyström method to speed up kernel machines, NIPS 2000).
        """
        n = sum(len(side.names) for side in self.sides)
        chosen = torch.linspace(0, n - 1, min(n, _MOST_CHOSEN)).round().long()
        with_chosen = self._with_all()[:, chosen]
        values, axes = torch.linalg.eigh(with_chosen[chosen])
        kept = values > _STILL_AXIS * values[-1]
        found = with_chosen @ (axes[:, kept] / values[kept].sqrt())
        return list(found.float().split([len(side.names) for side in self.sides]))

    def _with_all(self) -> Float64[Tensor, "component component"]:
        numbers = range(len(self.sides))
        rows = [torch.cat([torch.cat(list(self.similarities(i, j))) for j in numbers], 1) for i in numbers]
        return torch.cat(rows).double()

    def with_random(self, left: int, right: int) -> Iterator[Blocks]:
        """Correlations between scores of different images, each image with the next, the next but one, ..."""
        i, j = sorted((left, right))
        for key, sums in self._products.unrelated.items():
            if key[:2] == (i, j):
                yield self._correlations(left, right, sums, self._products.n_unrelated[key])

    def cka(self, left: int, right: int) -> float:
        """Debiased linear CKA of two sides' scores over the images; see `debiased_cka`."""
        return debiased_cka(self._products, left, right)

    def cka_interval(self, left: int, right: int) -> tuple[float, float]:
        """The 95 % interval of the CKA over images; see `cka_interval`."""
        return cka_interval(self._products, left, right)

    def _correlations(self, left: int, right: int, sums: Float64[Tensor, "_ _"], n: int) -> Blocks:
        """From `n` sums of products, whose rows are those of the side that comes first."""
        (mean, deviation), (other_mean, other_deviation) = self._moments(left), self._moments(right)
        covariance = (sums if left <= right else sums.T) / n - mean.unsqueeze(1) * other_mean
        found = (covariance / (deviation.unsqueeze(1) * other_deviation)).nan_to_num(0.0, 0.0, 0.0)
        return found.float().clamp(-1, 1).split(BLOCK)

    def _moments(self, number: int) -> tuple[Float64[Tensor, " component"], Float64[Tensor, " component"]]:
        """Mean, and standard deviation; infinite where the scores do not vary."""
        found = self._products
        mean, square = found.sums[number] / found.n, found.products[number, number].diagonal() / found.n
        variance = square - mean.square()
        return mean, variance.clamp(min=0).sqrt().masked_fill(variance <= _STILL * square, torch.inf)
