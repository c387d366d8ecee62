"""Labels of several methods in one table, a column each, with their faithfulness."""

from collections.abc import Mapping
from functools import reduce

import pandas as pd

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.analysis.labels.faithfulness import labelled_layers

_KEYS = ["component", "layer", "index"]
_NUMBERS = ("clear", "margin", "chance_percentile", "faithfulness", "constant_label", "random_label")


def label_column(table: pd.DataFrame) -> str:
    """The column of a table that holds labels: "label", or the one that `import_labels` made.

    Raises ValueError for a table without any.
    """
    others = [str(name) for name in table.columns if name not in _KEYS]
    if "label" in others:
        return "label"
    if not others:
        raise ValueError(f"a table of labels has a column beside {', '.join(_KEYS)}; this one has none")
    return others[0]


def side_by_side(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a component that any table has: component, layer, index, then for each name its label.

    Where tables have them, `<name>_clear`, `<name>_margin`, `<name>_chance_percentile` and the columns of
    `faithfulness` follow; a component that a table lacks has "" as its label. Raises ValueError without tables and for
    one without labels.
    """
    if not isinstance(tables, Mapping) or not tables:
        raise ValueError(
            f"tables must be a dict of at least one name and table of labels, not {shown(tables)}"
        )
    parts = [_part(name, table) for name, table in tables.items()]
    merged = reduce(lambda left, right: left.merge(right, on=_KEYS, how="outer", sort=False), parts)
    layers = list(dict.fromkeys(layer for part in parts for layer in part["layer"]))
    place = merged["layer"].map(layers.index)
    ordered = merged.assign(_place=place).sort_values(["_place", "index"], ignore_index=True)
    return ordered.drop(columns="_place").fillna(dict.fromkeys(tables, ""))


def _part(name: str, table: pd.DataFrame) -> pd.DataFrame:
    column = label_column(table)
    labelled_layers(table, column)
    kept = [one for one in _NUMBERS if one in table.columns]
    return table[[*_KEYS, column, *kept]].rename(
        columns={column: name, **{one: f"{name}_{one}" for one in kept}}
    )
