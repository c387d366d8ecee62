"""The schema of a lens: the tensors of every file, in one table that saving and opening share."""

import math
from collections.abc import Mapping

import torch

from semanticlens_widgets.concepts._relevance import TABLES
from semanticlens_widgets.concepts.folder._manifest import CROPS, SAMPLES, Parts, dictionaries
from semanticlens_widgets.concepts.folder._verify import Field

_I64, _I32, _F32 = (torch.int64,), (torch.int32,), (torch.float32,)
_HALF = (torch.float16, torch.float32)
_NAN, _INF = float("nan"), float("inf")
_PER_COMPONENT = ("component",)

_LAYER = {
    "sample_ids": Field(_I64, ("component", "k"), -1, "image"),
    "scores": Field(_F32, ("component", "k"), also=-_INF),
    "positions": Field(_I32, ("component", "k"), -1, "position"),
    "mean": Field(_F32, _PER_COMPONENT),
    "variance": Field(_F32, _PER_COMPONENT, 0, also=_INF),
    "maximum": Field(_F32, _PER_COMPONENT, also=-_INF),
    "firing_rate": Field(_F32, _PER_COMPONENT, 0, 1),
    "embeddings": Field(_F32, ("component", "dim")),
}
_LOOK_ALIKES = {"look_alikes": Field(_I64, ("component", "k"), -1, "image")}
_SAMPLES = {
    "ids": Field(_I64, ("sample",), 0, "image", ascending=True),
    "embeddings": Field(_F32, ("sample", "dim")),
    "thumbnail_bytes": Field((torch.uint8,), ("byte",)),
    "thumbnail_offsets": Field(_I64, ("sample + 1",), 0, "byte + 1"),
    "name_bytes": Field((torch.uint8,), ("name byte",)),
    "name_offsets": Field(_I64, ("sample + 1",), 0, "name byte + 1"),
    "label_bytes": Field((torch.uint8,), ("label byte",)),
    "label_offsets": Field(_I64, ("label + 1",), 0, "label byte + 1"),
    "label_codes": Field(_I32, ("sample",), -1, "label"),
}
_CROPS = {
    "sample_ids": Field(_I64, ("crop",), 0, "image"),
    "boxes": Field(_I32, ("crop", 4), 0),
    "sizes": Field(_I32, ("crop", 2), 1),
    "embeddings": Field(_F32, ("crop", "dim")),
    "thumbnail_bytes": Field((torch.uint8,), ("byte",)),
    "thumbnail_offsets": Field(_I64, ("crop + 1",), 0, "byte + 1"),
}
_RELEVANCE = {
    "outputs": Field(_I64, ("class",), 0),
    "mean": Field(_F32, ("class", "component"), also=_NAN),
    "maximum": Field(_F32, ("class", "component"), also=_NAN),
    "share": Field(_F32, ("class", "component"), 0, 1),
    "n_samples": Field(_I64, ("class",), 0),
    "sample_ids": Field(_I64, ("sample",), 0, "image", ascending=True),
    "sample_classes": Field(_I64, ("sample",), 0, "class"),
    "predicted": Field(_I64, ("sample",), 0),
}
_DENSE = Field(_HALF, ("sample", "component"))
_DICTIONARY = {
    "decoder": Field(_F32, ("component", "width")),
    "encoder": Field(_F32, ("component", "width")),
    "bias": Field(_F32, ("component",)),
    "offset": Field(_F32, ("width",)),
}
_PROJECTION = {
    "positions": Field(_F32, ("component", 2), also=_NAN),
    "mean": Field(_F32, ("dim",)),
    "axes": Field(_F32, ("dim", 2)),
}
_REGIONS = {"regions": Field(_I64, _PER_COMPONENT, -1, "component")}

Schema = tuple[Mapping[str, Field], Mapping[str, int]]
"""The tensors of a file, and those of their sizes that are known."""


def schemas(parts: Parts) -> dict[str, Schema]:
    """File -> schema, for every file with tensors of a lens of these parts."""
    layers = {entry["name"]: entry for entry in parts["layers"]}
    n_components = {name: entry["n_components"] for name, entry in layers.items()}
    common = {"dim": parts["dim"], "image": parts["provenance"]["n_images"]}
    found: dict[str, Schema] = {SAMPLES: (_SAMPLES, {**common, "sample": parts["n_samples"]})}
    for entry in layers.values():
        positions = math.prod(entry["grid"]) if entry["grid"] else 0
        sizes = {"component": entry["n_components"], "k": entry["k"], "position": positions}
        found[entry["file"]] = (_LAYER | (_LOOK_ALIKES if entry["look_alikes"] else {}), common | sizes)
    for entry in parts["relevance"]:
        sizes = {"class": len(entry["classes"]), "component": n_components[entry["layer"]]}
        sparse = entry.get("sparse", [])
        dense = {name: _DENSE for name in TABLES if name not in sparse}
        tables = {name: field for table in sparse for name, field in _sparse_fields(table).items()}
        found[entry["file"]] = (_RELEVANCE | dense | tables, common | sizes)
    for entry, latents in dictionaries(parts):
        halves = 2 if entry["sign"] == "both" else 1
        found[latents.get("file", "")] = (_DICTIONARY, {"component": entry["n_components"] // halves})
    for entry in parts["projections"]:
        sizes = {"component": sum(n_components[layer] for layer in entry["layers"])}
        found[entry["file"]] = (_PROJECTION | (_REGIONS if entry["regions"] else {}), common | sizes)
    if parts["crops"] is not None:
        rows, sizes = {}, {}
        for number, layer in enumerate(parts["crops"]["layers"]):
            rows[f"rows.{number}"] = Field(_I64, (f"component {number}", f"k {number}"), -1, "crop")
            sizes |= {f"component {number}": n_components[layer], f"k {number}": layers[layer]["k"]}
        found[CROPS] = (_CROPS | rows, common | sizes)
    return found


def _sparse_fields(table: str) -> dict[str, Field]:
    return {
        f"{table}.offsets": Field(_I64, ("sample + 1",), 0, f"{table} entry + 1"),
        f"{table}.components": Field(_I32, (f"{table} entry",), 0, "component"),
        f"{table}.values": Field(_HALF, (f"{table} entry",)),
    }
