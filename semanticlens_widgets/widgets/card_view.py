"""The card widget: how interpretable layers, models or checkpoints are, number by number."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import traitlets
from ipywidgets import Layout

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.analysis import Card
from semanticlens_widgets.analysis.cards.numbers import NUMBERS
from semanticlens_widgets.widgets.answers.results.card_info import card_info
from semanticlens_widgets.widgets.session import session_of
from semanticlens_widgets.widgets.snapshot.results import card_snapshot
from semanticlens_widgets.widgets.views.result_view import ResultView
from semanticlens_widgets.widgets.views.trait_types import Choice


class CardView(ResultView):
    """An interpretability card with histograms, ranking and the curve along layers or checkpoints.

    A bar of a histogram selects its components in the other widgets of the lens, and galleries show them alone.
    `number`, `ranked` and `bar` follow the reader and can be set and observed; `components` are those of the bar.
    """

    _view = traitlets.Unicode("card_view").tag(sync=True)

    card_info = traitlets.Dict(read_only=True).tag(sync=True, typescript="CardInfo")
    number = Choice(NUMBERS).tag(sync=True)
    """The number whose curve and ranking are shown."""
    ranked = traitlets.Bool(False).tag(sync=True)
    """True for the most interpretable row first, False for the order of the card."""
    bar = traitlets.List().tag(sync=True, typescript="[] | [row: number, number: string, bar: number]")
    """The chosen bar: a row of `card.table`, a number, and the bar from the left; empty for none."""

    def __new__(cls, card: object, *given: Any, **rest: Any) -> Any:
        """Raises TypeError for anything but a card of lenses."""
        if not isinstance(card, Card) or not card.lenses:
            raise TypeError(
                f"card must be a card of lenses, not {shown(card)}; make one with lens.card() or comparison.card()"
            )
        return super().__new__(cls, card.lenses[0], *given, **rest)

    def __init__(
        self,
        card: Card,
        *,
        number: str = "clarity",
        ranked: bool = False,
        height: int = 640,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
    ) -> None:
        """Opens the widget of a card.

        Args:
            card: The result of `lens.card()` or `comparison.card()`.
            number: The initial number of curve and ranking: "clarity", "clear", "polysemanticity", "redundancy" or
                "labelled".
            ranked: Whether the most interpretable layer comes first.
            height: In pixels, 240 to 4,000.
            linked: The changes to share with the other widgets of the lens, as in `NeuronGallery`.
            layout: As in `NeuronGallery`.

        Raises ValueError for an invalid argument.
        """
        self.card = card
        lens: Any = card.lenses[0]
        layer = card.parts[0].layer
        super().__init__(
            lens, layer=layer, number=number, ranked=ranked, height=height, linked=linked, layout=layout
        )
        self.set_trait("card_info", card_info(card))

    @property
    def components(self) -> list[str]:
        """The names of the components in the chosen bar; empty without one."""
        if not self.bar:
            return []
        row, number, bar = self.bar
        return self.card.histograms(number).components(row, bar)

    @traitlets.validate("bar")
    def _check_bar(self, proposal: Any) -> list[Any]:
        bar = proposal["value"]
        if bar and not _is_bar(self.card, bar):
            raise ValueError(
                f"bar must be a row of the card, one of its numbers and a bar of its histogram, not {shown(bar)}; "
                '[0, "clarity", 0] is the lowest bar of the first row'
            )
        return bar

    @traitlets.observe("bar")
    def _show_bar(self, change: Any) -> None:
        names = self.components
        for row in {bar[0] for bar in (change["old"], change["new"]) if bar}:
            part = self.card.rows[row]
            is_total = row >= len(self.card.parts)
            lens: Any = self.card.lenses[0 if is_total else row]
            chosen = names if change["new"] and change["new"][0] == row else []
            session_of(lens).link.show_components(chosen, "" if is_total else part.layer)
        if not self.bar or self._is_own(self.bar[0]):
            self.selection = names

    def _is_own(self, row: int) -> bool:
        return row >= len(self.card.parts) or self.card.lenses[row] is self.lens

    def _drawn(self) -> Sequence[str]:
        return card_snapshot(self.card)

    def _title(self) -> str:
        return f"Interpretability of {', '.join(dict.fromkeys(part.name for part in self.card.parts))}"

    def __repr__(self) -> str:
        return f"<CardView of {self.card!r}; open the notebook in Jupyter to see it>"


def _is_bar(card: Card, bar: list[Any]) -> bool:
    if len(bar) != 3 or bar[1] not in NUMBERS or any(type(place) is not int for place in (bar[0], bar[2])):
        return False
    n_bars = len(card.histograms(bar[1]).edges) - 1
    return 0 <= bar[0] < len(card.rows) and 0 <= bar[2] < n_bars
