"""An interpretability card as the browser gets it."""

from semanticlens_widgets._choices import CardNumber
from semanticlens_widgets.analysis import Card
from semanticlens_widgets.analysis.cards.numbers import (
    HEADS,
    LOWER_IS_BETTER,
    NUMBERS,
    SHARES,
    LayerNumbers,
)
from semanticlens_widgets.widgets.answers.results.protocol import CardInfo, CardRow, NumberInfo, RowNumber
from semanticlens_widgets.widgets.kernel.request import number


def card_info(card: Card) -> CardInfo:
    """Describes a card: numbers, rows and histograms."""
    by_number = {name: _row_numbers(card, name) for name in NUMBERS}
    return {
        "numbers": [_number_info(card, name) for name in NUMBERS],
        "rows": [
            _row(part, place < len(card.parts), [by_number[name][place] for name in NUMBERS])
            for place, part in enumerate(card.rows)
        ],
        "n_parts": len(card.parts),
        "one_lens": all(lens is card.lenses[0] for lens in card.lenses),
    }


def _row(part: LayerNumbers, is_part: bool, numbers: list[RowNumber]) -> CardRow:
    return {
        "name": part.name,
        "layer": part.layer if is_part else "",
        "n_components": part.n_components,
        "n_dead": part.n_dead,
        "numbers": numbers,
    }


def _number_info(card: Card, name: CardNumber) -> NumberInfo:
    title, meaning = HEADS[name]
    return {
        "key": name,
        "title": title,
        "meaning": meaning,
        "is_share": name in SHARES,
        "lower_is_better": name in LOWER_IS_BETTER,
        "edges": card.histograms(name).edges.tolist(),
        "trend": card.trend(name) if len(card.parts) > 1 else "",
    }


def _row_numbers(card: Card, name: CardNumber) -> list[RowNumber]:
    histograms = card.histograms(name)
    ranked = card.ranking(name)
    apart = dict(zip(zip(ranked["name"], ranked["layer"], strict=True), ranked["apart"], strict=True))
    found: list[RowNumber] = []
    for place, part in enumerate(card.rows):
        low, high = part.interval(name)
        found.append(
            {
                "mean": number(part.mean(name)),
                "low": number(low),
                "high": number(high),
                "chance": number(part.chance[name]),
                "counts": histograms.counts(place),
                "apart": bool(apart.get((part.name, part.layer), False)),
            }
        )
    return found
