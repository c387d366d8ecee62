"""Labels of any origin in one form."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from semanticlens_widgets.concepts import ConceptDatabase

COLUMNS = ("component", "layer", "index", "method", "label", "clear", "best", "similarity", "null_z_score",
           "chance_percentile")  # fmt: skip
"""Of a table of labels; see docs/export.md."""
_OURS = {"similarity": "alignment", "clear": "clear", "best": "best"}


def joined_labels(labels: Mapping[str, pd.DataFrame], database: ConceptDatabase) -> pd.DataFrame:
    """One row a method and component, in the order of the methods; empty for none.

    Raises ValueError for a table that is not one of labels, or is of another lens.
    """
    tables = [_normalised(name, table, database) for name, table in labels.items()]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))


def _normalised(method: str, table: pd.DataFrame, database: ConceptDatabase) -> pd.DataFrame:
    if not isinstance(table, pd.DataFrame) or "component" not in table:
        raise ValueError(
            f"labels {method!r} must be a table with a column 'component', such as lens.label() and "
            "lens.import_labels() return"
        )
    text = _text_column(method, table)
    places = [database.locate(component) for component in table["component"]]
    similarity = next((name for name in ("alignment", f"{text}_similarity") if name in table), None)

    def column(name: str | None, kind: Any) -> pd.Series:
        given = table[name] if name in table else pd.Series([None] * len(table), dtype="object")
        return given.reset_index(drop=True).astype(kind)

    return pd.DataFrame(
        {
            "component": list(table["component"]),
            "layer": [layer for layer, _ in places],
            "index": [index for _, index in places],
            "method": method,
            "label": column(text, "object").fillna(""),
            "clear": column("clear", "object"),
            "best": column("best", "object"),
            "similarity": column(similarity, "float64"),
            "null_z_score": column("null_z_score", "float64"),
            "chance_percentile": column("chance_percentile", "float64"),
        }
    )


def _text_column(method: str, table: pd.DataFrame) -> str:
    """The column of the texts: "label", or the one that `import_labels` names after the file."""
    if "label" in table:
        return "label"
    named = [name for name in table if f"{name}_similarity" in table]
    if not named:
        raise ValueError(
            f"labels {method!r} have no column 'label', only {', '.join(map(str, table))}; rename the column of texts"
        )
    return str(named[0])
