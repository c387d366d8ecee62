"""Mergeable statistics of each component's scores."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Float64, Int64
from torch import Tensor

from semanticlens_widgets.tensors._exact_sums import ExactSum, exact_sum, exact_variance


@dataclass(frozen=True, eq=False)
class Moments:
    """Count, sums, maximum and number of positive scores; merged without rounding, so the same in any order."""

    count: int
    total: ExactSum
    squares: ExactSum
    """The sum of squared scores."""
    maximum: Float64[Tensor, " component"]
    """-inf without samples."""
    fired: Int64[Tensor, " component"]
    """The number of scores above 0."""

    @property
    def mean(self) -> Float64[Tensor, " component"]:
        """0 without samples."""
        return self.total.value() / self.count if self.count else torch.zeros_like(self.maximum)

    @property
    def variance(self) -> Float64[Tensor, " component"]:
        """Population variance, exact however far the mean lies from 0; 0 without samples. On the CPU."""
        if not self.count:
            return torch.zeros_like(self.maximum)
        return exact_variance(self.count, self.total, self.squares)

    @property
    def firing_rate(self) -> Float64[Tensor, " component"]:
        """The share of scores above 0, in [0, 1]."""
        return self.fired.double() / max(self.count, 1)


def empty_moments(n_components: int, device: torch.device | str = "cpu") -> Moments:
    """Statistics of no samples, the identity of `merge_moments`."""
    zeros = torch.zeros(n_components, dtype=torch.float64, device=device)
    return Moments(0, ExactSum(), ExactSum(), torch.full_like(zeros, -torch.inf), zeros.long())


def moments_of(scores: Float[Tensor, "sample component"]) -> Moments:
    """The statistics of one batch of at least one sample, of its scores as float32."""
    wide = scores.float().double()
    return Moments(len(wide), exact_sum(wide), exact_sum(wide.square()), wide.amax(0), (wide > 0).sum(0))


def merge_moments(a: Moments, b: Moments) -> Moments:
    """Merges the statistics of two disjoint sets of samples, bit for bit the same in any order."""
    if a.count == 0 or b.count == 0:
        return b if a.count == 0 else a
    return Moments(
        count=a.count + b.count,
        total=a.total.merge(b.total),
        squares=a.squares.merge(b.squares),
        maximum=torch.maximum(a.maximum, b.maximum),
        fired=a.fired + b.fired,
    )
