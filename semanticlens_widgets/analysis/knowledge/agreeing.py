"""Labels of several methods that agree: the same word, or one a hypernym of the other."""

from collections.abc import Mapping

import pandas as pd

from semanticlens_widgets.analysis.knowledge.hierarchy import paths
from semanticlens_widgets.analysis.labels.side_by_side import side_by_side


def agree(first: str, second: str) -> bool:
    """True if two labels are the same word but for case, or one is a hypernym of the other: "bird" and "owl"."""
    one, other = ([word.casefold() for word in path] for path in paths([first, second]))
    return one[-1] in other or other[-1] in one


def compare_labels(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """`side_by_side` with a column `agree`: True if all labels of a component agree (see `agree`), False if two don't.

    It is missing (pd.NA) where fewer than two methods have a label.
    """
    table = side_by_side(tables)
    labels = table[list(tables)].to_numpy()
    return table.assign(
        agree=pd.array([_all_agree([text for text in row if text]) for row in labels], "boolean")
    )


def _all_agree(texts: list[str]) -> bool | None:
    if len(texts) < 2:
        return None
    different = list(dict.fromkeys(texts))
    return all(agree(one, other) for place, one in enumerate(different) for other in different[:place])
