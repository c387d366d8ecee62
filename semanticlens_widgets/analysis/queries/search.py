"""Search for the components that answer to a text, an image, or another component."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets._choices import Baseline
from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.analysis.queries.calibration import NullCalibration
from semanticlens_widgets.analysis.queries.first import First, first
from semanticlens_widgets.analysis.queries.probes import probes
from semanticlens_widgets.analysis.queries.query import Query, QuerySource, read_query
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.foundation_models import FoundationModel

_LABELS = 3
"""Labels of a component in the table, as in "frog (7), toad (2)"."""
_NUMBERS = ["alignment", "z_score", "percentile", "null_z_score", "null_percentile"]


def search(
    database: ConceptDatabase,
    foundation_model: FoundationModel | None,
    query: QuerySource,
    *,
    layer: str | Sequence[str] | None = None,
    top: int = 20,
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
    calibration: Mapping[str, NullCalibration] | None = None,
) -> pd.DataFrame:
    """The `top` components of `layer` (or layers; of all when None) that align best with a query, best first.

    Columns: component, layer, index, alignment (cosine); z_score and percentile among the components of the layer;
    null_z_score and null_percentile among unrelated words, NaN unless `calibration` holds the layer; labels, the
    commonest labels of the component's examples; strength, the share of unrelated words whose best component in the
    layer is worse than the query's best, NaN without calibration; weak, True where the strength is below 0.5: the
    layer may not know what was asked for. Warns of words that the foundation model can't judge by what images look like
    (its `caveat_of`). Percentiles are shares, in [0, 1]. For queries, templates, baseline and
    errors see `probes`.
    """
    frame = search_many(
        database,
        foundation_model,
        [query],
        layer=layer,
        top=top,
        templates=templates,
        baseline=baseline,
        calibration=calibration,
    )
    return frame.drop(columns="query")


def search_many(
    database: ConceptDatabase,
    foundation_model: FoundationModel | None,
    queries: Sequence[QuerySource],
    *,
    layer: str | Sequence[str] | None = None,
    top: int = 20,
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
    calibration: Mapping[str, NullCalibration] | None = None,
) -> pd.DataFrame:
    """The tables of several searches one below the other, with the query in the first column; texts embedded once."""
    check_at_least("top", top, 1)
    if isinstance(queries, str) or not queries:
        raise ValueError(f"queries must be a list of at least one query, not {queries!r}")
    layers = database.layer_names(layer)
    only = layers[0] if len(layers) == 1 else None
    asked = [read_query(query) for query in queries]
    found = probes(database, foundation_model, asked, layer=only, templates=templates, baseline=baseline)
    for caveat in dict.fromkeys(one.caveat for one in found if one.caveat):
        warn_user(caveat)
    calibrations = calibration or {}
    tables = [
        _table(
            database, {name: first(database, one, name, top, calibrations.get(name)) for name in layers}, top
        )
        for one in found
    ]
    for table, query in zip(tables, asked, strict=True):
        table.insert(0, "query", _written(query))
    return pd.concat(tables, ignore_index=True)


def _table(database: ConceptDatabase, found: Mapping[str, First], top: int) -> pd.DataFrame:
    tables = [_layer_table(database, layer, best) for layer, best in found.items()]
    merged = tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)
    return merged.sort_values("alignment", ascending=False, kind="stable", ignore_index=True).head(top)


def _layer_table(database: ConceptDatabase, layer: str, best: First) -> pd.DataFrame:
    examples, components = database.examples[layer], best.components.tolist()
    labels = database.labels_of_examples(layer, components)
    return pd.DataFrame(
        {
            "component": [examples.name(index) for index in components],
            "layer": layer,
            "index": best.components.numpy(),
            **{name: getattr(best, name).numpy() for name in _NUMBERS},
            "strength": np.nan if best.strength is None else best.strength,
            "weak": best.weak,
            "labels": [", ".join(f"{label} ({n})" for label, n in counts[:_LABELS]) for counts in labels],
        }
    )


def _written(query: Query) -> str:
    """The text as typed; of any other query the texts of its terms, such as "2 images + fur"."""
    return query.text or " + ".join(term.text for term in query.terms)
