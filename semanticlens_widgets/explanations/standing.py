"""Standing of an image among all images of the lens, component by component: rank and percentile of its scores."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.concepts import ConceptDatabase, ConceptExamples, Relevance

_ROWS = 4096


@dataclass(frozen=True, eq=False)
class Standing:
    """Ranks and percentiles of the scores of one image."""

    rank: Float[Tensor, " component"]
    """1 + the number of other images with a higher score; NaN where that is not known."""
    percentile: Float[Tensor, " component"]
    """The share of the other images with a lower score, in [0, 1]; NaN where that is not known."""
    n_compared: int
    """The other images whose scores the lens holds; 0 for a layer that was not attributed."""


def standing(
    database: ConceptDatabase, layer: str, scores: Float[Tensor, " component"], sample: int | None = None
) -> Standing:
    """The standing of scores among those of the attributed images, without `sample` itself.

    For a layer that was not attributed only ranks among the concept examples are known, as all that score higher than
    one of these are among them.
    """
    relevance = database.relevance.get(layer)
    if relevance is None:
        return Standing(
            _among_examples(database.examples[layer], scores), torch.full_like(scores, torch.nan), 0
        )
    others = torch.ones(len(relevance.sample_ids), dtype=torch.bool)
    if sample is not None:
        others = relevance.sample_ids != sample
    higher, lower = _counts(relevance, others, scores)
    n = int(others.sum())
    return Standing((higher + 1).float(), lower.float() / n if n else torch.full_like(scores, torch.nan), n)


def _counts(
    relevance: Relevance, others: Tensor, scores: Float[Tensor, " component"]
) -> tuple[Int[Tensor, " component"], Int[Tensor, " component"]]:
    """The numbers of other images with a higher and with a lower score, some rows at a time."""
    # Stored scores are rounded, so that an image would not equal itself.
    own = scores.to(relevance.scores.dtype)
    higher, lower = torch.zeros(len(own), dtype=torch.int64), torch.zeros(len(own), dtype=torch.int64)
    for start in range(0, len(others), _ROWS):
        rows = relevance.scores[start : start + _ROWS][others[start : start + _ROWS]]
        higher += (rows > own).sum(0)
        lower += (rows < own).sum(0)
    return higher, lower


def _among_examples(
    examples: ConceptExamples, scores: Float[Tensor, " component"]
) -> Float[Tensor, " component"]:
    lowest = examples.scores.masked_fill(examples.sample_ids < 0, torch.inf).amin(1)
    higher = (examples.scores > scores.unsqueeze(1)).sum(1)
    return (higher + 1).float().masked_fill(~(scores >= lowest), torch.nan)
