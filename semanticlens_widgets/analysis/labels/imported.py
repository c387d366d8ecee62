"""Labels that another tool gave, as a column beside ours."""

import csv
import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from semanticlens_widgets._arguments import check_path, did_you_mean
from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.concepts import ConceptDatabase

_TEXT = ("description", "label")


def import_labels(path: str | Path, database: ConceptDatabase, *, name: str | None = None) -> pd.DataFrame:
    """The labels of a CSV file with the columns layer, unit, description (or label) and, if it has it, similarity.

    Columns: component, layer, index, the label under `name` (the file's name by default), and its similarity under
    `<name>_similarity` (NaN where the file has none). Join it with ours by `labels.merge(imported, how="left")`.
    Rows of layers that the database does not have are left out, with a warning that counts them by layer.

    Raises ValueError, with the line, for a missing column, a unit that the layer does not have, a component that is
    named twice, a similarity that is no number, and when no row is of a layer of the database; FileNotFoundError.
    """
    path = check_path("path", path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r} with labels; check the path")
    name = name or path.stem
    left_out: dict[str, int] = {}
    try:
        found = list(_rows(path, database, left_out))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} must be UTF-8 text, and is not; save it as UTF-8") from error
    if not found:
        raise ValueError(_nothing(path, database, left_out))
    if left_out:
        counts = ", ".join(f"{layer!r} ({n:,})" for layer, n in left_out.items())
        warn_user(f"{path.name} has rows of layers that the lens does not have, which are left out: {counts}")
    return pd.DataFrame(found, columns=["component", "layer", "index", name, f"{name}_similarity"])


def _rows(
    path: Path, database: ConceptDatabase, left_out: dict[str, int]
) -> Iterator[tuple[str, str, int, str, float]]:
    seen: dict[str, int] = {}
    for line, row in _lines(path):
        layer = row["layer"].strip()
        if layer not in database.examples:
            left_out[layer] = left_out.get(layer, 0) + 1
            continue
        index = _index(path, line, database, layer, row["unit"].strip())
        component = database.examples[layer].name(index)
        if component in seen:
            raise ValueError(
                f"line {line} of {path.name} names {component!r}, as line {seen[component]} does; keep one of them"
            )
        seen[component] = line
        text = next(row[key] for key in _TEXT if key in row)
        yield component, layer, index, text.strip(), _similarity(path, line, row.get("similarity"))


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The line number and the cells of every row that is not empty."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restval="")
        reader.fieldnames = [column.strip().lower() for column in reader.fieldnames or ()]
        _check_columns(path, list(reader.fieldnames))
        for row in reader:
            yield reader.line_num, row


def _check_columns(path: Path, columns: list[str]) -> None:
    missing = [column for column in ("layer", "unit") if column not in columns]
    if not any(column in columns for column in _TEXT):
        missing.append("description")
    if missing:
        shown = ", ".join(columns) or "none"
        raise ValueError(
            f"{path.name} must have the columns layer, unit and description (or label), "
            f"and {missing[0]!r} is not among its columns: {shown}"
        )


def _index(path: Path, line: int, database: ConceptDatabase, layer: str, unit: str) -> int:
    # pandas writes whole numbers as "12.0" once a column has held an empty cell.
    try:
        return database.examples[layer].component(unit.removesuffix(".0"))
    except ValueError as error:
        raise ValueError(f"line {line} of {path.name}: {error}") from error


def _similarity(path: Path, line: int, text: str | None) -> float:
    if text is None or not text.strip():
        return math.nan
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"line {line} of {path.name}: similarity must be a number, not {text!r}") from error


def _nothing(path: Path, database: ConceptDatabase, left_out: dict[str, int]) -> str:
    if not left_out:
        return f"{path.name} has no rows under its columns; check the file"
    first = next(iter(left_out))
    return (
        f"{path.name} labels no layer of the lens: it names {first!r}{did_you_mean(first, database.layers)}"
    )
