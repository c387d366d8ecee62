"""A picture of the gallery: its first cards."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import torch
from PIL import Image, ImageOps

from semanticlens_widgets._texts import escape
from semanticlens_widgets.analysis import Ranking, clarity
from semanticlens_widgets.widgets.answers.labels.labels import Vocabulary
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings, RankQuery
from semanticlens_widgets.widgets.snapshot.html import asked_for, data_image, facts, short

_EXAMPLES = 4
_LABELS = 2
_TILE, _ACROSS = 64, 2


@dataclass(frozen=True)
class GalleryState:
    """Cards that a gallery shows, with their options."""

    shown: RankQuery
    components: Sequence[int] | None
    """Those that are shown; None for all of the layer."""
    vocabulary: Vocabulary | None
    as_crops: bool
    order: "np.ndarray | None" = None
    """The components of the cards in order, where it isn't that of the query."""
    by: str = ""
    """Words for such an order."""
    n_cards: int = 8


def gallery_snapshot(rankings: Rankings, cards: GalleryState) -> str:
    """The first cards in the order in which they are shown, or in the layer's where that one is not known yet."""
    shown, n = cards.shown, rankings.lens.database.examples[cards.shown.layer].n_components
    ranking = rankings.at_hand(shown)
    known = rankings.order_at_hand(shown, ranking) if cards.order is None else cards.order
    order = np.arange(n) if known is None else known
    if cards.components is not None:
        order = order[np.isin(order, cards.components)]
    how_many = f"{len(order):,} neurons" if len(order) == n else f"{len(order):,} of {n:,} neurons"
    said = facts(f"{how_many} of {shown.layer}", cards.by or _by(rankings, shown, known is not None))
    return f"<div>{escape(said)}</div>{''.join(_drawn(rankings, cards, ranking, order[: cards.n_cards].tolist()))}"


def _by(rankings: Rankings, shown: RankQuery, known: bool) -> str:
    """The words for the order of the cards."""
    by = shown.sort.replace("_", " ")
    if shown.sort == "alignment":
        n_images = len(rankings.images.get(shown.query_image)) if shown.query_image else 0
        asked = asked_for(shown.query, n_images)
        by = f"alignment with {asked}" if asked else "number"
    return f"by {by}" if known else f"not yet ordered by {by}"


def _drawn(
    rankings: Rankings, cards: GalleryState, ranking: Ranking | None, components: Sequence[int]
) -> Iterator[str]:
    database, layer = rankings.lens.database, cards.shown.layer
    clear = clarity(database.example_embeddings(layer, torch.tensor(components, dtype=torch.int64))).tolist()
    for place, component in enumerate(components):
        aligned = math.nan if ranking is None else float(ranking.alignment[component])
        lines = [_called(rankings, cards, component), *_numbers(alignment=aligned, clarity=clear[place])]
        files = database.example_thumbnails(layer, component, _EXAMPLES, as_crops=cards.as_crops)
        yield _card(database.examples[layer].name(component), files, lines)


def _card(name: str, files: Sequence[bytes], lines: Sequence[str]) -> str:
    side, montage = _TILE * _ACROSS, _montage(files)
    drawn = data_image(montage, "webp", f"Examples of {name}", side, side) if montage else "dead: no examples"
    written = "<br>".join([drawn, f"<b>{escape(name)}</b>", *map(escape, filter(None, lines))])
    place = f"display:inline-block;vertical-align:top;width:{side + 24}px;margin:8px 8px 0 0;overflow-wrap:anywhere"
    return f'<div style="{place}">{written}</div>'


def _called(rankings: Rankings, cards: GalleryState, component: int) -> str:
    """The label, once the neurons are named; without a vocabulary what most examples show."""
    layer, vocabulary = cards.shown.layer, cards.vocabulary
    if vocabulary is not None:
        labels = vocabulary.tables.get(layer)
        return (
            "not named yet" if labels is None else short(labels["label"].iloc[component]) or "no clear label"
        )
    shared = [label for label, n in rankings.lens.database.example_labels(layer, component) if n > 1]
    return ", ".join(map(short, shared[:_LABELS]))


def _numbers(**numbers: float) -> list[str]:
    return [f"{name} {value:.2g}" for name, value in numbers.items() if not math.isnan(value)]


def _montage(files: Sequence[bytes]) -> bytes:
    """One WebP file of square cuts, side by side; an empty one without any picture."""
    pictures = [Image.open(BytesIO(file)) for file in files if file]
    canvas = Image.new("RGBA", (_TILE * _ACROSS, _TILE * _ACROSS))
    for place, picture in enumerate(pictures):
        across, down = place % _ACROSS, place // _ACROSS
        canvas.paste(ImageOps.fit(picture, (_TILE - 1, _TILE - 1)), (across * _TILE, down * _TILE))
    file = BytesIO()
    canvas.save(file, "WEBP", quality=70, method=2)
    return file.getvalue() if pictures else b""
