"""Colours of a map's picture: the requested encoding, as far as it has been computed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from semanticlens_widgets.analysis.audits.verdicts import WORDS
from semanticlens_widgets.lens.session import ScoresKey
from semanticlens_widgets.widgets.answers.audit.class_query import (
    ClassQuery,
    audit_at_hand,
    class_at_hand,
    compute_audit,
)
from semanticlens_widgets.widgets.answers.map.cluster_captions import Caption
from semanticlens_widgets.widgets.answers.map.layout_task import Layout
from semanticlens_widgets.widgets.answers.neurons.rankings import RankQuery
from semanticlens_widgets.widgets.session import WidgetSession
from semanticlens_widgets.widgets.snapshot.colours import (
    VERDICT_COLOURS,
    Colouring,
    of_kinds,
    of_numbers,
    of_ordered,
    plain,
)
from semanticlens_widgets.widgets.snapshot.html import asked_for, short
from semanticlens_widgets.widgets.snapshot.unattended import Step

_SCORES = ("clarity", "polysemanticity", "redundancy")


@dataclass(frozen=True)
class MapState:
    """Contents of a map."""

    layers: Sequence[str]
    method: str
    encoding: str
    query: str
    query_image: str
    judged: ClassQuery
    selection: Sequence[str]
    height: int
    """In pixels."""


def colouring_of(session: WidgetSession, shown: MapState, layout: Layout | None) -> Colouring:
    """The colours of all components of the map; by clusters, or all alike, where what was asked for is not known."""
    ways: dict[str, Callable[[], Colouring | None]] = {
        "alignment": lambda: _by_alignment(session, shown),
        "layer": lambda: _by_layer(sizes_of(session, shown)),
        "relevance": lambda: _by_relevance(session, shown),
        "verdict": lambda: _by_verdict(session, shown),
        **{score: lambda score=score: _by_score(session, shown, score) for score in _SCORES},
    }
    found = ways.get(shown.encoding, lambda: None)()
    return found or _by_cluster(layout) or plain(sum(sizes_of(session, shown).values()), "not coloured yet")


def colour_steps(session: WidgetSession, shown: MapState) -> Iterator[Step]:
    """Computes what the requested encoding shows."""
    rankings = session.rankings
    for layer in shown.layers:
        if shown.encoding == "alignment":
            yield partial(rankings.ranking, RankQuery(layer, shown.query, shown.query_image))
        elif shown.encoding in _SCORES:
            yield lambda check, layer=layer: rankings.scores(layer, lambda _done, _total: check())
    if shown.encoding in ("relevance", "verdict") and len(shown.layers) == 1:
        yield lambda _check: compute_audit(rankings.lens, session.concepts, shown.judged)


def _by_alignment(session: WidgetSession, shown: MapState) -> Colouring | None:
    asked = [RankQuery(layer, shown.query, shown.query_image) for layer in shown.layers]
    rankings = [session.rankings.at_hand(one) for one in asked]
    known = [ranking.alignment.numpy() for ranking in rankings if ranking is not None]
    if len(known) < len(asked):
        return None
    n_images = len(session.images.get(shown.query_image)) if shown.query_image else 0
    about = f"coloured by alignment with {asked_for(shown.query, n_images)}"
    return of_numbers(about, np.concatenate(known), around_zero=True)


def _by_cluster(layout: Layout | None) -> Colouring | None:
    if layout is None or layout.clusters is None:
        return None
    kinds = layout.clusters.cluster_of.numpy()
    return of_kinds("coloured by cluster", kinds, list(map(_with_agreement, layout.captions)))


def _with_agreement(caption: Caption) -> str:
    agree = f", {100 * caption.name.agreement:.0f} % agree" if caption.name.text else ""
    return short(caption.text) + agree


def _by_layer(sizes: Mapping[str, int]) -> Colouring:
    layer_of = np.repeat(np.arange(len(sizes)), list(sizes.values()))
    return of_ordered("coloured by layer", layer_of, list(sizes))


def _by_score(session: WidgetSession, shown: MapState, score: str) -> Colouring | None:
    lens = session.rankings.lens
    if any(lens._session.memo.peek(ScoresKey(layer)) is None for layer in shown.layers):
        return None
    values = [session.rankings.scores(layer)[score].to_numpy(dtype=float) for layer in shown.layers]
    return of_numbers(f"coloured by {score}", np.concatenate(values), around_zero=False)


def _by_relevance(session: WidgetSession, shown: MapState) -> Colouring | None:
    lens, name = session.rankings.lens, class_at_hand(session.rankings.lens, shown.judged)
    if not name or len(shown.layers) > 1:
        return None
    relevance = lens.database.relevance[shown.judged.layer].of(name).double()
    # By the square root, as in the browser: one neuron often has most of it.
    rooted = (relevance.sign() * relevance.abs().sqrt()).numpy()
    return of_numbers(f"coloured by relevance for {name} (its square root)", rooted, around_zero=True)


def _by_verdict(session: WidgetSession, shown: MapState) -> Colouring | None:
    audit = (
        None
        if len(shown.layers) > 1
        else audit_at_hand(session.rankings.lens, session.concepts, shown.judged)
    )
    if audit is None:
        return None
    return of_kinds(
        f"coloured by verdict for {audit.classes[0]}", audit.verdicts[0].numpy(), WORDS, VERDICT_COLOURS
    )


def sizes_of(session: WidgetSession, shown: MapState) -> dict[str, int]:
    """The number of components of every layer of the map."""
    examples = session.rankings.lens.database.examples
    return {layer: examples[layer].n_components for layer in shown.layers}
