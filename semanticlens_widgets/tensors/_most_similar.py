"""The most similar of some candidates, where not every candidate is allowed."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


@dataclass(frozen=True, eq=False)
class MostSimilar:
    """For every example of every component the best candidate and its similarity; -1 and -inf where there is none."""

    candidate: Int[Tensor, "component k"]
    similarity: Float[Tensor, "component k"]


def none_similar(n_components: int, k: int) -> MostSimilar:
    """Before any candidate was seen."""
    return MostSimilar(torch.full((n_components, k), -1), torch.full((n_components, k), -torch.inf))


def most_similar(
    similarity: Float[Tensor, "sample candidate"],
    example_rows: Int[Tensor, "component k"],
    barred: Bool[Tensor, "component candidate"],
) -> MostSimilar:
    """The candidate that is most similar to each example and not barred for its component; ties go to the earlier.

    `example_rows` index `similarity`, -1 for no example. Holds components x k x candidates numbers.
    """
    # max() names the first of equals, which topk() does not promise.
    best = similarity[example_rows.clamp(min=0)].masked_fill(barred.unsqueeze(1), -torch.inf).max(2)
    none = (example_rows < 0) | (best.values == -torch.inf)
    return MostSimilar(best.indices.masked_fill(none, -1), best.values.masked_fill(none, -torch.inf))


def more_similar(earlier: MostSimilar, later: MostSimilar) -> MostSimilar:
    """The better of two, the earlier of equals."""
    better = later.similarity > earlier.similarity
    return MostSimilar(
        torch.where(better, later.candidate, earlier.candidate),
        torch.where(better, later.similarity, earlier.similarity),
    )
