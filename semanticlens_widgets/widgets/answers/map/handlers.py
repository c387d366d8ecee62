"""Handlers of the requests of the concept map: its layout, its colours and the place of the query."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from semanticlens_widgets._arguments import check_choice, shown
from semanticlens_widgets.analysis import Query, read_query
from semanticlens_widgets.projection import Projection, place_vectors
from semanticlens_widgets.widgets.answers.map.columns import bounds_of, cluster_column, quantised
from semanticlens_widgets.widgets.answers.map.encodings import SCORES, alignment_encoding, score_encoding
from semanticlens_widgets.widgets.answers.map.layout_task import Layout
from semanticlens_widgets.widgets.answers.map.layout_tasks import LayoutTasks
from semanticlens_widgets.widgets.answers.map.layouts import Layouts
from semanticlens_widgets.widgets.answers.map.protocol import (
    ClusterInfo,
    EncodingResult,
    MapResult,
    ProbeResult,
)
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings, RankQuery, report_loading
from semanticlens_widgets.widgets.kernel.request import Answer, Handler, Request, number

_METHODS = ("pca", "umap")
WAITING = frozenset({"map_update"})
"""Requests that wait for a layout, which another process computes."""


def map_handlers(rankings: Rankings, layouts: Layouts) -> dict[str, Handler]:
    """Returns the handlers of all requests that only a map makes, by kind."""
    return {
        **layout_handlers(layouts),
        "encoding": lambda request: _encoding(rankings, request),
        "probe": lambda request: _probe(rankings, layouts, request),
    }


def layout_handlers(layouts: LayoutTasks) -> dict[str, Handler]:
    """Returns the handlers of the requests for positions and clusters."""
    return {
        "map": lambda request: _map(layouts, request),
        "map_update": lambda request: _map_update(layouts, request),
    }


def _map(layouts: LayoutTasks, request: Request) -> Answer[MapResult]:
    """Answers at once with the best layout so far."""
    task = layouts.task(checked_layers(layouts.checked, request), checked_method(request), anew=True)
    return _layout(task.now, layouts)


def _map_update(layouts: LayoutTasks, request: Request) -> Answer[MapResult]:
    """Answers once there is a better layout than the one that the browser has."""
    task = layouts.task(checked_layers(layouts.checked, request), checked_method(request))
    have = request.get("have", str), request.get("clustered", bool)
    layout = task.better_than(have, request.check, request.report)
    return _layout(layout, layouts)


def _layout(layout: Layout, layouts: LayoutTasks) -> Answer[MapResult]:
    projection = layout.projection
    bounds = bounds_of(projection.positions)
    result: MapResult = {
        "n": len(projection),
        "bounds": bounds,
        "layers": [
            layouts.points(name, rows.start, rows.stop - rows.start)
            for name, rows in projection.layers.items()
        ],
        "method": projection.method,
        "final": layout.final,
        "clustered": layout.clusters is not None,
        "clusters": _clusters(layout),
    }
    return Answer(result, _columns(layout, bounds))


def _columns(layout: Layout, bounds: Sequence[float]) -> list[bytes]:
    positions = quantised(layout.projection.positions, bounds)
    found = layout.clusters
    members = np.full(len(positions), -1) if found is None else found.cluster_of.numpy()
    return [positions.tobytes(), cluster_column(members).tobytes()]


def _clusters(layout: Layout) -> list[ClusterInfo]:
    found = [] if layout.clusters is None else layout.clusters.clusters
    return [
        {
            "name": caption.name.text,
            "agreement": number(caption.name.agreement),
            "elsewhere": number(caption.name.elsewhere),
            "runner_up": caption.name.runner_up,
            "is_close": caption.name.is_close,
            "central": caption.central,
            "x": cluster.position[0],
            "y": cluster.position[1],
            "size": cluster.size,
            "sample": caption.sample,
        }
        for cluster, caption in zip(found, layout.captions, strict=True)
    ]


def _encoding(rankings: Rankings, request: Request) -> Answer[EncodingResult]:
    layers = checked_layers(rankings.lens.database.layer_name, request)
    encoding = request.get("encoding", str)
    check_choice("encoding", encoding, ("alignment", *SCORES))
    if encoding == "alignment":
        report_loading(rankings.lens, request.report)
        return alignment_encoding(rankings, _rank_queries(layers, request), request.check)
    return score_encoding(rankings, layers, encoding, request)


def _probe(rankings: Rankings, layouts: Layouts, request: Request) -> Answer[ProbeResult]:
    projection = _projection(layouts, request)
    query = _rank_queries(list(projection.layers), request)[0]
    if not query.has_query:
        return Answer({"x": None, "y": None})
    vector = rankings.probe(query, request.check).vector
    # By its neighbours on a PCA too: a text lies outside of the cloud of all images.
    x, y = place_vectors(projection, vector.unsqueeze(0), by="neighbours")[0].tolist()
    return Answer({"x": number(x), "y": number(y)})


def _projection(layouts: Layouts, request: Request) -> Projection:
    have = request.get("have", str, "")
    return layouts.projection(checked_layers(layouts.checked, request), checked_method(request), have)


def _rank_queries(layers: Sequence[str], request: Request) -> list[RankQuery]:
    query, image = request.get("query", str, ""), request.get("query_image", str, "")
    parsed = read_query(query) if query.strip() else None
    if parsed is not None and len(layers) > 1:
        _require_layers(parsed, layers)
    return [RankQuery(layer, query, image, parsed=parsed) for layer in layers]


def _require_layers(query: Query, layers: Sequence[str]) -> None:
    """Raises ValueError for a number without a layer, which is ambiguous on a map of several layers."""
    for term in query.terms:
        if term.kind == "component" and term.text.startswith("#"):
            raise ValueError(
                f"{term.text!r} needs its layer on a map of several layers; write '{layers[0]}:{term.text[1:]}'"
            )


def checked_layers(checked: Callable[[Any], str], request: Request) -> list[str]:
    """Returns the layers of a request, each checked; raises ValueError for none and for the same one twice."""
    layers = [checked(layer) for layer in request.get("layers", list)]
    if not layers or len(set(layers)) < len(layers):
        raise ValueError(f"{request.kind}: layers must be different names, at least one, not {shown(layers)}")
    return layers


def checked_method(request: Request) -> str:
    """Returns the method of a layout; raises ValueError for an unknown one."""
    method = request.get("method", str, "umap")
    check_choice("method", method, _METHODS)
    return method
