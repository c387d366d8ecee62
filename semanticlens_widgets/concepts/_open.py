"""Opening of a saved concept database: layers are read when they are first asked for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor

from semanticlens_widgets._arguments import check_path
from semanticlens_widgets.concepts._crops import CROP_TENSORS, Crops
from semanticlens_widgets.concepts._database import ConceptDatabase, Provenance, Samples
from semanticlens_widgets.concepts._examples import EXAMPLE_TENSORS, ConceptExamples, examples_from_tensors
from semanticlens_widgets.concepts._lazy import Lazy
from semanticlens_widgets.concepts._lens_folder import (
    CROPS,
    SAMPLE_TENSORS,
    Stored,
    check_files,
    read_json,
    read_manifest,
)
from semanticlens_widgets.concepts._relevance import RELEVANCE_TENSORS, Relevance, relevance_from_tensors
from semanticlens_widgets.errors import LensFileError


def open_database(path: str | Path) -> ConceptDatabase:
    """Opens a database that `save_database` wrote; layers are read on first access.

    Raises LensFileError if there is no lens, if it is damaged, or if a newer version wrote it.
    """
    folder = check_path("path", path)
    manifest = read_manifest(folder)
    try:
        return _open(folder, manifest)
    except (KeyError, TypeError, AttributeError) as error:
        raise LensFileError(
            f"the lens {str(folder)!r} is damaged: lens.json lacks or garbles {error}"
        ) from error


def _open(folder: Path, manifest: Mapping[str, Any]) -> ConceptDatabase:
    check_files(folder, manifest)
    files = {layer["name"]: layer for layer in manifest["layers"]}
    attributed = {relevance["layer"]: relevance for relevance in manifest.get("relevance", [])}
    contrasted = [name for name, layer in files.items() if layer.get("look_alikes")]
    return ConceptDatabase(
        examples=Lazy(list(files), lambda name: _read_examples(folder, files[name])),
        component_embeddings=Lazy(
            list(files), lambda name: _read_tensor(folder / files[name]["file"], "embeddings")
        ),
        samples=_read_samples(folder),
        provenance=Provenance(**manifest["provenance"]),
        relevance=Lazy(list(attributed), lambda name: _read_relevance(folder, attributed[name])),
        look_alikes=Lazy(contrasted, lambda name: _read_tensor(folder / files[name]["file"], "look_alikes")),
        crops=_read_crops(folder, manifest["crops"]) if "crops" in manifest else None,
    )


def read_projections(path: str | Path) -> list[Stored]:
    """Reads the maps that were saved with the database; an old lens has none.

    Raises LensFileError as `open_database` does.
    """
    folder = check_path("path", path)
    return [
        (_read_all(folder / entry["file"]), entry) for entry in read_manifest(folder).get("projections", [])
    ]


def _read_samples(folder: Path) -> Samples:
    words = read_json(folder / "samples.json")
    file = folder / "samples.safetensors"
    ids, embeddings, thumbnail_bytes, thumbnail_offsets = (
        _read_tensor(file, name) for name in SAMPLE_TENSORS
    )
    return Samples(ids, embeddings, words["labels"], words["names"], thumbnail_bytes, thumbnail_offsets)


def _read_examples(folder: Path, layer: Mapping[str, Any]) -> ConceptExamples:
    file = folder / layer["file"]
    return examples_from_tensors({name: _read_tensor(file, name) for name in EXAMPLE_TENSORS}, layer)


def _read_relevance(folder: Path, entry: Mapping[str, Any]) -> Relevance:
    file = folder / entry["file"]
    return relevance_from_tensors({name: _read_tensor(file, name) for name in RELEVANCE_TENSORS}, entry)


def _read_crops(folder: Path, entry: Mapping[str, Any]) -> Crops:
    file, layers = folder / CROPS, list(entry["layers"])
    return Crops(
        **{name: _read_tensor(file, name) for name in CROP_TENSORS},
        rows=Lazy(layers, lambda name: _read_tensor(file, f"rows.{layers.index(name)}")),
        threshold=entry["threshold"],
    )


def _read_tensor(file: Path, name: str) -> Tensor:
    return _read(file, [name])[name]


def _read_all(file: Path) -> dict[str, Tensor]:
    return _read(file, None)


def _read(file: Path, names: list[str] | None) -> dict[str, Tensor]:
    try:
        with safe_open(file, framework="pt") as tensors:
            return {name: tensors.get_tensor(name) for name in names or tensors.keys()}
    except (OSError, SafetensorError) as error:
        raise LensFileError(f"{file} of this lens cannot be read ({error}); save the lens again") from error
