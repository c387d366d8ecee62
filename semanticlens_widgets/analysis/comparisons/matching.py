"""Matches between the components of sides, and the matches that chance gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.cards.clarity import CLEAR_BEYOND, clarity_of
from semanticlens_widgets.analysis.comparisons.measures import Blocks, Measure
from semanticlens_widgets.analysis.comparisons.nearest import Nearest, masked, mutual, nearest_both
from semanticlens_widgets.analysis.comparisons.one_to_one import one_to_one
from semanticlens_widgets.analysis.sides import FEWEST_SETS

MATCHED_BEYOND = 0.95
"""A component is matched if its nearest is more similar than the nearest of as many random groups in 95 % of draws."""
_N_ASSIGNED = 3
"""Random sets that are matched one to one and mutually, too: the mean over components hardly varies among them."""
_LARGE = 4_000_000
"""Similarities beyond which it is one set: a match one to one then takes seconds."""
_ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class Chance:
    """Similarities of one side's components with what has no meaning, in as many draws as are affordable."""

    best: Float[Tensor, "draw component"]
    """The highest similarity with any of as many random groups as the other side has components."""

    def percentile(self, similarity: Float[Tensor, " component"]) -> Float[Tensor, " component"]:
        """The share of draws whose best is lower; NaN stays NaN. With fewer than 19 draws those of all components."""
        similarity = similarity - _ROUNDING  # equal but for rounding is not lower
        if len(self.best) >= FEWEST_SETS:
            below = (self.best < similarity).sum(0) / (len(self.best) + 1)
        else:
            drawn = self.best[~self.best.isnan()].sort().values
            below = torch.searchsorted(drawn, similarity) / (len(drawn) + 1)
        return below.masked_fill(similarity.isnan(), torch.nan)


class PairsByChance(NamedTuple):
    """Pairs that one side's components make with random groups in place of the other's."""

    mutual: float
    """The share of components that are the nearest of their nearest."""
    one_to_one: float
    """The mean similarity of one-to-one matches."""


class Matching:
    """The matches between each two sides by one measure. All is computed when it is first asked for."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._present = [side.present for side in measure.sides]
        self._both = cache(self._nearest_both)
        self.one_to_one = cache(self._one_to_one)
        self.chance = cache(self._chance)
        self.pairs_by_chance = cache(self._pairs_by_chance)
        self._drawn: set[tuple[int, int]] = set()
        self.clarity = cache(self._clarity)

    def nearest(self, left: int, right: int) -> Nearest:
        """The most similar component of the right side, for every one of the left."""
        return self._both(left, right)[0] if left < right else self._both(right, left)[1]

    def mutual(self, left: int, right: int) -> Bool[Tensor, " component"]:
        """True for components of the left side that are the nearest of their nearest."""
        return mutual(self.nearest(left, right), self.nearest(right, left))

    def is_drawn(self, left: int, right: int) -> bool:
        """True if it is known what chance gives, which otherwise takes seconds."""
        return (left, right) in self._drawn

    def percentile(self, left: int, right: int) -> Float[Tensor, " component"]:
        """The share of random sets of groups, in place of the right side, whose nearest is less similar."""
        return self.chance(left, right).percentile(self.nearest(left, right).similarity)

    def matched(self, left: int, right: int) -> Bool[Tensor, " component"]:
        """True for components of the left side whose nearest is above chance."""
        return self.percentile(left, right) >= MATCHED_BEYOND

    def alone(self, left: int, right: int) -> Bool[Tensor, " component"]:
        """True for components of the left side that show something and that the right side lacks."""
        clear = self.clarity(left)[1] >= CLEAR_BEYOND
        return self._present[left] & clear & ~self.matched(left, right)

    def _clarity(self, number: int) -> tuple[Float[Tensor, " component"], Float[Tensor, " component"]]:
        return clarity_of(self._measure.sides[number])

    def _blocks(self, left: int, right: int) -> Blocks:
        blocks = self._measure.similarities(left, right)
        return masked(blocks, self._present[left], self._present[right])

    def _nearest_both(self, left: int, right: int) -> tuple[Nearest, Nearest]:
        return nearest_both(self._blocks(left, right), len(self._present[right]))

    def _one_to_one(
        self, left: int, right: int
    ) -> tuple[Int[Tensor, " component"], Float[Tensor, " component"]]:
        n_left, n_right = len(self._present[left]), len(self._present[right])
        return one_to_one(lambda: self._blocks(left, right), n_left, n_right)

    def _chance(self, left: int, right: int) -> Chance:
        best = [torch.cat([block.amax(1) for block in blocks]) for blocks in self._random(left, right)]
        found = torch.stack(best)
        self._drawn.add((left, right))
        return Chance(found.masked_fill(found == -torch.inf, torch.nan))

    def _pairs_by_chance(self, left: int, right: int) -> PairsByChance:
        rows, columns = self._present[left], self._present[right]
        n_assigned = 1 if len(rows) * len(columns) > _LARGE else _N_ASSIGNED
        shares, means = [], []
        for blocks in islice(self._random(left, right), n_assigned):
            kept = list(blocks)
            shares.append(mutual(*nearest_both(kept, len(columns)))[rows].float().mean())
            means.append(one_to_one(lambda kept=kept: kept, len(rows), len(columns))[1].nanmean())
        return PairsByChance(float(torch.stack(shares).mean()), float(torch.stack(means).mean()))

    def _random(self, left: int, right: int) -> Iterator[Blocks]:
        for blocks in self._measure.with_random(left, right):
            yield masked(blocks, self._present[left], self._present[right])
