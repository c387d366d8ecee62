"""Requirements of published cases, each concept with the publication that names it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from semanticlens_widgets._arguments import check_choice

_FOLDER = Path(__file__).parent
_NEEDED = ("data", "model", "foundation_model")
"""Entries of a file that say what an audit takes."""


def requirements(name: str | None = None) -> pd.DataFrame:
    """The requirements of a published case, or without a name one row a case that there is.

    With a name, one row a concept: class ("*" is every class), concept, kind ("valid" or "spurious") and source, the
    publication. `Lens.audit` takes this table, or rows of it, as requirements. Without, the columns are name, about,
    n_classes, n_concepts, and what an audit takes: data (where it is, its licence), model and foundation_model.

    Raises ValueError for an unknown name, with those that there are.
    """
    names = sorted(path.stem for path in _FOLDER.glob("*.yaml"))
    if name is not None:
        check_choice("name", name, names)
        return _concepts(_read(name))
    return pd.DataFrame([_described(each) for each in names])


def _described(name: str) -> dict[str, object]:
    case = _read(name)
    table = _concepts(case)
    counts = {"n_classes": table.loc[table["class"] != "*", "class"].nunique(), "n_concepts": len(table)}
    return {"name": name, "about": case["about"], **counts, **{each: case[each] for each in _NEEDED}}


def _read(name: str) -> dict[str, Any]:
    import yaml

    return yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def _concepts(case: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(_rows(case), columns=["class", "concept", "kind", "source"])


def _rows(case: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for part in case["requirements"]:
        for class_name, lists in part["classes"].items():
            for kind, concepts in lists.items():
                yield from ((class_name, concept, kind, part["source"]) for concept in concepts)
