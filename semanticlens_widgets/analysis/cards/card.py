"""The interpretability card of layers, models and checkpoints."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
import torch

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets._choices import CardNumber
from semanticlens_widgets._display import mimebundle_of
from semanticlens_widgets.analysis.cards.figures import curve_figure, histogram_figure
from semanticlens_widgets.analysis.cards.histograms import Histograms
from semanticlens_widgets.analysis.cards.html import card_html
from semanticlens_widgets.analysis.cards.numbers import (
    LOWER_IS_BETTER,
    NUMBERS,
    LayerNumbers,
    numbers_of,
    pooled,
)
from semanticlens_widgets.analysis.cards.trends import apart, trend
from semanticlens_widgets.analysis.labels.labels import label
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.sides import Side

if TYPE_CHECKING:
    import plotly.graph_objects as go


class Card:
    """Interpretability of layers: means over components, their intervals, and what random groups of images give.

    The numbers: `clarity`, `polysemanticity` and `redundancy` as of `lens.scores`; `clear`, the share of components
    that are clearer than 95 % of random groups; `labelled`, the share with a clear label of the vocabulary.
    """

    def __init__(
        self, parts: Sequence[LayerNumbers], total: str | None = None, lenses: Sequence[object] = ()
    ) -> None:
        """`total` names a row of the table over the components of all layers; `lenses` are those of the parts."""
        self.parts, self._total, self.lenses = parts, total, lenses

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a layer, and in the card of a lens of several one for all their components.

        Columns: name, layer, n_components, n_dead; each number as its mean over components that are not dead, then with
        the endings _low and _high (95 % interval over components) and _chance (random groups).
        """
        return pd.DataFrame([_row(part) for part in self.rows])

    @cached_property
    def rows(self) -> list[LayerNumbers]:
        """The numbers behind the rows of the table, component by component."""
        total = [pooled(self._total, self.parts)] if self._total and len(self.parts) > 1 else []
        return [*self.parts, *total]

    def ranking(self, by: CardNumber = "clarity") -> pd.DataFrame:
        """The layers by one number, the most interpretable first: low polysemanticity and redundancy, high others.

        Columns: name, layer, the number, low, high, and apart: the mean differs from that of the next with 95 %
        confidence.
        """
        check_choice("by", by, NUMBERS)
        ordered = sorted(self.parts, key=lambda part: part.mean(by), reverse=by not in LOWER_IS_BETTER)
        rows = []
        for part, following in zip(ordered, [*ordered[1:], None], strict=True):
            low, high = part.interval(by)
            differs = following is not None and apart(part, following, by)
            rows.append((part.name, part.layer, part.mean(by), low, high, differs))
        return pd.DataFrame(rows, columns=["name", "layer", by, "low", "high", "apart"])

    def trend(self, by: CardNumber = "clarity") -> str:
        """One sentence: the number rises or falls from the first layer or checkpoint to the last, or can't be told."""
        check_choice("by", by, NUMBERS)
        return trend(self.parts, by)

    def histogram(self, by: CardNumber = "clarity") -> "go.Figure":
        """A plotly figure: the distribution of a number over the components of each layer."""
        check_choice("by", by, NUMBERS)
        return histogram_figure(self.parts, by)

    def curve(self, by: CardNumber = "clarity") -> "go.Figure":
        """A plotly figure: a number along the layers or checkpoints in order, with intervals and its trend."""
        check_choice("by", by, NUMBERS)
        return curve_figure(self.parts, by, trend(self.parts, by))

    def histograms(self, by: CardNumber) -> Histograms:
        """The counts behind the widget's bars: of each row, on one scale, with the components in each bar."""
        check_choice("by", by, NUMBERS)
        return Histograms(self.rows, by)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        return mimebundle_of(self, include=include, exclude=exclude) if self.lenses else None

    def _repr_html_(self) -> str:
        return card_html(self.table)

    def __repr__(self) -> str:
        rows = "; ".join(
            f"{part.name} {part.layer}: clarity {part.mean('clarity'):.2f}, {part.mean('labelled'):.0%} labelled"
            for part in self.parts
        )
        return f"<Card of {rows}>"


def card(
    sides: Sequence[Side],
    vocabularies: Sequence[EmbeddedVocabulary],
    *,
    total: str | None = None,
    lenses: Sequence[object] = (),
) -> Card:
    """The card of several sides, each with the vocabulary as its foundation model embeds it, and maybe its lens."""
    parts = []
    for side, words in zip(sides, vocabularies, strict=True):
        clear = label(side.database, None, words, layer=side.layer)["clear"].to_numpy()
        parts.append(numbers_of(side, torch.tensor(clear)))
    return Card(parts, total, lenses)


def _row(part: LayerNumbers) -> dict[str, object]:
    row: dict[str, object] = {
        "name": part.name,
        "layer": part.layer,
        "n_components": part.n_components,
        "n_dead": part.n_dead,
    }
    for number in NUMBERS:
        low, high = part.interval(number)
        row |= {
            number: part.mean(number),
            f"{number}_low": low,
            f"{number}_high": high,
            f"{number}_chance": part.chance[number],
        }
    return row
