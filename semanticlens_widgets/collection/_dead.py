"""Dead components: those whose scores tell no sample from another, so that any examples would be arbitrary."""

from dataclasses import replace

import torch
from jaxtyping import Bool
from torch import Tensor

from semanticlens_widgets.concepts import ConceptExamples

_ROUNDING = 1e-6
"""Scores that differ by less than this share of their size are equal: some eight steps of float32."""


def without_arbitrary(examples: ConceptExamples) -> ConceptExamples:
    """Leaves out the examples that their scores do not choose.

    These are all examples of a component with the same score for every sample, and those with a score of exactly 0 and
    below: a component that is active on three samples has three examples, one that is never active has none.
    """
    silent = (examples.scores == 0).cumsum(1) > 0
    left_out = silent | _constant(examples).unsqueeze(1)
    return replace(
        examples,
        sample_ids=examples.sample_ids.masked_fill(left_out, -1),
        scores=examples.scores.masked_fill(left_out, -torch.inf),
        positions=examples.positions.masked_fill(left_out, -1),
    )


def _constant(examples: ConceptExamples) -> Bool[Tensor, " component"]:
    """True where mean, spread and the least of the best samples all say that every score is the maximum."""
    highest = examples.maximum
    least = torch.where(examples.sample_ids >= 0, examples.scores, torch.inf).amin(1)
    apart = torch.stack([examples.variance.sqrt(), highest - examples.mean, highest - least])
    equal = (apart.abs() <= _ROUNDING * highest.abs()).all(0)
    return equal & (examples.n_samples > 1)
