"""Alignments measured against what has no meaning: unrelated words, and random groups of images."""

import itertools
import math

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from semanticlens_widgets.tensors._cosine import normalized

N_GROUPS = 5000
"""A share of 5 % counted in so many groups has a standard error of 0.3 percentage points."""
SEED = 0
_AT_ONCE = 8192
"""Components compared at a time: 7 MB of alignments with 224 words."""


def against_unrelated(
    embeddings: Float[Tensor, "component dim"],
    alignment: Float[Tensor, " component"],
    directions: Float[Tensor, "direction dim"],
) -> tuple[Float[Tensor, " component"], Float[Tensor, " component"]]:
    """Standard deviations above the mean alignment with unrelated directions; the share of them that align less."""
    parts = [
        _against(part @ directions.T, own)
        for part, own in zip(embeddings.split(_AT_ONCE), alignment.split(_AT_ONCE), strict=True)
    ]
    z_score, below = (torch.cat(values) for values in zip(*parts, strict=True))
    return z_score, below.masked_fill(alignment.isnan(), torch.nan)


def _against(
    unrelated: Float[Tensor, "component direction"], alignment: Float[Tensor, " component"]
) -> tuple[Float[Tensor, " component"], Float[Tensor, " component"]]:
    tiny = torch.finfo(unrelated.dtype).tiny
    z_score = (alignment - unrelated.mean(1)) / unrelated.std(1, correction=0).clamp(min=tiny)
    return z_score, (unrelated < alignment.unsqueeze(1)).float().mean(1)


def random_groups(
    samples: Float[Tensor, "sample dim"], size: int, n: int = N_GROUPS
) -> Float[Tensor, "group dim"]:
    """The directions of random groups of samples (see `random_rows`): as many pictures, and no meaning."""
    rows = random_rows(len(samples), size, n)
    return normalized(functional.embedding_bag(rows, normalized(samples), mode="mean"))


def random_rows(n_samples: int, size: int, n: int = N_GROUPS) -> Int[Tensor, "group size"]:
    """`n` random groups of `size` different rows of `n_samples`, with a fixed seed; each group once if `n` are enough.

    Source: Robert Floyd's algorithm in Bentley, Programming pearls: a sample of brilliance, Communications of the ACM
    1987, doi 10.1145/30401.315746. Raises ValueError for more rows in a group than there are.
    """
    if size > n_samples:
        raise ValueError(
            f"a group of {size:,} different images can't be drawn from {n_samples:,}; compare fewer images, or build "
            "the lens with more"
        )
    if math.comb(n_samples, size) <= n:
        return torch.tensor(list(itertools.combinations(range(n_samples), size)))
    generator = torch.Generator().manual_seed(SEED)
    rows = torch.empty(n, size, dtype=torch.int64)
    for place, last in enumerate(range(n_samples - size, n_samples)):
        drawn = torch.randint(last + 1, (n,), generator=generator)
        taken = (rows[:, :place] == drawn.unsqueeze(1)).any(1)
        rows[:, place] = torch.where(taken, last, drawn)
    return rows
