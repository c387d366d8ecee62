"""Standing of an image among all images of the lens, component by component: rank and percentile of its scores."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.collection import KeptScores
from semanticlens_widgets.concepts import ConceptDatabase, ConceptExamples, SparseTable

_ROWS = 4096


@dataclass(frozen=True, eq=False)
class Standing:
    """Ranks and percentiles of the scores of one image."""

    rank: Float[Tensor, " component"]
    """1 + the number of other images with a higher score; NaN where that is not known."""
    percentile: Float[Tensor, " component"]
    """The share of the other images with a lower score, in [0, 1]; NaN where that is not known."""
    n_compared: int
    """The other images whose scores are at hand; 0 for a layer that was not attributed and has none kept."""


def standing(
    database: ConceptDatabase,
    layer: str,
    scores: Float[Tensor, " component"],
    sample: int | None = None,
    kept: KeptScores | None = None,
) -> Standing:
    """The standing of scores among those of the attributed images, or else of the `kept` ones, without `sample` itself.

    Without either only ranks among the concept examples are known, as all that score higher than one of these are among
    them.
    """
    examples, relevance = database.examples[layer], database.relevance.get(layer)
    if relevance is not None:
        ids, table, own = relevance.sample_ids, relevance.scores, scores
    elif kept is not None:
        ids, table = kept.sample_ids, kept.deviations
        own = (scores.double() - examples.mean.double()) / kept.scale.double()
    else:
        return Standing(_among_examples(examples, scores), torch.full_like(scores, torch.nan), 0)
    others = torch.ones(len(ids), dtype=torch.bool) if sample is None else ids != sample
    # Stored scores are rounded, so that an image would not equal itself.
    higher, lower = _counts(table, others, own.to(table.dtype))
    n = int(others.sum())
    return Standing((higher + 1).float(), lower.float() / n if n else torch.full_like(scores, torch.nan), n)


def _counts(
    table: Tensor | SparseTable, others: Tensor, own: Float[Tensor, " component"]
) -> tuple[Int[Tensor, " component"], Int[Tensor, " component"]]:
    """The numbers of other images with a higher and with a lower score, some rows at a time."""
    higher, lower = torch.zeros(len(own), dtype=torch.int64), torch.zeros(len(own), dtype=torch.int64)
    for start in range(0, len(others), _ROWS):
        rows = table[start : start + _ROWS][others[start : start + _ROWS]]
        higher += (rows > own).sum(0)
        lower += (rows < own).sum(0)
    return higher, lower


def _among_examples(
    examples: ConceptExamples, scores: Float[Tensor, " component"]
) -> Float[Tensor, " component"]:
    lowest = examples.scores.masked_fill(examples.sample_ids < 0, torch.inf).amin(1)
    higher = (examples.scores > scores.unsqueeze(1)).sum(1)
    return (higher + 1).float().masked_fill(~(scores >= lowest), torch.nan)
