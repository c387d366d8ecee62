"""Chance level of answers to concepts: random groups of images, each as large as a component's group of examples."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from semanticlens_widgets.analysis.queries.unrelated import random_groups
from semanticlens_widgets.concepts import EmbeddedExamples

BEYOND = 0.95
"""A component answers above this share of random groups, each at the concept of the class that it answers to best."""
WITHIN_ABOVE = 2.0
"""Examples within a class count from this z-score on.

Parts of images differ from whole ones in more than what a component is about. In six planted worlds of development
components answered to 14 % of unrelated words without this, and to 7 % with it, as by the examples of all images.
"""
JUDGED_WITHIN = (
    "Judged within each class too (within_class=True): a component answers by its examples among all images or, from "
    f"z = {WITHIN_ABOVE:g} on, by those among the samples of the class, whichever stands out more; its percentile is "
    "corrected for two tries. Pictures are the examples among all images."
)
"""Description of an audit with `within_class`, wherever it is shown."""
_FIRST = 0.9
"""The part of the 5 % that the examples of all images have; those within a class have the rest. In the same worlds that
finds as much as halves (78 % of what responds), and more of what is called responds (62 % instead of 56 %)."""
_TINY = 1e-6
_AT_ONCE = 8192
"""Components compared with unrelated directions at a time."""


class Scored(NamedTuple):
    """Answers to one concept."""

    z_score: Float[Tensor, " component"]
    percentile: Float[Tensor, " component"]
    """The share of random groups that answer less, in [0, 1]."""
    of_groups: Float[Tensor, " group"]
    """The percentiles of the random groups themselves, of the size that most components have."""


class _Spread(NamedTuple):
    """Alignments with unrelated directions, row by row: mean and deviation."""

    mean: Float[Tensor, " row"]
    deviation: Float[Tensor, " row"]


class _OfSize(NamedTuple):
    """The spreads of components with as many examples, and of random groups of that size."""

    components: _Spread
    centred: _Spread
    """Of the components' alignments less the mean of random groups, direction by direction."""
    groups: _Spread


class Chance:
    """Scores of the components of one layer against random groups, and against unrelated directions.

    The groups are of whole images: among crops, those of the components that answer would be too many to be unrelated.
    """

    def __init__(self, examples: EmbeddedExamples) -> None:
        """Groups are drawn from the samples of the examples; a component without examples has NaN as its scores."""
        self._embeddings, n_examples = examples.embeddings, examples.n_examples
        sizes = n_examples[n_examples > 0]
        self._of_size = {size: (n_examples == size).nonzero().squeeze(1) for size in sizes.unique().tolist()}
        self._groups = {size: random_groups(examples.samples, size) for size in self._of_size}
        self._usual = int(sizes.mode().values) if len(sizes) else 0

    def against(self, unrelated: Float[Tensor, "direction dim"]) -> "Baseline":
        """The baseline of z-scores that these directions make."""
        return Baseline(self, unrelated)


class Baseline:
    """Scores by unrelated directions.

    The percentile ranks the alignment, in standard deviations above that with unrelated directions, among those of
    random groups. In the z-score the mean of random groups is taken away from every alignment first: a direction that
    fits any image scores no higher than another.
    """

    def __init__(self, chance: Chance, unrelated: Float[Tensor, "direction dim"]) -> None:
        self._chance = chance
        self._spreads: dict[int, _OfSize] = {}
        for size, groups in chance._groups.items():
            theirs = groups @ unrelated.T
            parts = chance._of_size[size].split(_AT_ONCE)
            ours = [_two_spreads(chance._embeddings[part] @ unrelated.T, theirs.mean(0)) for part in parts]
            own, centred = (_joined(spreads) for spreads in zip(*ours, strict=True))
            self._spreads[size] = _OfSize(own, centred, _spread(theirs))

    def score(self, direction: Float[Tensor, " dim"]) -> Scored:
        """The answers to the concept of a direction."""
        chance = self._chance
        alignment = chance._embeddings @ direction
        z_score = torch.full_like(alignment, torch.nan)
        percentile, of_groups = z_score.clone(), torch.zeros(0)
        for size, spreads in self._spreads.items():
            of, theirs = chance._of_size[size], chance._groups[size] @ direction
            ours = alignment[of]
            groups = _standardized(theirs, spreads.groups)
            z_score[of] = _standardized(ours - theirs.mean(), spreads.centred)
            percentile[of] = _share_below(groups, _standardized(ours, spreads.components))
            if size == chance._usual:
                of_groups = _share_below(groups, groups)
        return Scored(z_score, percentile, of_groups)


def either(first: Scored, within: Scored) -> Scored:
    """The answers of components by the better of two groups of examples, the second within a class; NaN for no second.

    Of two groups without a meaning, one passes any share more easily: the share of random groups that answer no less is
    divided by the group's part of the chance (weighted Bonferroni), and 1 less that is the percentile.
    """
    both, better = ~within.percentile.isnan(), counts_more(within, first)
    if not both.any():
        return first
    alone = torch.where(both, _of_part(first.percentile, _FIRST), first.percentile)
    # In another order, as equal rows of the two were drawn with the same random numbers.
    partner = torch.arange(len(first.of_groups)) % len(within.of_groups)
    return Scored(
        torch.where(better, within.z_score, first.z_score),
        torch.where(better, _of_part(within.percentile, 1 - _FIRST), alone),
        torch.maximum(
            _of_part(first.of_groups, _FIRST), _of_part(within.of_groups.flip(0)[partner], 1 - _FIRST)
        ),
    )


def counts_more(within: Scored, first: Scored) -> Bool[Tensor, " component"]:
    """True for the components whose examples within a class answer, and more than those of all images."""
    ours, theirs = _of_part(within.percentile, 1 - _FIRST), _of_part(first.percentile, _FIRST)
    return (within.z_score >= WITHIN_ABOVE) & (ours > theirs)


def _of_part(percentile: Float[Tensor, " row"], part: float) -> Float[Tensor, " row"]:
    return (1 - (1 - percentile) / part).clamp(min=0)


def bar(of_groups: Float[Tensor, "concept group"]) -> float:
    """The percentile that 95 % of random groups reach with none of these concepts, 0.95 for a single one."""
    if not of_groups.numel():
        return BEYOND
    best = of_groups.max(0).values.sort().values
    return float(best[int(BEYOND * len(best))])


def _spread(alignments: Float[Tensor, "row direction"]) -> _Spread:
    return _Spread(alignments.mean(1), alignments.std(1).clamp(min=_TINY))


def _two_spreads(
    alignments: Float[Tensor, "row direction"], of_groups: Float[Tensor, " direction"]
) -> tuple[_Spread, _Spread]:
    """Those of the alignments, and of the alignments less what random groups have in common."""
    return _spread(alignments), _spread(alignments - of_groups)


def _joined(parts: Sequence[_Spread]) -> _Spread:
    return _Spread(*(torch.cat(values) for values in zip(*parts, strict=True)))


def _standardized(alignment: Float[Tensor, " row"], spread: _Spread) -> Float[Tensor, " row"]:
    return (alignment - spread.mean) / spread.deviation


def _share_below(groups: Float[Tensor, " group"], z_score: Float[Tensor, " row"]) -> Float[Tensor, " row"]:
    # Groups that are equal but for rounding are not lower.
    return torch.searchsorted(groups.sort().values, z_score - 1e-4) / len(groups)
