"""The two best texts of every component, without ever holding all scores."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

BLOCK = 512
"""Texts scored at a time: 20 MB of scores for 10,000 components."""
AT_ONCE = 4096
"""Components scored at a time where each stands alone: 8 MB of scores, which stay in reach of the cache."""


@dataclass(frozen=True, eq=False)
class TwoBest:
    """Row 0 is the best text and its score, row 1 the runner-up; -1 and -inf where there is none."""

    index: Int[Tensor, "2 component"]
    score: Float[Tensor, "2 component"]

    @property
    def margin(self) -> Float[Tensor, " component"]:
        """The lead of the best over the runner-up; NaN without a runner-up."""
        return (self.score[0] - self.score[1]).masked_fill(self.index[1] < 0, torch.nan)


def two_nearest(embeddings: Float[Tensor, "component dim"], texts: Float[Tensor, "text dim"]) -> TwoBest:
    """The two texts of the highest alignment with every component, in memory that grows with neither."""
    found = [
        two_best((part @ block.T for block in blocks_of(texts)), len(part))
        for part in embeddings.split(AT_ONCE)
    ]
    return TwoBest(torch.cat([each.index for each in found], 1), torch.cat([each.score for each in found], 1))


def two_best(blocks: Iterable[Float[Tensor, "component _"]], n_components: int) -> TwoBest:
    """The two highest scores along the second axis of all blocks side by side; ties go to the earlier text."""
    best = _none(n_components)
    start = 0
    for block in blocks:
        best = _joined(best, _two_of(block, start))
        start += block.shape[1]
    return best


def two_of_pairs(
    embeddings: Float[Tensor, "component dim"],
    texts: Float[Tensor, "text dim"],
    components: Int[Tensor, " pair"],
    rows: Int[Tensor, " pair"],
) -> TwoBest:
    """The two texts of the highest alignment among those that each component is paired with; ties go to the earlier.

    Pairs ascend by component, and then by the row of the text.
    """
    pairs = zip(components.split(AT_ONCE), rows.split(AT_ONCE), strict=True)
    score = torch.cat([(embeddings[component] * texts[row]).sum(1) for component, row in pairs])
    order = score.argsort(descending=True, stable=True)
    order = order[components[order].argsort(stable=True)]
    n_texts = components.bincount(minlength=len(embeddings))
    start = n_texts.cumsum(0) - n_texts
    best = _none(len(embeddings))
    for place in (0, 1):
        has = n_texts > place
        pair = order[start[has] + place]
        best.index[place, has], best.score[place, has] = rows[pair], score[pair]
    return best


def best_of(
    blocks: Iterable[Float[Tensor, "component _"]],
) -> tuple[Float[Tensor, " component"], Int[Tensor, " component"]]:
    """The highest score alone, and which text has it; in half the time of `two_best`."""
    scores, indices, starts = [], [], [0]
    for block in blocks:
        best = block.max(1)
        scores.append(best.values)
        indices.append(best.indices + starts[-1])
        starts.append(starts[-1] + block.shape[1])
    best = torch.stack(scores).max(0)
    return best.values, torch.stack(indices).gather(0, best.indices.unsqueeze(0)).squeeze(0)


def blocks_of(texts: Float[Tensor, "text dim"]) -> tuple[Float[Tensor, "some dim"], ...]:
    """The texts, a block at a time."""
    return texts.split(BLOCK)


def _none(n_components: int) -> TwoBest:
    index = torch.full((2, n_components), -1, dtype=torch.int64)
    return TwoBest(index, torch.full((2, n_components), -torch.inf))


def _two_of(block: Float[Tensor, "component some"], start: int) -> TwoBest:
    # max() names the first of equals, which topk() does not promise.
    first = block.max(1)
    rest = block.scatter(1, first.indices.unsqueeze(1), -torch.inf)
    second = rest.max(1)
    lone = torch.full_like(second.indices, -1)
    indices = second.indices + start if block.shape[1] > 1 else lone
    return TwoBest(torch.stack([first.indices + start, indices]), torch.stack([first.values, second.values]))


def _joined(earlier: TwoBest, later: TwoBest) -> TwoBest:
    """The two best of four; the earlier keeps its place among equals."""
    index, score = torch.cat([earlier.index, later.index]), torch.cat([earlier.score, later.score])
    order = score.argsort(dim=0, descending=True, stable=True)[:2]
    return TwoBest(index.gather(0, order), score.gather(0, order))
