"""A lens as a folder of parquet files."""

import json
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from semanticlens_widgets._arguments import check_path
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.exports import tables
from semanticlens_widgets.exports.label_tables import joined_labels
from semanticlens_widgets.exports.schemas import SCHEMAS, arrow_schema

VERSION = 1
"""Of the schemas; raised when a column changes its meaning or goes."""
_KEY = "semanticlens_widgets"


def write_parquet(
    database: ConceptDatabase,
    folder: str | Path,
    labels: Mapping[str, pd.DataFrame],
    *,
    overwrite: bool = False,
) -> Path:
    """Writes one file a table of `SCHEMAS`, and returns the folder, which a process that is killed leaves as it was.

    Tables are written in parts, so that memory does not grow with the samples. Raises ImportError without pyarrow,
    FileExistsError when something is there, unless it is such a folder and `overwrite=True`.
    """
    pyarrow = _pyarrow()
    target = check_path("folder", folder)
    _check_target(target, overwrite)
    named = joined_labels(labels, database)
    about = {_KEY: json.dumps({"version": VERSION, "provenance": asdict(database.provenance)})}
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    draft.mkdir(parents=True)
    try:
        for table in SCHEMAS:
            parts = [tables.of_frame(named)] if table == "labels" else getattr(tables, table)(database)
            _write(pyarrow, draft / f"{table}.parquet", arrow_schema(pyarrow, table, about), parts)
        if target.exists():
            shutil.rmtree(target)
        draft.replace(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _write(pyarrow: Any, path: Path, schema: Any, parts: Iterable[tables.Columns]) -> None:
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for part in parts:
            columns = [pyarrow.array(part[field.name], _plain(field)).cast(field.type) for field in schema]
            writer.write_table(pyarrow.Table.from_arrays(columns, schema=schema))


def _plain(field: Any) -> Any:
    """The type of a column before equal texts are put together."""
    return (
        getattr(field.type, "value_type", field.type)
        if str(field.type).startswith("dictionary")
        else field.type
    )


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ImportError(
            "parquet files need pyarrow; install it with: pip install 'semanticlens-widgets[parquet]'"
        ) from error
    return pyarrow


def _check_target(target: Path, overwrite: bool) -> None:
    if not target.exists():
        return
    if not overwrite:
        raise FileExistsError(f"{str(target)!r} is there already; pass overwrite=True to replace it")
    held = {path.name for path in target.iterdir()} if target.is_dir() else {""}
    if not held <= {f"{table}.parquet" for table in SCHEMAS}:
        raise FileExistsError(f"{str(target)!r} is there and holds other files, so it is not replaced")
