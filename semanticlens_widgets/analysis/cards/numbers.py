"""The numbers of a card: scores of a layer's components, and those of random groups of images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from semanticlens_widgets._choices import CardNumber
from semanticlens_widgets.analysis.cards.clarity import CLEAR_BEYOND, clarity_of, embedded_examples
from semanticlens_widgets.analysis.scores.scores import clarity, polysemanticity, redundancy, scores
from semanticlens_widgets.analysis.sides import Side
from semanticlens_widgets.tensors._bootstrap import mean_interval

NUMBERS: tuple[CardNumber, ...] = get_args(CardNumber)
LOWER_IS_BETTER = ("polysemanticity", "redundancy")
SHARES = ("clear", "labelled")
"""Numbers that are 0 or 1 for a component, and shares as means."""
HEADS = {
    "clarity": ("Clarity", "Mean similarity of a component's examples with each other"),
    "clear": (
        "Clearer than chance",
        "Components whose examples are more alike than those of 95 % of random groups",
    ),
    "polysemanticity": ("Polysemanticity", "Distance between the two halves of a component's examples"),
    "redundancy": ("Redundancy", "Similarity with the most similar other component"),
    "labelled": ("Clear labels", "Components with a clear label of the vocabulary"),
}
"""Number -> its title and its meaning."""
_SCORES = ("clarity", "polysemanticity", "redundancy")
_N_SETS = 3


@dataclass(frozen=True, eq=False)
class LayerNumbers:
    """The numbers of one side, component by component."""

    name: str
    layer: str
    components: Sequence[str]
    """Names of the components that are not dead, in the order of `values`."""
    n_dead: int
    values: Mapping[str, Float[Tensor, " component"]]
    """Number -> its value for every component that is not dead; NaN where it has none. Shares are 0 or 1."""
    chance: Mapping[str, float]
    """Number -> its mean over random groups of images, as many and as large."""

    @property
    def n_components(self) -> int:
        """The number of components, dead ones included."""
        return len(self.values["clarity"]) + self.n_dead

    def mean(self, number: str) -> float:
        """The mean over components."""
        return float(self.values[number].nanmean())

    def interval(self, number: str) -> tuple[float, float]:
        """The 95 % interval of the mean, a bootstrap over components."""
        return mean_interval(self.values[number])

    def squared_error(self, number: str) -> float:
        """The squared standard error of the mean."""
        known = self.values[number][~self.values[number].isnan()]
        return float(known.var() / len(known)) if len(known) > 1 else float("nan")


def pooled(name: str, parts: Sequence[LayerNumbers]) -> LayerNumbers:
    """The numbers of all components of several layers together."""
    weights = [len(part.values["clarity"]) for part in parts]
    return LayerNumbers(
        name,
        "all",
        [name for part in parts for name in part.components],
        sum(part.n_dead for part in parts),
        {number: torch.cat([part.values[number] for part in parts]) for number in NUMBERS},
        {
            number: sum(n * part.chance[number] for n, part in zip(weights, parts, strict=True))
            / max(1, sum(weights))
            for number in NUMBERS
        },
    )


def numbers_of(side: Side, clear_labels: Bool[Tensor, " component"]) -> LayerNumbers:
    """The numbers of a side; `clear_labels` is True for components with a clear label."""
    alive, table = side.present, scores(side.database, side.layer)
    percentile = clarity_of(side)[1]
    above = (percentile >= CLEAR_BEYOND).float().masked_fill(percentile.isnan(), torch.nan)
    values = {name: torch.tensor(table[name].to_numpy()) for name in _SCORES}
    values |= {"clear": above, "labelled": clear_labels.float()}
    return LayerNumbers(
        side.name,
        side.layer,
        [name for name, present in zip(side.names, alive.tolist(), strict=True) if present],
        int((~alive).sum()),
        {name: values[name][alive] for name in NUMBERS},
        chance_of(side),
    )


def chance_of(side: Side) -> dict[str, float]:
    """The means over random groups. Of shares they are 5 %, by how they are made."""
    table = side.database.example_table(side.layer)[0]
    found: dict[str, list[Tensor]] = {name: [] for name in _SCORES}
    for rows in side.random_sets(_N_SETS):
        rows = rows[side.present]
        found["redundancy"].append(redundancy(side.embedded(rows)))
        for examples in embedded_examples(table, rows):
            found["clarity"].append(clarity(examples))
            found["polysemanticity"].append(polysemanticity(examples))
    means = {name: float(torch.cat(parts).nanmean()) for name, parts in found.items()}
    return {**means, "clear": 1 - CLEAR_BEYOND, "labelled": 1 - CLEAR_BEYOND}
