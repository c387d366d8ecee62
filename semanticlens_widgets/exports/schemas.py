"""Schemas of the parquet files: table -> column -> type; docs/export.md says what each column holds."""

from typing import Any

_COMPONENT = {"component": "text", "layer": "word", "index": "int32"}
SCHEMAS: dict[str, dict[str, str]] = {
    "components": {
        **_COMPONENT, "n_examples": "int32", "dead": "bool", "maximum": "float", "mean": "float", "variance": "float",
        "firing_rate": "float", "embedding": "floats",
    },
    "examples": {**_COMPONENT, "rank": "int32", "sample": "int64", "score": "float"},
    "scores": {
        **_COMPONENT, "clarity": "float", "polysemanticity": "float", "redundancy": "float", "nearest": "text",
        "maximum": "float", "mean": "float", "firing_rate": "float", "n_examples": "int32", "dead": "bool",
    },
    "labels": {
        **_COMPONENT, "method": "word", "label": "text", "clear": "bool", "best": "text", "similarity": "double",
        "null_z_score": "double", "chance_percentile": "double",
    },
    "samples": {"sample": "int64", "name": "text", "label": "text", "embedding": "floats", "thumbnail": "bytes"},
    "classes": {"layer": "word", "class": "text", "output": "int64", "n_samples": "int64"},
    "relevance": {
        "layer": "word", "index": "int32", "sample": "int64", "class": "word", "relevance": "float", "score": "float",
    },
}  # fmt: skip
"""A word is a text of which there are few, and which is stored once. NaN stays NaN, and None becomes null."""


def arrow_schema(pyarrow: Any, table: str, metadata: dict[str, str]) -> Any:
    """The schema of a table, with the lens's provenance as metadata."""
    types = {
        "text": pyarrow.string(),
        "word": pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
        "int32": pyarrow.int32(),
        "int64": pyarrow.int64(),
        "float": pyarrow.float32(),
        "double": pyarrow.float64(),
        "bool": pyarrow.bool_(),
        "floats": pyarrow.list_(pyarrow.float32()),
        "bytes": pyarrow.binary(),
    }
    return pyarrow.schema([(name, types[kind]) for name, kind in SCHEMAS[table].items()], metadata)
