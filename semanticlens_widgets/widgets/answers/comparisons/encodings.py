"""Numbers that colour a map of several sides: scores, or the answers of each side's foundation model to one query."""

import numpy as np

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets.analysis import Ranking
from semanticlens_widgets.projection import place_vectors
from semanticlens_widgets.widgets.answers.comparisons.sides import ServedSide, Sides
from semanticlens_widgets.widgets.answers.map.encodings import SCORES, numbers, weakness
from semanticlens_widgets.widgets.answers.map.handlers import checked_layers, checked_method
from semanticlens_widgets.widgets.answers.map.layout_tasks import LayoutTasks
from semanticlens_widgets.widgets.answers.map.protocol import EncodingResult, ProbeResult
from semanticlens_widgets.widgets.answers.neurons.rankings import RankQuery, report_loading
from semanticlens_widgets.widgets.kernel.request import Answer, Request, number

TWO_SCALES = (
    "The sides have different foundation models: colours are standard deviations above unrelated words."
)


def encoding(sides: Sides, request: Request) -> Answer[EncodingResult]:
    """Returns a number for every component of the sides named."""
    shown = [sides.named(name) for name in checked_layers(sides.checked, request)]
    what = request.get("encoding", str)
    check_choice("encoding", what, ("alignment", *SCORES))
    if what in SCORES:
        tables = [one.by.rankings.scores(one.side.layer) for one in shown]
        return numbers("sequential", np.concatenate([table[what].to_numpy(dtype=float) for table in tables]))
    rankings = [_ranking(one, request) for one in shown]
    if sides.one_space:
        values = [ranking.alignment.numpy() for ranking in rankings]
        return numbers("diverging", np.concatenate(values), weakness(rankings), rankings[0].caveat)
    values = [ranking.null_z_score.numpy() for ranking in rankings]
    caveats = dict.fromkeys([TWO_SCALES, *(ranking.caveat for ranking in rankings)])
    return numbers("diverging", np.concatenate(values), weakness(rankings), " ".join(filter(None, caveats)))


def probe(sides: Sides, layouts: LayoutTasks, request: Request) -> Answer[ProbeResult]:
    """Returns the position of the query on the map; none where the map is not one of embeddings."""
    layers, query = checked_layers(sides.checked, request), _query(sides[0], request)
    if not query.has_query or sides.comparison.by != "embedding":
        return Answer({"x": None, "y": None})
    projection = layouts.projection(layers, checked_method(request), request.get("have", str, ""))
    vector = sides[0].by.rankings.probe(query, request.check).vector
    x, y = place_vectors(projection, vector.unsqueeze(0), by="neighbours")[0].tolist()
    return Answer({"x": number(x), "y": number(y)})


def _ranking(one: ServedSide, request: Request) -> Ranking:
    report_loading(one.by.lens, request.report)
    found = one.by.rankings.ranking(_query(one, request), request.check)
    if found is None:
        raise ValueError("encoding: 'alignment' needs a query; type one")
    return found


def _query(one: ServedSide, request: Request) -> RankQuery:
    return RankQuery(one.side.layer, request.get("query", str, ""), request.get("query_image", str, ""))
