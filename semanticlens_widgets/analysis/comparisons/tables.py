"""A comparison as data frames."""

from itertools import permutations

import pandas as pd
import torch
from jaxtyping import Int
from torch import Tensor

from semanticlens_widgets.analysis.comparisons.concepts import examples_shown
from semanticlens_widgets.analysis.comparisons.correlations import ByActivations
from semanticlens_widgets.analysis.comparisons.matching import Matching
from semanticlens_widgets.analysis.comparisons.measures import Measure
from semanticlens_widgets.analysis.sides import Side
from semanticlens_widgets.tensors._bootstrap import mean_interval


def pairs_table(measure: Measure, matching: Matching) -> pd.DataFrame:
    """One row for each ordered pair of sides; see `Comparison.table`."""
    numbers = range(len(measure.sides))
    return pd.DataFrame([_of_pair(measure, matching, *pair) for pair in permutations(numbers, 2)])


def _of_pair(measure: Measure, matching: Matching, left: int, right: int) -> dict[str, object]:
    side, other = measure.sides[left], measure.sides[right]
    best, chance = matching.nearest(left, right).similarity, matching.chance(left, right)
    pairs = matching.pairs_by_chance(left, right)
    matched = matching.matched(left, right)[side.present].float()
    low, high = mean_interval(best)
    matched_low, matched_high = mean_interval(matched)
    row: dict[str, object] = {
        "from": side.name,
        "to": other.name,
        "n_components": int(side.present.sum()),
        "similarity": float(best.nanmean()),
        "low": low,
        "high": high,
        "chance": float(chance.best.nanmean()),
        "matched": float(matched.mean()),
        "matched_low": matched_low,
        "matched_high": matched_high,
        "mutual": float(matching.mutual(left, right)[side.present].float().mean()),
        "mutual_chance": pairs.mutual,
        "one_to_one": float(matching.one_to_one(left, right)[1].nanmean()),
        "one_to_one_chance": pairs.one_to_one,
    }
    if isinstance(measure, ByActivations):
        low, high = measure.cka_interval(left, right)
        row |= {"cka": measure.cka(left, right), "cka_low": low, "cka_high": high}
    return row


def matches_table(measure: Measure, matching: Matching) -> pd.DataFrame:
    """One row a component, for each ordered pair of sides; see `Comparison.matches`."""
    numbers = range(len(measure.sides))
    tables = [_matches_of(measure, matching, *pair) for pair in permutations(numbers, 2)]
    return pd.concat(tables, ignore_index=True)


def _matches_of(measure: Measure, matching: Matching, left: int, right: int) -> pd.DataFrame:
    side, other = measure.sides[left], measure.sides[right]
    nearest = matching.nearest(left, right)
    partner, similarity = matching.one_to_one(left, right)
    return pd.DataFrame(
        {
            "from": side.name,
            "to": other.name,
            "component": side.names,
            "nearest": _names(other, nearest.component),
            "similarity": nearest.similarity.numpy(),
            "chance_percentile": matching.percentile(left, right).numpy(),
            "matched": matching.matched(left, right).numpy(),
            "mutual": matching.mutual(left, right).numpy(),
            "one_to_one": _names(other, partner),
            "one_to_one_similarity": similarity.numpy(),
        }
    )


def alone_table(measure: Measure, matching: Matching, pairs: list[tuple[int, int]]) -> pd.DataFrame:
    """The components of the first of each two sides that show something and that the second lacks, clearest first."""
    return pd.concat([_alone_of(measure, matching, *pair) for pair in pairs], ignore_index=True)


def _alone_of(measure: Measure, matching: Matching, left: int, right: int) -> pd.DataFrame:
    side, other = measure.sides[left], measure.sides[right]
    clarity, percentile = matching.clarity(left)
    index = matching.alone(left, right).nonzero().squeeze(1)
    index = index[clarity[index].argsort(descending=True, stable=True)]
    nearest = matching.nearest(left, right)
    return pd.DataFrame(
        {
            "from": side.name,
            "to": other.name,
            "component": _names(side, index),
            "clarity": clarity[index].numpy(),
            "clarity_percentile": percentile[index].numpy(),
            "nearest": _names(other, nearest.component[index]),
            "similarity": nearest.similarity[index].numpy(),
            "chance_percentile": matching.percentile(left, right)[index].numpy(),
            "examples": [examples_shown(side, number) for number in index.tolist()],
            "nearest_examples": [
                examples_shown(other, number) for number in nearest.component[index].tolist()
            ],
        }
    )


def similarity_matrix(measure: Measure, matching: Matching) -> pd.DataFrame:
    """The similarity of each side (row) to each (column); see `Comparison.matrix`."""
    names = [side.name for side in measure.sides]
    found = torch.eye(len(names))
    for left, right in permutations(range(len(names)), 2):
        found[left, right] = matching.nearest(left, right).similarity.nanmean()
    return pd.DataFrame(found.numpy(), index=names, columns=names)


def _names(side: Side, index: Int[Tensor, " component"]) -> list[str]:
    return [side.names[number] if number >= 0 else "" for number in index.tolist()]
