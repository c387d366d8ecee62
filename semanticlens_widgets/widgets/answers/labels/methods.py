"""Labels of several methods: tables that are given, and the labels of one component side by side."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from semanticlens_widgets.analysis import agree, label_column, labelled_layers
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.widgets.answers.labels.protocol import MethodLabel

_TEXTS = ("label", "best", "runner_up")
_NUMBERS = ("margin", "alignment", "null_z_score", "chance_percentile", "faithfulness")
_WORTH = {
    "margin": "margin {:.2g}",
    "chance_percentile": "clearer than {:.1%} of random groups",
    "alignment": "similarity {:.2g}",
    "faithfulness": "faithfulness {:.2g}",
}


def given_tables(database: ConceptDatabase, table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """A table of labels by layer, one row a component with the columns that widgets read; "" for no label.

    Raises ValueError for a table without labels, or with components that the lens doesn't have.
    """
    column = label_column(table)
    for layer in labelled_layers(table, column):
        database.layer_name(layer)
    rows = table.rename(columns={column: "label", f"{column}_similarity": "alignment"})
    return {
        layer: _of_layer(rows[rows["layer"] == layer], examples.n_components)
        for layer, examples in database.examples.items()
    }


def _of_layer(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    if not rows["index"].between(0, n - 1).all() or rows["index"].duplicated().any():
        raise ValueError(f"index must name each of {n:,} components at most once; check the table of labels")
    found = rows.set_index("index").reindex(range(n)).reset_index()
    texts = {name: found[name if name in found else "label"].fillna("").astype(str) for name in _TEXTS[:2]}
    texts["runner_up"] = found["runner_up"].fillna("") if "runner_up" in found else pd.Series([""] * n)
    numbers = {name: found[name].astype(float) if name in found else np.nan for name in _NUMBERS}
    groups = found["labels"] if "labels" in found else [None] * n
    return pd.DataFrame(
        {"index": range(n), **texts, **numbers, "clear": (texts["label"] != "").to_numpy()}
    ).assign(labels=pd.Series([each if isinstance(each, list) else [] for each in groups], dtype=object))


def method_labels(rows: Mapping[str, Mapping[Any, Any]], shown: str) -> list[MethodLabel]:
    """The labels of one component with what each is worth; the others are compared with that of the method `shown`."""
    return [
        {
            "method": name,
            "label": row["label"],
            "worth": "; ".join(_worth(row)),
            "agrees": None
            if name == shown or not row["label"] or not rows[shown]["label"]
            else agree(row["label"], rows[shown]["label"]),
        }
        for name, row in rows.items()
    ]


def _worth(row: Mapping[Any, Any]) -> Iterator[str]:
    for name, text in _WORTH.items():
        value = row.get(name, np.nan)
        if row["label"] and value == value:
            said = text.format(min(value, 0.999) if name == "chance_percentile" else value)
            yield said.replace("%", " %")
