"""The components of one side in the order in which a gallery shows them, and their table."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int

from semanticlens_widgets.widgets.answers.comparisons.sides import Sides
from semanticlens_widgets.widgets.answers.neurons.rankings import RankQuery

Show = Literal["all", "matched", "lost", "gained"]


@dataclass(frozen=True)
class SideQuery:
    """The contents of a gallery that shows one side beside another."""

    number: int
    other: int
    """The side of the other gallery, where matches are looked for."""
    query: RankQuery
    """With sort="alignment" where cards are sorted by strength or by similarity."""
    sort: str
    show: Show = "all"

    @property
    def narrowed(self) -> bool:
        """True if only some components are shown; the later side has lost nothing, the earlier one gained nothing."""
        return self.show == "matched" or self.show == ("lost" if self.number < self.other else "gained")


def side_order(sides: Sides, shown: SideQuery) -> Int[np.ndarray, " place"]:
    """Returns the components that are shown, in order; those without a value last."""
    return _shown(sides, shown, sides[shown.number].by.rankings.order(shown.query))


def side_order_at_hand(sides: Sides, shown: SideQuery) -> Int[np.ndarray, " place"] | None:
    """As `side_order`; None where it takes more than a moment."""
    if shown.narrowed and not sides.comparison._matching.is_drawn(shown.number, shown.other):
        return None
    rankings = sides[shown.number].by.rankings
    order = rankings.order_at_hand(shown.query, rankings.at_hand(shown.query))
    return None if order is None else _shown(sides, shown, order)


def _shown(sides: Sides, shown: SideQuery, order: Int[np.ndarray, " component"]) -> Int[np.ndarray, " place"]:
    """Sorts the components of the query's order by similarity and narrows them, as it is asked for."""
    values = _values(sides, shown)
    if values is not None:
        keys = -values[order] if shown.query.descending else values[order]
        order = order[np.argsort(np.where(np.isnan(keys), np.inf, keys), kind="stable")]
    return order[_kept(sides, shown)[order]] if shown.narrowed else order


def side_table(sides: Sides, shown: SideQuery) -> pd.DataFrame:
    """Returns one row a component in the order of the cards, with its scores, its nearest and what that is worth."""
    one, other = sides[shown.number], sides[shown.other].side
    table = one.by.rankings.table(shown.query)
    ranking = one.by.rankings.ranking(shown.query)
    table = table.sort_values("index").set_index("index", drop=False)
    place = list(table.columns).index("null_percentile") + 1
    table.insert(place, "null_z_score", np.nan if ranking is None else ranking.null_z_score.numpy())
    matching, pair = sides.comparison._matching, (shown.number, shown.other)
    nearest = matching.nearest(*pair)
    table["counterpart"] = [other.names[index] if index >= 0 else "" for index in nearest.component.tolist()]
    table["similarity"] = nearest.similarity.numpy()
    table["chance_percentile"] = matching.percentile(*pair).numpy()
    table["matched"] = matching.matched(*pair).numpy()
    table["mutual"] = matching.mutual(*pair).numpy()
    table = table.loc[side_order(sides, shown)].reset_index(drop=True)
    table.insert(0, "side", one.name)
    return table


def _values(sides: Sides, shown: SideQuery) -> Float[np.ndarray, " component"] | None:
    """Returns what the components are sorted by; None for the query's own order."""
    if shown.sort == "similarity":
        return sides.comparison._matching.nearest(shown.number, shown.other).similarity.numpy()
    rankings = sides[shown.number].by.rankings
    ranking = rankings.at_hand(shown.query) if shown.sort == "strength" else None
    # Among components of one layer, alignments with an image have the order of their z-scores.
    return None if ranking is None or ranking.calibration is None else ranking.null_z_score.numpy()


def _kept(sides: Sides, shown: SideQuery) -> Bool[np.ndarray, " component"]:
    matching = sides.comparison._matching
    kept = matching.matched if shown.show == "matched" else matching.alone
    return kept(shown.number, shown.other).numpy()
