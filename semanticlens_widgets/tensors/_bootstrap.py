"""Bootstrap of shares and means: how much they would move with other samples."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

N_DRAWS = 1000
SEED = 0
_NUMBERS = 4_000_000
"""Drawn at a time: 32 MB."""


def share_intervals(parts: Float[Tensor, "sample part"]) -> Float[Tensor, "part low_high"]:
    """95 % intervals of the parts' shares of the sum over samples.

    Percentiles of 1,000 draws of as many samples, with a fixed seed; 0 where nothing adds up. With few samples the
    intervals are too narrow, and one sample has none: NaN. Source: Efron, *Bootstrap methods: another look at
    the jackknife*, Annals of Statistics 1979, doi 10.1214/aos/1176344552.
    """
    if len(parts) < 2:
        return torch.full((parts.shape[1], 2), math.nan)
    totals = _sums_of_draws(parts)
    shares = totals / totals.sum(1, keepdim=True).clamp(min=torch.finfo(totals.dtype).tiny)
    return shares.quantile(torch.tensor([0.025, 0.975]), dim=0).T


def mean_interval(values: Float[Tensor, " item"]) -> tuple[float, float]:
    """The 95 % interval of the mean over items, by the same draws; NaN is no item, and of fewer than two it is NaN."""
    known = values[~values.isnan()].float()
    if len(known) < 2:
        return math.nan, math.nan
    means = _sums_of_draws(known.unsqueeze(1)).squeeze(1) / len(known)
    low, high = means.quantile(torch.tensor([0.025, 0.975])).tolist()
    return low, high


def _sums_of_draws(parts: Float[Tensor, "sample part"]) -> Float[Tensor, "draw part"]:
    """The sums over as many samples as there are, drawn with replacement 1,000 times."""
    n = len(parts)
    generator = torch.Generator().manual_seed(SEED)
    at_a_time = max(1, _NUMBERS // max(n, 1))
    sums = []
    for start in range(0, N_DRAWS, at_a_time):
        drawn = torch.randint(n, (min(at_a_time, N_DRAWS - start), n), generator=generator)
        counts = torch.zeros(drawn.shape).scatter_add_(1, drawn, torch.ones(drawn.shape))
        sums.append(counts @ parts)
    return torch.cat(sums)
