"""The most similar candidate to each concept example, some candidates being excluded per component."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


@dataclass(frozen=True, eq=False)
class MostSimilar:
    """The best candidate for each example of each component, and its similarity; -1 and -inf for none."""

    candidate: Int[Tensor, "component k"]
    similarity: Float[Tensor, "component k"]


def none_similar(n_components: int, k: int) -> MostSimilar:
    """The identity of `more_similar`: no candidates."""
    return MostSimilar(
        torch.full((n_components, k), -1), torch.full((n_components, k), -torch.inf, dtype=torch.float32)
    )


def most_similar(
    similarity: Float[Tensor, "sample candidate"],
    example_rows: Int[Tensor, "component k"],
    barred: Bool[Tensor, "component candidate"],
) -> MostSimilar:
    """The candidate most similar to each example and not barred for its component; ties go to the earlier one.

    `example_rows` index `similarity`, -1 for no example. Needs memory for components x k x candidates numbers.
    """
    # max() returns the first of equals, which topk() does not guarantee.
    best = similarity[example_rows.clamp(min=0)].masked_fill(barred.unsqueeze(1), -torch.inf).max(2)
    none = (example_rows < 0) | (best.values == -torch.inf)
    return MostSimilar(best.indices.masked_fill(none, -1), best.values.masked_fill(none, -torch.inf))


def more_similar(earlier: MostSimilar, later: MostSimilar) -> MostSimilar:
    """The more similar of two candidates, the one of the lower number if equal: associative and commutative."""
    tied = (later.similarity == earlier.similarity) & (later.candidate < earlier.candidate)
    better = (later.similarity > earlier.similarity) | tied
    return MostSimilar(
        torch.where(better, later.candidate, earlier.candidate),
        torch.where(better, later.similarity, earlier.similarity),
    )
