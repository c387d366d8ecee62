"""Random components of the same relevance as given ones."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

_NEAREST = 10


def equally_relevant(
    relevance: Float[Tensor, " component"], components: Sequence[int], generator: torch.Generator
) -> list[int]:
    """As many other components of similar rank in relevance, each drawn from the nearest ones left, without repeats.

    "The nearest" are at least 10, and twice as many as `components`, so that draws differ. NaN ranks last. Raises
    ValueError when fewer other components are left than are asked for.
    """
    asked = set(components)
    n_others = len(relevance) - len(asked)
    if n_others < len(asked):
        raise ValueError(
            f"as many random components as the {len(asked)} given ones must be left, and the layer has only {n_others} "
            "others; choose fewer components"
        )
    order = relevance.nan_to_num(nan=-torch.inf).argsort(descending=True, stable=True).tolist()
    ranks = {component: rank for rank, component in enumerate(order)}
    left = [component for component in order if component not in asked]
    drawn = []
    for component in sorted(asked, key=ranks.__getitem__):
        left.sort(key=lambda other, rank=ranks[component]: abs(ranks[other] - rank))
        nearest = min(len(left), max(_NEAREST, 2 * len(asked)))
        drawn.append(left.pop(int(torch.randint(nearest, (1,), generator=generator))))
    return drawn
