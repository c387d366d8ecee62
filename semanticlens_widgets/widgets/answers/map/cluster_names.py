"""Names of clusters: the text for what sets a cluster's components apart from all others, where chance has none.

The contrast of a text is the mean alignment of the members with it, less that of all components. The text of the
highest contrast is the name if it passes four tests: its contrast is higher than that of the best text in 95 % of
random groups of as many components; the cluster aligns with it further above unrelated words than the best of as many
texts without relation would, 19 times out of 20; at least half of the members agree with it; and no cluster with a
higher contrast has it already.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional

from semanticlens_widgets.analysis import EmbeddedVocabulary
from semanticlens_widgets.analysis.queries.unrelated import against_unrelated
from semanticlens_widgets.tensors._cosine import normalized

N_GROUPS = 400
"""Random groups per cluster: a share of 5 % counted in them has a standard error of 1.1 percentage points."""
BEYOND = 0.95
"""Share of random groups that a name has to exceed, and of unrelated words that it has to exceed for a member."""
LEAST_AGREEMENT = 0.5
_ONE_SIDED = NormalDist().inv_cdf(BEYOND)
_TRIES = 20
"""Texts that a cluster tries, best first: further ones say little of it."""


@dataclass(frozen=True)
class ClusterName:
    """A text for a cluster with the evidence for it."""

    text: str
    """"" if no text passes the tests."""
    agreement: float
    """Share of the members that agree with the text, in [0, 1]; NaN without a text."""
    elsewhere: float
    """The same of all components outside of the cluster."""
    chance_percentile: float
    """Share of random groups whose best text has a lower contrast than this one, in [0, 1]."""
    runner_up: str = ""
    """The text of the next lower contrast; "" without a name."""
    is_close: bool = False
    """True if the members do not prefer the text to the runner-up: a paired test over them, one-sided at 5 %."""


NAMELESS = ClusterName("", torch.nan, torch.nan, torch.nan)


@dataclass(frozen=True, eq=False)
class Naming:
    """Texts to name groups of components by."""

    texts: Sequence[str]
    directions: Float[Tensor, "text dim"]
    """A row of `vectors` times a direction is the alignment of the component with the text."""
    vectors: Float[Tensor, "component dim"]
    agree: Callable[[int], Bool[Tensor, " component"]]
    """Components that agree with the text of this index."""
    is_related: Callable[[Float[Tensor, " dim"], int], bool] = lambda direction, text: True
    """Tells whether a group's direction has more to do with a text than with unrelated words."""

    def contrast(self, means: Float[Tensor, "group dim"]) -> Float[Tensor, "group text"]:
        """Returns the contrast of each text for groups, given by the mean of their vectors."""
        return (means - self.vectors.mean(0)) @ self.directions.T


def by_direction(vectors: Float[Tensor, "component dim"], vocabulary: EmbeddedVocabulary) -> Naming:
    """Names groups by their mean embedding, less the mean of all components.

    A component agrees with a text that aligns with it better than 95 % of unrelated words.
    """
    least = NormalDist().inv_cdf(BEYOND ** (1 / max(1, len(vocabulary.texts))))

    def agree(text: int) -> Bool[Tensor, " component"]:
        alignment = vectors @ vocabulary.directions[text]
        return against_unrelated(vectors, alignment, vocabulary.unrelated)[1] >= BEYOND

    def is_related(direction: Float[Tensor, " dim"], text: int) -> bool:
        alignment = (direction @ vocabulary.directions[text]).unsqueeze(0)
        z_score, _ = against_unrelated(direction.unsqueeze(0), alignment, vocabulary.unrelated)
        return bool(z_score >= least)

    return Naming(vocabulary.texts, normalized(vocabulary.directions), vectors, agree, is_related)


def by_labels(counts: Float[Tensor, "component label"], labels: Sequence[str]) -> Naming:
    """Names groups by labels of images: the alignment with a label is the share of a component's examples that have it.

    `counts` is how many examples of a component have a label. A component agrees with a label that two of its examples
    have, or its only one.
    """
    n_labelled = counts.sum(1)
    shares = counts / n_labelled.clamp(min=1).unsqueeze(1)
    return Naming(
        labels, torch.eye(len(labels)), shares, lambda label: counts[:, label] >= n_labelled.clamp(1, 2)
    )


def cluster_names(naming: Naming, clusters: Sequence[Int[Tensor, " _"]]) -> list[ClusterName]:
    """Returns one name a cluster, given the rows of its members in `naming.vectors`; no two alike but "".

    Of two clusters that want one name, that of the higher contrast has it, and the other its next best.
    """
    if not clusters or not naming.texts:
        return [NAMELESS] * len(clusters)
    means = torch.stack([naming.vectors[rows].mean(0) for rows in clusters])
    contrasts = naming.contrast(means)
    names = [NAMELESS] * len(clusters)
    taken: set[str] = set()
    for cluster in contrasts.amax(1).argsort(descending=True, stable=True).tolist():
        name = _name(naming, clusters[cluster], means[cluster], contrasts[cluster], taken)
        names[cluster] = name
        taken.add(name.text.casefold())
    return names


def _name(
    naming: Naming,
    members: Int[Tensor, " member"],
    mean: Float[Tensor, " dim"],
    contrast: Float[Tensor, " text"],
    taken: set[str],
) -> ClusterName:
    percentile = torch.searchsorted(_chance(naming, len(members)), contrast) / (N_GROUPS + 1)
    direction = mean - naming.vectors.mean(0)
    inside = torch.zeros(len(naming.vectors), dtype=torch.bool)
    inside[members] = True
    order: list[int] = contrast.argsort(descending=True, stable=True).tolist()
    for place, text in enumerate(order[:_TRIES]):
        if percentile[text] < BEYOND or not naming.is_related(direction, text):
            break
        agree = naming.agree(text)
        agreement = float(agree[inside].double().mean())
        if agreement >= LEAST_AGREEMENT and naming.texts[text].casefold() not in taken:
            elsewhere = float(agree[~inside].double().mean())
            found = ClusterName(naming.texts[text], agreement, elsewhere, float(percentile[text]))
            return (
                found
                if place + 1 == len(order)
                else _compared(found, naming, members, text, order[place + 1])
            )
    return ClusterName("", torch.nan, torch.nan, float(percentile.max()))


def _compared(
    name: ClusterName, naming: Naming, members: Int[Tensor, " member"], text: int, runner_up: int
) -> ClusterName:
    """Returns the name with its runner-up: each member's excess of alignment with the one over the other is a pair."""
    excess = naming.vectors @ (naming.directions[text] - naming.directions[runner_up])
    own = excess[members] - excess.mean()
    error = float(own.std()) / math.sqrt(len(own)) if len(own) > 1 else math.inf
    is_close = not float(own.mean()) > _ONE_SIDED * error
    return replace(name, runner_up=naming.texts[runner_up], is_close=is_close)


def _chance(naming: Naming, size: int) -> Float[Tensor, " group"]:
    """Returns the highest contrast in each random group of `size` components, ascending; the same for one size."""
    generator = torch.Generator().manual_seed(0)
    n = len(naming.vectors)
    rows = torch.stack([torch.randperm(n, generator=generator)[:size] for _ in range(N_GROUPS)])
    means = functional.embedding_bag(rows, naming.vectors, mode="mean")
    return naming.contrast(means).amax(1).sort().values
