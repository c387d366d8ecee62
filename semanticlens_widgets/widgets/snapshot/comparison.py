"""A picture of the map of several sides: where the points lie so far, in the colours that are known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
from torch import Tensor

from semanticlens_widgets._texts import escape
from semanticlens_widgets.widgets.answers.comparisons.matches import ALONE, MATCHED
from semanticlens_widgets.widgets.answers.neurons.rankings import RankQuery
from semanticlens_widgets.widgets.comparison_session import ComparisonSession
from semanticlens_widgets.widgets.palettes import KINDS_ON_ANY
from semanticlens_widgets.widgets.snapshot.colours import Colouring, of_kinds, of_numbers
from semanticlens_widgets.widgets.snapshot.html import asked_for, data_image
from semanticlens_widgets.widgets.snapshot.map import drawn_map, legend_html
from semanticlens_widgets.widgets.snapshot.points_svg import WIDTH
from semanticlens_widgets.widgets.snapshot.sample import sampled
from semanticlens_widgets.widgets.snapshot.unattended import Step

_MARKED = 200
_OF_MATCHES = tuple(KINDS_ON_ANY[place] for place in (4, 3, 2))
"""Matched, lost and gained, as in the browser."""


@dataclass(frozen=True)
class CompareState:
    """Contents of a comparison map."""

    pair: Sequence[str]
    """The two sides whose matches are shown."""
    method: str
    encoding: str
    query: str
    query_image: str
    selection: Sequence[tuple[str, str]]
    height: int
    """In pixels."""


def comparison_snapshot(session: ComparisonSession, shown: CompareState) -> str:
    """The map, its legend and the numbers of matches, as far as they are known."""
    names = session.sides.comparison.sides
    selected = _selected(session, shown)
    sample = sampled(session.layouts, names, shown.method, selected)
    colouring = _colouring(session, shown)
    n = len(colouring.place)
    of_all = (
        f"{n:,} neurons" if n == len(sample.rows) else f"{n:,} neurons (a sample of {len(sample.rows):,})"
    )
    said = f"Map of {of_all} of {' and '.join(names)} by {sample.method.upper()}, {colouring.about}"
    marked = np.isin(sample.rows, selected).nonzero()[0].tolist()
    file = drawn_map(sample, colouring, marked, shown.height)
    picture = data_image(file, "svg+xml", said, WIDTH, shown.height)
    return f"<div>{escape(said)}</div>{picture}{legend_html(colouring)}<div>{escape(_counts(session, shown))}</div>"


def comparison_steps(session: ComparisonSession, shown: CompareState) -> Iterator[Step]:
    """Computes the colours and the matches, then the layout with its clusters."""
    names = session.sides.comparison.sides
    for one in session.sides if shown.encoding == "alignment" else ():
        query = RankQuery(one.side.layer, shown.query, shown.query_image)
        yield lambda check, one=one, query=query: one.by.rankings.ranking(query, check)
    for source, target in (shown.pair, list(reversed(shown.pair))):
        yield lambda check, source=source, target=target: session.matches.drawn(source, target, check)
    yield lambda check: session.layouts.task(names, shown.method).finish(check=check)


def _colouring(session: ComparisonSession, shown: CompareState) -> Colouring:
    """Colours by the query or by match where these are known, else by side; every second side is drawn as rings."""
    ways = {"alignment": _by_alignment, "match": _by_match}
    found = ways.get(shown.encoding, lambda *given: None)(session, shown) or _by_side(session)
    return replace(found, hollow=_side_of(session) % 2 == 1)


def _side_of(session: ComparisonSession) -> np.ndarray:
    return np.repeat(np.arange(len(session.sides)), [one.n_components for one in session.sides])


def _by_side(session: ComparisonSession) -> Colouring:
    return of_kinds("coloured by side", _side_of(session), session.sides.comparison.sides)


def _by_alignment(session: ComparisonSession, shown: CompareState) -> Colouring | None:
    found = [
        one.by.rankings.at_hand(RankQuery(one.side.layer, shown.query, shown.query_image))
        for one in session.sides
    ]
    known = [ranking for ranking in found if ranking is not None]
    if len(known) < len(found):
        return None
    column = "alignment" if session.sides.one_space else "null_z_score"
    values = np.concatenate([getattr(ranking, column).numpy() for ranking in known])
    n_images = len(session.images.get(shown.query_image)) if shown.query_image else 0
    return of_numbers(
        f"coloured by alignment with {asked_for(shown.query, n_images)}", values, around_zero=True
    )


def _by_match(session: ComparisonSession, shown: CompareState) -> Colouring | None:
    flags = _flags(session, shown)
    if flags is None:
        return None
    kind = np.full(len(_side_of(session)), -1)
    for place, name in enumerate(shown.pair):
        start = _starts(session)[session.sides.number(name)]
        own = flags[place].numpy()
        kinds = np.where(own & MATCHED, 0, np.where(own & ALONE, 1 + place, -1))
        kind[start : start + len(own)] = kinds
    return of_kinds("coloured by match", kind, ["matched", "lost", "gained"], _OF_MATCHES)


def _flags(session: ComparisonSession, shown: CompareState) -> tuple[Tensor, Tensor] | None:
    there, back = (session.matches.known(*pair) for pair in (shown.pair, list(reversed(shown.pair))))
    return None if there is None or back is None else (there, back)


def _counts(session: ComparisonSession, shown: CompareState) -> str:
    flags = _flags(session, shown)
    if flags is None:
        return ""
    before, after = shown.pair
    n_matched = [int((own & MATCHED > 0).sum()) for own in flags]
    n_alone = [int((own & ALONE > 0).sum()) for own in flags]
    return (
        f"Matched: {n_matched[0]:,} of {before}, {n_matched[1]:,} of {after}; "
        f"lost: {n_alone[0]:,}; gained: {n_alone[1]:,}. By chance 5 % are matched."
    )


def _selected(session: ComparisonSession, shown: CompareState) -> list[int]:
    starts = _starts(session)
    found = []
    for name, component in shown.selection[:_MARKED]:
        examples = session.sides.named(name).side.examples
        found.append(starts[session.sides.number(name)] + examples.component(component.rpartition(":")[2]))
    return found


def _starts(session: ComparisonSession) -> list[int]:
    """The first row of every side."""
    return list(accumulate((one.n_components for one in session.sides), initial=0))
