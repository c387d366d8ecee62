"""Mergeable statistics of each component's scores."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Float64, Int64
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Moments:
    """Count, mean, squared deviations, maximum and number of positive scores; float64, to merge without loss."""

    count: int
    mean: Float64[Tensor, " component"]
    m2: Float64[Tensor, " component"]
    """The sum of squared deviations from the mean."""
    maximum: Float64[Tensor, " component"]
    """-inf without samples."""
    fired: Int64[Tensor, " component"]
    """The number of scores above 0."""

    @property
    def variance(self) -> Float64[Tensor, " component"]:
        """Population variance; 0 without samples."""
        return self.m2 / max(self.count, 1)

    @property
    def firing_rate(self) -> Float64[Tensor, " component"]:
        """The share of scores above 0, in [0, 1]."""
        return self.fired.double() / max(self.count, 1)


def empty_moments(n_components: int, device: torch.device | str = "cpu") -> Moments:
    """Statistics of no samples, the identity of `merge_moments`."""
    zeros = torch.zeros(n_components, dtype=torch.float64, device=device)
    return Moments(0, zeros, zeros, torch.full_like(zeros, -torch.inf), zeros.long())


def moments_of(scores: Float[Tensor, "sample component"]) -> Moments:
    """The statistics of one batch of at least one sample."""
    wide = scores.double()
    mean = wide.mean(0)
    return Moments(len(wide), mean, (wide - mean).square().sum(0), wide.amax(0), (wide > 0).sum(0))


def merge_moments(a: Moments, b: Moments) -> Moments:
    """Merges the statistics of two disjoint sets of samples.

    T. F. Chan, G. H. Golub, R. J. LeVeque, *Updating formulae and a pairwise algorithm for computing sample
    variances*, COMPSTAT 1982, doi 10.1007/978-3-642-51461-6_3.
    """
    if a.count == 0 or b.count == 0:
        return b if a.count == 0 else a
    count = a.count + b.count
    difference = b.mean - a.mean
    return Moments(
        count=count,
        mean=a.mean + difference * (b.count / count),
        m2=a.m2 + b.m2 + difference.square() * (a.count * b.count / count),
        maximum=torch.maximum(a.maximum, b.maximum),
        fired=a.fired + b.fired,
    )
