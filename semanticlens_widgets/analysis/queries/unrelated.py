"""Alignments measured against what has no meaning: unrelated words, and random groups of images."""

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.tensors._cosine import normalized

N_GROUPS = 500
SEED = 0


def against_unrelated(
    embeddings: Float[Tensor, "component dim"],
    alignment: Float[Tensor, " component"],
    directions: Float[Tensor, "direction dim"],
) -> tuple[Float[Tensor, " component"], Float[Tensor, " component"]]:
    """Standard deviations above the mean alignment with unrelated directions; the share of them that align less."""
    unrelated = embeddings @ directions.T
    tiny = torch.finfo(unrelated.dtype).tiny
    z_score = (alignment - unrelated.mean(1)) / unrelated.std(1, correction=0).clamp(min=tiny)
    below = (unrelated < alignment.unsqueeze(1)).float().mean(1)
    return z_score, below.masked_fill(alignment.isnan(), torch.nan)


def random_groups(samples: Float[Tensor, "sample dim"], size: int) -> Float[Tensor, "group dim"]:
    """The directions of 500 groups of random samples, with a fixed seed: what has as many pictures and no meaning."""
    generator = torch.Generator().manual_seed(SEED)
    drawn = torch.randint(len(samples), (N_GROUPS, size), generator=generator)
    return normalized(normalized(samples[drawn]).mean(1))
