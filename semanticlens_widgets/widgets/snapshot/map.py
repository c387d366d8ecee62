"""A picture of the map: the points where they lie so far, in the colours that are known."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from semanticlens_widgets._texts import escape
from semanticlens_widgets.widgets.session import WidgetSession
from semanticlens_widgets.widgets.snapshot.colours import Colouring
from semanticlens_widgets.widgets.snapshot.encodings import MapState, colour_steps, colouring_of, sizes_of
from semanticlens_widgets.widgets.snapshot.html import data_image, short
from semanticlens_widgets.widgets.snapshot.points_svg import WIDTH, Name, on_picture, points_svg
from semanticlens_widgets.widgets.snapshot.sample import Sample, first_rows, sampled
from semanticlens_widgets.widgets.snapshot.unattended import Step

_KINDS = 16
"""Of the legend."""
_MARKED = 200


def map_snapshot(session: WidgetSession, shown: MapState) -> str:
    """The map, its legend and what its colours say."""
    selected = _rows_of_selected(session, shown)
    sample = sampled(session.layouts, shown.layers, shown.method, selected)
    colouring = colouring_of(session, shown, sample.layout)
    said = f"{_which(sizes_of(session, shown), sample)}, {colouring.about}"
    marked = np.isin(sample.rows, selected).nonzero()[0].tolist()
    file = drawn_map(sample, colouring, marked, shown.height)
    picture = data_image(file, "svg+xml", said, WIDTH, shown.height)
    return f"<div>{escape(said)}</div>{picture}{legend_html(colouring)}"


def map_steps(session: WidgetSession, shown: MapState) -> Iterator[Step]:
    """Computes the colours, which are soon there, then the layout with its clusters."""
    yield from colour_steps(session, shown)
    yield lambda check: session.layouts.task(shown.layers, shown.method).finish(check=check)


def _which(sizes: Mapping[str, int], sample: Sample) -> str:
    n, drawn = sum(sizes.values()), len(sample.rows)
    of_all = f"{n:,} neurons" if drawn == n else f"{n:,} neurons (a sample of {drawn:,})"
    return f"Map of {of_all} of {', '.join(sizes)} by {sample.method.upper()}"


def drawn_map(sample: Sample, colouring: Colouring, marked: Sequence[int], height: int) -> bytes:
    """The points of a sample with the names of clusters and the marks of selected points, as an SVG file."""
    found = () if sample.layout is None or sample.layout.clusters is None else sample.layout.clusters.clusters
    middles = np.array([cluster.position for cluster in found], dtype=float).reshape(-1, 2)
    points, named = on_picture(sample.positions, middles, height)
    captions = sample.layout.captions if sample.layout else ()
    names = [
        Name(short(caption.text), *place) for caption, place in zip(captions, named.tolist(), strict=True)
    ]
    return points_svg(points, colouring.of(sample.rows), names, marked, height)


def _rows_of_selected(session: WidgetSession, shown: MapState) -> list[int]:
    starts = first_rows(sizes_of(session, shown))
    places = [session.rankings.lens.database.locate(name) for name in shown.selection[:_MARKED]]
    return [starts[layer] + component for layer, component in places if layer in starts]


def legend_html(colouring: Colouring) -> str:
    """The first kinds of the colours."""
    shown = [_entry(colour, text) for colour, text in colouring.legend[:_KINDS]]
    more = len(colouring.legend) - len(shown)
    return f"<div>{' '.join(shown)}{f' and {more:,} more' if more > 0 else ''}</div>"


def _entry(colour: str, text: str) -> str:
    return (
        f'<span style="white-space:nowrap;margin-right:12px"><span style="color:{colour}">●</span> '
        f"{escape(text)}</span>"
    )
