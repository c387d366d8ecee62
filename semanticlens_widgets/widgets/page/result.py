"""Results as a page keeps them: the traits of their widget, and whole answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.widgets.page.file import Columns
from semanticlens_widgets.widgets.page.lens import picture_files

_OF_THE_HOST = ("layout", "tabbable", "tooltip")


def own_traits(traits: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the traits of a widget without what is of the kernel or of the host."""
    kept = [name for name in traits if not name.startswith("_") and name not in _OF_THE_HOST]
    return {name: traits[name] for name in ("_view", "_view_id", *kept)}


def result_contents(traits: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the contents of a page that shows a result and no neurons; `answers` are by kind of request."""
    no_words = {"texts": [], "dim": 0, "vectors": [0, 0], "scales": [0, 0], "unrelated": [0, 0]}
    return {
        "traits": own_traits(traits),
        "ids": [],
        "pictures": {"samples": {"at": [0, 0], "offsets": [0]}},
        "layers": {},
        "maps": [],
        "words": {**no_words, "caveats": {}, "places": []},
        "image": None,
        "audits": {},
        "answers": dict(answers),
    }


def kept_examples(
    database: ConceptDatabase, components: Mapping[str, Sequence[int]], columns: Columns
) -> dict[str, Any]:
    """Returns the parts of the contents with the examples of some components by layer, as images and as crops."""
    shown = {
        layer: {row: database.example_rows(layer, row) for row in rows} for layer, rows in components.items()
    }
    samples = {sample for layer in shown.values() for rows in layer.values() for sample in rows}
    pictures = {"samples": columns.add_files(picture_files(database.samples, samples))}
    if database.crops is not None:
        crops = {
            row
            for layer, rows in components.items()
            if layer in database.crops.rows
            for row in database.crops.rows[layer][list(rows)].flatten().tolist()
        }
        pictures["crops"] = columns.add_files(picture_files(database.crops, crops))
    layers = {layer: _kept_layer(database, layer, rows) for layer, rows in shown.items()}
    return {"pictures": pictures, "layers": layers}


def _kept_layer(database: ConceptDatabase, layer: str, rows: Mapping[int, Sequence[int]]) -> dict[str, Any]:
    """A layer of which the page shows the examples of some components, and nothing else."""
    crops = None
    if database.crops is not None and layer in database.crops.rows:
        known = database.crops.rows[layer]
        kept = known.new_full(known.shape, -1)
        kept[list(rows)] = known[list(rows)]
        crops = {"k": known.shape[1], "rows": kept.flatten().tolist()}
    return {
        "signed": database.examples[layer].sign == "both",
        "details": {row: {"card": {"samples": samples}} for row, samples in rows.items()},
        "names": None,
        "embeddings": [0, 0],
        "crops": crops,
    }
