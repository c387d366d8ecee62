"""Handlers of the requests about components, rankings and their pictures."""

import numpy as np

from semanticlens_widgets.analysis import Ranking
from semanticlens_widgets.images import thumbnail_webp
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.vocabularies import calibrations
from semanticlens_widgets.widgets.answers.neurons.cards import cards, detail
from semanticlens_widgets.widgets.answers.neurons.comparisons import compare
from semanticlens_widgets.widgets.answers.neurons.component_names import checked_index
from semanticlens_widgets.widgets.answers.neurons.control_images import controls
from semanticlens_widgets.widgets.answers.neurons.example_pictures import example_crops, example_heatmaps
from semanticlens_widgets.widgets.answers.neurons.heatmap_pictures import heatmap_pictures
from semanticlens_widgets.widgets.answers.neurons.pictures import packed, thumbnails
from semanticlens_widgets.widgets.answers.neurons.protocol import (
    Calibration,
    CardsResult,
    DetailResult,
    ImageResult,
    Nothing,
    QueryPictureResult,
    RankResult,
)
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages, decode
from semanticlens_widgets.widgets.answers.neurons.rankings import (
    COMPARING,
    Rankings,
    RankQuery,
    report_loading,
)
from semanticlens_widgets.widgets.kernel.request import Answer, Handler, Request, number

MOST_CARDS = 500
_MOST_SAMPLES = 30
_COLUMNS = ("alignment", "null_percentile", "z_score", "null_z_score")
"""Of a ranking, sent after the order."""


def neuron_handlers(rankings: Rankings) -> dict[str, Handler]:
    """Returns the handlers of all requests about single components of one lens, by kind."""
    heatmaps = heatmap_pictures(rankings.lens)
    return {
        "rank": lambda request: _rank(rankings, request),
        "cards": lambda request: _cards(rankings, request),
        "detail": lambda request: _detail(rankings, request),
        "compare": lambda request: Answer(compare(rankings, request.get("names", list))),
        "thumbnails": lambda request: thumbnails(rankings.lens, request),
        "example_crops": lambda request: example_crops(rankings.lens, request),
        "example_heatmaps": lambda request: example_heatmaps(heatmaps, request),
        "image": lambda request: _image(rankings.images, request),
        "query_picture": lambda request: _query_picture(rankings.images, request),
        "prepare": lambda request: _prepare(rankings.lens),
    }


def _rank(rankings: Rankings, request: Request) -> Answer[RankResult]:
    shown = RankQuery(
        layer=rankings.lens.database.layer_name(request.get("layer", str)),
        query=request.get("query", str, ""),
        query_image=request.get("query_image", str, ""),
        sort=request.get("sort", str, "alignment"),
        descending=request.get("descending", bool, True),
    )
    if shown.has_query:
        report_loading(rankings.lens, request.report)
    ranking = rankings.ranking(shown, request.check)
    order = rankings.order(shown, request.reporter(COMPARING))
    columns = [] if ranking is None else [getattr(ranking, name) for name in _COLUMNS]
    buffers = [order.astype("<u4"), *(column.numpy()[order].astype("<f4") for column in columns)]
    empty = [b""] * (1 + len(_COLUMNS) - len(buffers))
    return Answer(
        {
            "n": len(order),
            "has_query": ranking is not None,
            "signed": rankings.lens.database.examples[shown.layer].sign == "both",
            **_calibration(ranking),
        },
        [*(buffer.tobytes() for buffer in buffers), *empty],
    )


def _calibration(ranking: Ranking | None) -> Calibration:
    if ranking is None:
        return {"weak": False, "strength": None, "caveat": "", "min": None, "max": None}
    alignment = ranking.alignment.numpy()
    finite = alignment[np.isfinite(alignment)]
    return {
        "weak": bool(ranking.weak),
        "strength": ranking.strength,
        "caveat": ranking.caveat,
        "min": number(float(finite.min())) if len(finite) else None,
        "max": number(float(finite.max())) if len(finite) else None,
    }


def _cards(rankings: Rankings, request: Request) -> Answer[CardsResult]:
    layer = rankings.lens.database.layer_name(request.get("layer", str))
    components = request.get("components", list)
    if len(components) > MOST_CARDS:
        raise ValueError(f"cards: at most {MOST_CARDS} at once, not {len(components)}")
    n = rankings.lens.database.examples[layer].n_components
    return Answer(
        {"cards": cards(rankings, layer, [checked_index(index, n) for index in components], _MOST_SAMPLES)}
    )


def _detail(rankings: Rankings, request: Request) -> Answer[DetailResult]:
    layer = rankings.lens.database.layer_name(request.get("layer", str))
    database = rankings.lens.database
    component = checked_index(request.get("component", int), database.examples[layer].n_components)
    return Answer(detail(rankings, layer, component, controls(database, layer, component)))


def _image(images: QueryImages, request: Request) -> Answer[ImageResult]:
    if len(request.buffers) != 1:
        raise ValueError(f"image: send one file, not {len(request.buffers)}")
    image = decode(request.buffers[0])
    return Answer(
        {
            "handle": images.add([image], request.get("name", str, "")),
            "width": image.width,
            "height": image.height,
        }
    )


def _query_picture(images: QueryImages, request: Request) -> Answer[QueryPictureResult]:
    handle = request.get("handle", str)
    pictures = packed(request, images.get(handle), thumbnail_webp)
    return Answer({**pictures.result, "names": list(images.names(handle))}, pictures.buffers)


def _prepare(lens: Lens) -> Answer[Nothing]:
    """Loads the foundation model for the first query while the reader is still typing it."""
    calibrations(lens._session)
    return Answer({})
