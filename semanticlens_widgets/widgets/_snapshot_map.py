"""A picture of the map: the points where they lie so far, in the colours that are known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from semanticlens_widgets.analysis.verdicts import WORDS
from semanticlens_widgets.widgets._lines import Line
from semanticlens_widgets.widgets._map_layouts import Layout
from semanticlens_widgets.widgets._rankings import Shown
from semanticlens_widgets.widgets._snapshot import asked_for, data_image, short
from semanticlens_widgets.widgets._snapshot_audit import ShownClass, audit_at_hand, class_at_hand
from semanticlens_widgets.widgets._snapshot_colours import (
    VERDICT_COLOURS,
    Colouring,
    of_kinds,
    of_numbers,
    plain,
)
from semanticlens_widgets.widgets._snapshot_points import HEIGHT, WIDTH, Name, on_picture, points_svg

_KINDS = 12
"""Of the legend."""
_MARKED = 200
_SCORES = ("clarity", "polysemanticity", "redundancy")


@dataclass(frozen=True)
class ShownMap:
    """What a map shows."""

    layers: Sequence[str]
    method: str
    encoding: str
    query: str
    query_image: str
    judged: ShownClass
    selection: Sequence[str]


def map_snapshot(line: Line, shown: ShownMap) -> str:
    """The map, its legend and what its colours say."""
    layout = line.layouts.at_hand(shown.layers, shown.method)
    colouring = _colouring(line, shown, layout)
    n, where = len(layout.projection), ", ".join(shown.layers)
    said = f"Map of {n:,} neurons of {where} by {layout.projection.method.upper()}, {colouring.about}"
    picture = data_image(_drawn(line, shown, layout, colouring), "svg+xml", said, WIDTH, HEIGHT)
    return f"<div>{escape(said)}</div>{picture}{_legend(colouring)}"


def _drawn(line: Line, shown: ShownMap, layout: Layout, colouring: Colouring) -> bytes:
    found = [] if layout.clusters is None else layout.clusters.clusters
    middles = np.array([cluster.position for cluster in found], dtype=float).reshape(-1, 2)
    points, named = on_picture(layout.projection.positions.double().numpy(), middles)
    names = [
        Name(short(caption.name), *place)
        for caption, place in zip(layout.captions, named.tolist(), strict=True)
    ]
    return points_svg(points, colouring, names, _rows(line, shown, layout))


def _rows(line: Line, shown: ShownMap, layout: Layout) -> list[int]:
    """The points of what is selected."""
    places = [line.rankings.lens.database.place(name) for name in shown.selection[:_MARKED]]
    return [
        layout.projection.layers[layer].start + component
        for layer, component in places
        if layer in layout.projection.layers
    ]


def _colouring(line: Line, shown: ShownMap, layout: Layout) -> Colouring:
    ways: dict[str, Callable[[], Colouring | None]] = {
        "alignment": lambda: _by_alignment(line, shown),
        "layer": lambda: _by_layer(layout),
        "relevance": lambda: _by_relevance(line, shown),
        "verdict": lambda: _by_verdict(line, shown),
        **{score: lambda score=score: _by_score(line, shown, score) for score in _SCORES},
    }
    found = ways.get(shown.encoding, lambda: None)()
    return found or _by_cluster(layout) or plain(len(layout.projection), "not coloured yet")


def _by_alignment(line: Line, shown: ShownMap) -> Colouring | None:
    asked = [Shown(layer, shown.query, shown.query_image) for layer in shown.layers]
    rankings = [line.rankings.at_hand(one) for one in asked]
    known = [ranking.alignment.numpy() for ranking in rankings if ranking is not None]
    if len(known) < len(asked):
        return None
    n_images = len(line.images.get(shown.query_image)) if shown.query_image else 0
    about = f"coloured by alignment with {asked_for(shown.query, n_images)}"
    return of_numbers(about, np.concatenate(known), around_zero=True)


def _by_cluster(layout: Layout) -> Colouring | None:
    if layout.clusters is None:
        return None
    names = [short(caption.name) for caption in layout.captions]
    return of_kinds("coloured by cluster", layout.clusters.cluster_of.numpy(), names)


def _by_layer(layout: Layout) -> Colouring:
    layers = layout.projection.layers
    sizes = [rows.stop - rows.start for rows in layers.values()]
    return of_kinds("coloured by layer", np.repeat(np.arange(len(sizes)), sizes), list(layers))


def _by_score(line: Line, shown: ShownMap, score: str) -> Colouring | None:
    lens = line.rankings.lens
    if not all(lens.known("scores", layer) for layer in shown.layers):
        return None
    values = [line.rankings.scores(layer)[score].to_numpy(dtype=float) for layer in shown.layers]
    return of_numbers(f"coloured by {score}", np.concatenate(values), around_zero=False)


def _by_relevance(line: Line, shown: ShownMap) -> Colouring | None:
    lens, name = line.rankings.lens, class_at_hand(line.rankings.lens, shown.judged)
    if not name or len(shown.layers) > 1:
        return None
    relevance = lens.database.relevance[shown.judged.layer].of(name).double()
    # By the square root, as in the browser: one neuron often has most of it.
    rooted = (relevance.sign() * relevance.abs().sqrt()).numpy()
    return of_numbers(f"coloured by relevance for {name} (its square root)", rooted, around_zero=True)


def _by_verdict(line: Line, shown: ShownMap) -> Colouring | None:
    audit = None if len(shown.layers) > 1 else audit_at_hand(line.rankings.lens, line.concepts, shown.judged)
    if audit is None:
        return None
    return of_kinds(
        f"coloured by verdict for {audit.classes[0]}", audit.verdicts[0].numpy(), WORDS, VERDICT_COLOURS
    )


def _legend(colouring: Colouring) -> str:
    shown = [_entry(colour, text) for colour, text in colouring.legend[:_KINDS]]
    more = len(colouring.legend) - len(shown)
    return f"<div>{' '.join(shown)}{f' and {more:,} more' if more > 0 else ''}</div>"


def _entry(colour: str, text: str) -> str:
    return (
        f'<span style="white-space:nowrap;margin-right:12px"><span style="color:{colour}">●</span> '
        f"{escape(text)}</span>"
    )
