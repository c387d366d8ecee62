"""Chance level of labels: the labels of groups of images that have nothing in common.

Whatever picks the best of several must pay for it. The best text of a vocabulary fits anything a little, and the best
group of a component's examples is one of up to four; so random groups of images go through the same steps.
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.analysis.labels.example_groups import divided, parts
from semanticlens_widgets.analysis.labels.two_best import best_of, blocks_of
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.queries.unrelated import against_unrelated, random_groups, random_rows
from semanticlens_widgets.tensors._cosine import normalized

CLEAR_BEYOND = 0.95
"""A label is clear only where its null z-score is higher than that of this share of random groups."""
LONE_PART_CLEAR_BEYOND = 0.98
"""The same for a part of examples whose whole is not clear: one more try, so that both together stay below 7 %."""
N_DIVIDED = 2500
"""Random groups that are divided as examples are, which costs more: 2 % of them has a standard error of 0.3 points."""
_FEWEST = 40
"""Divided random groups that say what divided examples reach by chance; with fewer, all random groups do."""


class Chance:
    """Scores that random groups of images reach with a vocabulary: drawn once for each size, with a fixed seed."""

    def __init__(
        self,
        samples: Float[Tensor, "sample dim"],
        first: Int[Tensor, " sample"],
        vocabulary: EmbeddedVocabulary,
    ) -> None:
        """`first` is the first copy of each sample (see `first_copies`): an image is drawn once."""
        self._samples, self._first, self._vocabulary = samples, first, vocabulary
        self._known = vocabulary.chances.setdefault(samples, {})

    def warn_where_too_few(self, layer: str, sizes: Int[Tensor, " component"]) -> None:
        """Warns where no component can have a clear label: there are too few groups of images to compare with."""
        n, sizes = len(self._first.unique()), sizes[sizes > 0].unique().tolist()
        if sizes and all(math.comb(n, size) * (1 - CLEAR_BEYOND) < 1 for size in sizes):
            warn_user(
                f"only {n} different images are the examples of all components, {max(sizes)} of a component in layer "
                f"{layer!r}: too few other groups to tell a clear label from chance, so that none is clear; build the "
                "lens with more images or a smaller k"
            )

    def percentile(
        self, z_score: Float[Tensor, " component"], sizes: Int[Tensor, " component"]
    ) -> Float[Tensor, " component"]:
        """The share of random groups of the same size whose best text has a lower null z-score; NaN stays NaN."""
        below = torch.full_like(z_score, torch.nan)
        for size in sizes[~z_score.isnan()].unique().tolist():
            reached, of_size = self._kept("whole", size, self._of_whole), sizes == size
            below[of_size] = _share_below(reached, z_score[of_size])
        return below.masked_fill(z_score.isnan(), torch.nan)

    def percentile_of_parts(
        self, z_score: Float[Tensor, " part"], sizes: Int[Tensor, " part"], wholes: Int[Tensor, " part"]
    ) -> Float[Tensor, " part"]:
        """The same for parts of divided examples: `sizes` of `wholes` examples.

        A part is as rare as random groups that have a part as large and as clear. Of a random group its rarest part
        counts: a component has several tries, and what is alike was put together.
        """
        below = torch.empty_like(z_score)
        for whole in wholes.unique().tolist():
            parts = wholes == whole
            reached = self._kept("parts", whole, self._of_parts)
            rarest = self._kept("rarest", whole, lambda _, by=reached: _rarest(by))
            below[parts] = _share_below(-rarest.flip(0), -_rarity(reached, z_score[parts], sizes[parts]))
        return below

    def _kept(self, kind: str, size: int, draw: Callable[[int], Tensor]) -> Tensor:
        if (kind, size) not in self._known:
            self._known[kind, size] = draw(size)
        return self._known[kind, size]

    def _distinct(self) -> Float[Tensor, "sample dim"]:
        return normalized(self._samples[self._first.unique()])

    def _of_whole(self, size: int) -> Float[Tensor, " group"]:
        return best_texts(self._vocabulary, random_groups(self._distinct(), size))[0].sort().values

    def _of_parts(self, whole: int) -> Float[Tensor, "size group"]:
        """The highest null z-score among the parts of at least each size, -inf for none, of every random group."""
        distinct = self._distinct()
        rows = random_rows(len(distinct), whole, N_DIVIDED)
        groups = divided(distinct, rows)
        several = groups.amax(1) > 0
        if several.sum() >= _FEWEST:
            rows, groups = rows[several], groups[several]
        directions, sizes = parts(distinct, rows, groups)
        some = sizes > 0
        z_score = torch.full(some.shape, -torch.inf)
        z_score[some] = best_texts(self._vocabulary, directions[some])[0]
        large = sizes >= torch.arange(whole + 1)[:, None, None]
        return torch.where(large, z_score, -torch.inf).amax(2)


def _rarest(reached: Float[Tensor, "size group"]) -> Float[Tensor, " group"]:
    """The rarity of each random group's rarest part, ascending."""
    each = [_rarity(reached, own, torch.full(own.shape, size)) for size, own in enumerate(reached)]
    return torch.stack(each).amin(0).sort().values


def _rarity(
    reached: Float[Tensor, "size group"], z_score: Float[Tensor, " part"], sizes: Int[Tensor, " part"]
) -> Float[Tensor, " part"]:
    """The share of random groups that have a part as large and as clear; 1 for no part (-inf)."""
    rarity = torch.empty_like(z_score)
    for size in sizes.unique().tolist():
        of_size = sizes == size
        below = torch.searchsorted(reached[size].sort().values, z_score[of_size])
        rarity[of_size] = 1 - below / reached.shape[1]
    return rarity


def _share_below(
    ascending: Float[Tensor, " group"], values: Float[Tensor, " value"]
) -> Float[Tensor, " value"]:
    # One more than were drawn: what is judged might be a random group too.
    return torch.searchsorted(ascending, values) / (len(ascending) + 1)


def clear(
    z_score: Float[Tensor, " component"],
    percentile: Float[Tensor, " component"],
    threshold: float,
    beyond: float | Float[Tensor, " component"] = CLEAR_BEYOND,
) -> Bool[Tensor, " component"]:
    """True if a label is far above unrelated words and clearer than most random groups; False for NaN."""
    return (z_score >= threshold) & (percentile >= beyond)


def best_texts(
    vocabulary: EmbeddedVocabulary, directions: Float[Tensor, "group dim"]
) -> tuple[Float[Tensor, " group"], Int[Tensor, " group"]]:
    """The null z-score of every direction's nearest text, and the text's row."""
    best, texts = best_of(directions @ block.T for block in blocks_of(vocabulary.directions))
    return against_unrelated(directions, best, vocabulary.unrelated)[0], texts
