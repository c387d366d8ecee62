"""Which components answer to a text, an image, or another component."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
from PIL import Image
from torch import Tensor

from semanticlens_widgets._arguments import check_at_least, check_texts
from semanticlens_widgets.analysis.queries.calibration import NullCalibration
from semanticlens_widgets.analysis.queries.probes import Probe, probes
from semanticlens_widgets.analysis.queries.ranking import Ranking, rank
from semanticlens_widgets.analysis.queries.sources import Query
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.foundation_models import FoundationModel

_LABELS = 3
_NUMBERS = ["alignment", "z_score", "percentile", "null_z_score", "null_percentile"]


def search(
    database: ConceptDatabase,
    foundation_model: FoundationModel | None,
    query: Query,
    *,
    layer: str | Sequence[str] | None = None,
    top: int = 20,
    templates: Sequence[str] | None = None,
    null: str | None = "embedding",
    calibration: Mapping[str, NullCalibration] | None = None,
) -> pd.DataFrame:
    """The `top` components of `layer` (or layers; of all when None) that align best with a query, best first.

    Columns: component, layer, index, alignment (cosine); z_score and percentile among the components of the layer;
    null_z_score and null_percentile among unrelated words, NaN unless `calibration` holds the layer; labels, the
    commonest labels of the component's examples. `frame.attrs["strength"]` gives each layer's strength, and
    `frame.attrs["weak"]` says whether no layer knows what was asked for. For queries, templates, null and what is
    raised see `probes`.
    """
    frame = search_many(
        database,
        foundation_model,
        [query],
        layer=layer,
        top=top,
        templates=templates,
        null=null,
        calibration=calibration,
    )
    return frame.drop(columns="query")


def search_many(
    database: ConceptDatabase,
    foundation_model: FoundationModel | None,
    queries: Sequence[Query],
    *,
    layer: str | Sequence[str] | None = None,
    top: int = 20,
    templates: Sequence[str] | None = None,
    null: str | None = "embedding",
    calibration: Mapping[str, NullCalibration] | None = None,
) -> pd.DataFrame:
    """The tables of several searches one below the other, with the query in the first column; texts embedded once."""
    check_at_least("top", top, 1)
    if isinstance(queries, str) or not queries:
        raise ValueError(f"queries must be a list of at least one query, not {queries!r}")
    layers = _layers(database, layer)
    only = layers[0] if len(layers) == 1 else None
    found = probes(database, foundation_model, queries, layer=only, templates=templates, null=null)
    calibrations = calibration or {}
    rankings = [[rank(database, one, name, calibrations.get(name)) for name in layers] for one in found]
    tables = [_table(database, each, top) for each in rankings]
    for table, query, one in zip(tables, queries, found, strict=True):
        table.insert(0, "query", _shown(query, one))
    table = pd.concat(tables, ignore_index=True)
    table.attrs.update(_strengths(rankings))
    return table


def _layers(database: ConceptDatabase, layer: str | Sequence[str] | None) -> list[str]:
    if layer is None:
        return database.layers
    return [database.layer(name) for name in check_texts("layer", layer)]


def _table(database: ConceptDatabase, rankings: Sequence[Ranking], top: int) -> pd.DataFrame:
    merged = pd.concat([_layer_table(database, ranking, top) for ranking in rankings], ignore_index=True)
    best = merged.sort_values("alignment", ascending=False, kind="stable").head(top).reset_index(drop=True)
    best["labels"] = [
        _labels(database, row.layer, row.index_)
        for row in best.rename(columns={"index": "index_"}).itertuples()
    ]
    return best


def _layer_table(database: ConceptDatabase, ranking: Ranking, top: int) -> pd.DataFrame:
    examples = database.examples[ranking.layer]
    best = ranking.order[:top]
    best = best[~ranking.alignment[best].isnan()]
    columns = {name: getattr(ranking, name)[best].numpy() for name in _NUMBERS}
    names = [examples.name(index) for index in best.tolist()]
    return pd.DataFrame({"component": names, "layer": ranking.layer, "index": best.numpy(), **columns})


def _labels(database: ConceptDatabase, layer: str, component: int) -> str:
    """'frog (7), toad (2)': the commonest labels of the examples, ties by the better rank."""
    rows = database.samples.rows(database.examples[layer].sample_ids[component]).tolist()
    labels = (database.samples.labels[row] for row in rows if row >= 0)
    counted = Counter(label for label in labels if label is not None)
    return ", ".join(f"{label} ({count})" for label, count in counted.most_common(_LABELS))


def _shown(query: object, found: Probe) -> str:
    if isinstance(query, str):
        return query
    if isinstance(query, Image.Image | Tensor):
        return found.terms[0].text
    return " + ".join(term.text for term in found.terms)


def _strengths(rankings: Sequence[Sequence[Ranking]]) -> dict[str, object]:
    """The strengths of the first query, whose table `search` returns."""
    first = rankings[0]
    known = [ranking for ranking in first if ranking.strength is not None]
    return {
        "strength": {ranking.layer: ranking.strength for ranking in known},
        "weak": bool(known) and all(ranking.weak for ranking in known),
    }
