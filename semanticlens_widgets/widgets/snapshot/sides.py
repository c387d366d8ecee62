"""A picture of two galleries: the first cards of each side."""

from collections.abc import Callable, Iterable, Sequence

from semanticlens_widgets._texts import escape
from semanticlens_widgets.widgets.answers.comparisons.results import SideQuery, side_order, side_order_at_hand
from semanticlens_widgets.widgets.answers.comparisons.sides import Sides
from semanticlens_widgets.widgets.snapshot.gallery import GalleryState, gallery_snapshot
from semanticlens_widgets.widgets.snapshot.unattended import Step

_CARDS = 5
_KINDS = {"matched": "matched in", "lost": "lost in", "gained": "not in"}


def sides_snapshot(sides: Sides, queries: Sequence[SideQuery], as_crops: bool) -> str:
    """The first cards of each side, the sides below each other."""
    return "".join(_side(sides, query, as_crops) for query in queries)


def side_steps(sides: Sides, queries: Iterable[SideQuery]) -> Iterable[Step]:
    """Returns what computes the order of each side."""
    for query in queries:
        yield _ranking(sides, query)
        yield lambda _check, query=query: side_order(sides, query)


def _ranking(sides: Sides, query: SideQuery) -> Step:
    def rank(check: Callable[[], None]) -> None:
        sides[query.number].by.rankings.ranking(query.query, check)

    return rank


def _side(sides: Sides, query: SideQuery, as_crops: bool) -> str:
    one, other = sides[query.number], sides[query.other].name
    order = side_order_at_hand(sides, query)
    by = f"by similarity with {other}" if query.sort == "similarity" else ""
    if query.narrowed:
        by = f"{_KINDS[query.show]} {other}" if order is not None else "not yet compared by chance"
    cards = GalleryState(query.query, None, None, as_crops, order, by, _CARDS)
    return f'<div style="font-weight:600;margin-top:8px">{escape(one.name)}</div>' + gallery_snapshot(
        one.by.rankings, cards
    )
