"""Pictures of a card and of what a layer knows."""

from collections.abc import Iterator

import pandas as pd

from semanticlens_widgets._texts import escape
from semanticlens_widgets.analysis import Card, Knowledge
from semanticlens_widgets.analysis.cards.html import card_html
from semanticlens_widgets.analysis.cards.numbers import NUMBERS
from semanticlens_widgets.widgets.snapshot.html import facts, listed

_CATEGORIES = 12
_WORDS = 10
_HOLES = 60


def card_snapshot(card: Card) -> list[str]:
    """The table, and the trend of every number in words."""
    trends = [escape(card.trend(name)) for name in NUMBERS] if len(card.parts) > 1 else []
    return [card_html(card.table), "<br>".join(trends)]


def knowledge_snapshot(knowledge: Knowledge) -> list[str]:
    """The words with most components under their topmost categories that differ, and the holes."""
    table = knowledge.table
    known = table[table["known"]]
    words = known[known["in_vocabulary"]].sort_values("n_components", ascending=False, kind="stable")
    head = facts(
        f"{knowledge.n_components:,} neurons of {knowledge.layer}",
        f"{len(words):,} of {table['in_vocabulary'].sum():,} words known",
    )
    holes = listed(list(knowledge.holes["word"]), _HOLES)
    lines = "".join(f"<div>{line}</div>" for line in _lines(words))
    return [
        f"<div>{escape(head)}</div>{lines}",
        f"<div>No neuron's clear label: {escape(holes)}</div>" if holes else "",
    ]


def _lines(words: pd.DataFrame) -> Iterator[str]:
    """One line a hypernym: it and its words with their numbers of components."""
    above = [" > ".join(str(path).split(" > ")[:-1][-2:]) or "other words" for path in words["path"]]
    groups = sorted(words.groupby(above, sort=False), key=lambda group: -group[1]["n_components"].sum())
    for name, group in groups[:_CATEGORIES]:
        shown = [f"{row.word} ({row.n_components})" for row in group.head(_WORDS).itertuples()]
        yield f"<b>{escape(str(name))}</b>: {escape(', '.join(shown))}"
