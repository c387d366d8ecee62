"""A lens on disk: a folder of safetensors and JSON that opens anywhere and is read on access.

    r50.lens/
        lens.json                   format, version, provenance, layers, the size of every file
        samples.json                labels and names of the samples
        samples.safetensors         ids, embeddings, thumbnails
        layers/0000.safetensors     examples, statistics, embeddings and maybe look-alikes of one layer
        relevance/0000.safetensors  relevance of one layer, if it was attributed
        crops.safetensors           of a lens whose examples are crops: boxes, embeddings, thumbnails, rows by layer
        projections/0000.safetensors  positions of a map, if one was computed

The folder is written under a temporary name beside its path and then renamed, so that a reader never sees half of it.
"""

import dataclasses
import json
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from semanticlens_widgets._arguments import check_path, did_you_mean
from semanticlens_widgets.concepts._crops import CROP_TENSORS, Crops
from semanticlens_widgets.concepts._database import ConceptDatabase, Provenance, Samples
from semanticlens_widgets.concepts._examples import ConceptExamples
from semanticlens_widgets.concepts._lazy import Lazy
from semanticlens_widgets.concepts._relevance import (
    RELEVANCE_TENSORS,
    Relevance,
    relevance_from_tensors,
    relevance_to_tensors,
)
from semanticlens_widgets.errors import LensFileError

Stored = tuple[Mapping[str, Tensor], Mapping[str, Any]]
"""Tensors and JSON values."""
FORMAT = "semanticlens_widgets.lens"
VERSION = 2
"""The newest version that is read; databases without crops are written as 1, for older packages."""

_CROPS = "crops.safetensors"
_SAMPLE_TENSORS = ("ids", "embeddings", "thumbnail_bytes", "thumbnail_offsets")
_EXAMPLE_TENSORS = ("sample_ids", "scores", "positions", "mean", "variance", "maximum", "firing_rate")


def save_database(
    database: ConceptDatabase,
    path: str | Path,
    *,
    overwrite: bool = False,
    projections: Sequence[Stored] = (),
) -> Path:
    """Writes the database as a folder, with the maps of its components, and returns its path.

    Raises FileExistsError if the path exists; `overwrite=True` replaces another lens, but nothing else.
    """
    target = check_path("path", path)
    _check_target(target, overwrite)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        _write(database, draft, projections)
        _put_in_place(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def open_database(path: str | Path) -> ConceptDatabase:
    """Opens a database that `save_database` wrote; layers are read on first access.

    Raises LensFileError if there is no lens, if it is damaged, or if a newer version wrote it.
    """
    folder = check_path("path", path)
    manifest = _manifest(folder)
    try:
        return _open(folder, manifest)
    except (KeyError, TypeError, AttributeError) as error:
        raise LensFileError(
            f"the lens {str(folder)!r} is damaged: lens.json lacks or garbles {error}"
        ) from error


def _open(folder: Path, manifest: Mapping[str, Any]) -> ConceptDatabase:
    _check_files(folder, manifest)
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
    return [(_read_all(folder / entry["file"]), entry) for entry in _manifest(folder).get("projections", [])]


def examples_to_tensors(examples: ConceptExamples) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Converts concept examples to tensors and JSON."""
    tensors = {name: getattr(examples, name).contiguous() for name in _EXAMPLE_TENSORS}
    rest = {
        "name": examples.layer,
        "grid": list(examples.grid),
        "n_samples": examples.n_samples,
        "sign": examples.sign,
    }
    return tensors, rest


def examples_from_tensors(tensors: Mapping[str, Tensor], rest: Mapping[str, Any]) -> ConceptExamples:
    """The inverse of `examples_to_tensors`."""
    return ConceptExamples(
        layer=rest["name"],
        grid=tuple(rest["grid"]),
        n_samples=rest["n_samples"],
        sign=rest["sign"],
        **{name: tensors[name] for name in _EXAMPLE_TENSORS},
    )


def _write(database: ConceptDatabase, folder: Path, projections: Sequence[Stored]) -> None:
    (folder / "layers").mkdir(parents=True)
    layers = [_write_layer(database, folder, number, name) for number, name in enumerate(database.layers)]
    _write_samples(database.samples, folder)
    attributed = [
        _write_relevance(relevance, folder, number)
        for number, relevance in enumerate(database.relevance.values())
    ]
    projected = [_write_projection(each, folder, number) for number, each in enumerate(projections)]
    cropped = {} if database.crops is None else {"crops": _write_crops(database.crops, folder)}
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    manifest = {
        "format": FORMAT,
        "version": 2 if cropped else 1,
        "layers": layers,
        **({"relevance": attributed} if attributed else {}),
        **({"projections": projected} if projected else {}),
        **cropped,
        "files": {file.relative_to(folder).as_posix(): file.stat().st_size for file in files},
        "provenance": dataclasses.asdict(database.provenance),
    }
    (folder / "lens.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    for file in files:
        # safetensors lets the owner alone read its files; a lens is read by whoever may read lens.json.
        shutil.copymode(folder / "lens.json", file)


def _write_layer(database: ConceptDatabase, folder: Path, number: int, name: str) -> dict[str, Any]:
    tensors, rest = examples_to_tensors(database.examples[name])
    tensors["embeddings"] = database.component_embeddings[name].contiguous()
    if name in database.look_alikes:
        tensors["look_alikes"] = database.look_alikes[name].contiguous()
        rest["look_alikes"] = True
    file = f"layers/{number:04d}.safetensors"
    save_file(tensors, folder / file)
    return {**rest, "file": file}


def _write_samples(samples: Samples, folder: Path) -> None:
    tensors = {field: getattr(samples, field).contiguous() for field in _SAMPLE_TENSORS}
    save_file(tensors, folder / "samples.safetensors")
    words = {"labels": list(samples.labels), "names": list(samples.names)}
    (folder / "samples.json").write_text(json.dumps(words), encoding="utf-8")


def _write_relevance(relevance: Relevance, folder: Path, number: int) -> dict[str, Any]:
    tensors, rest = relevance_to_tensors(relevance)
    file = f"relevance/{number:04d}.safetensors"
    (folder / file).parent.mkdir(exist_ok=True)
    save_file(tensors, folder / file)
    return {**rest, "file": file}


def _write_projection(projection: Stored, folder: Path, number: int) -> dict[str, Any]:
    tensors, rest = projection
    file = f"projections/{number:04d}.safetensors"
    (folder / file).parent.mkdir(exist_ok=True)
    save_file(dict(tensors), folder / file)
    return {**rest, "file": file}


def _write_crops(crops: Crops, folder: Path) -> dict[str, Any]:
    tensors = {field: getattr(crops, field).contiguous() for field in CROP_TENSORS}
    rows = {f"rows.{number}": rows.contiguous() for number, rows in enumerate(crops.rows.values())}
    save_file({**tensors, **rows}, folder / _CROPS)
    return {"threshold": crops.threshold, "layers": list(crops.rows)}


def _read_samples(folder: Path) -> Samples:
    words = _json(folder / "samples.json")
    file = folder / "samples.safetensors"
    ids, embeddings, thumbnail_bytes, thumbnail_offsets = (
        _read_tensor(file, name) for name in _SAMPLE_TENSORS
    )
    return Samples(ids, embeddings, words["labels"], words["names"], thumbnail_bytes, thumbnail_offsets)


def _read_examples(folder: Path, layer: Mapping[str, Any]) -> ConceptExamples:
    file = folder / layer["file"]
    return examples_from_tensors({name: _read_tensor(file, name) for name in _EXAMPLE_TENSORS}, layer)


def _read_relevance(folder: Path, entry: Mapping[str, Any]) -> Relevance:
    file = folder / entry["file"]
    return relevance_from_tensors({name: _read_tensor(file, name) for name in RELEVANCE_TENSORS}, entry)


def _read_crops(folder: Path, entry: Mapping[str, Any]) -> Crops:
    file, layers = folder / _CROPS, list(entry["layers"])
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


def _manifest(folder: Path) -> dict[str, Any]:
    if not folder.exists():
        near = [str(other) for other in folder.parent.glob("*.lens")] if folder.parent.is_dir() else []
        raise LensFileError(f"there is no lens at {str(folder)!r}{did_you_mean(str(folder), near)}")
    if not (folder / "lens.json").is_file():
        what = "a folder without lens.json" if folder.is_dir() else "a file; a lens is a folder"
        raise LensFileError(f"{str(folder)!r} is not a lens: it is {what}")
    manifest = _json(folder / "lens.json")
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise LensFileError(f"{str(folder)!r} is not a lens: its lens.json does not say format {FORMAT!r}")
    version = manifest.get("version", 0)
    if version > VERSION:
        raise LensFileError(
            f"{str(folder)!r} has lens format {version}, and this version reads up to {VERSION}; "
            "upgrade with: pip install -U semanticlens-widgets"
        )
    return manifest


def _check_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    for name, size in manifest["files"].items():
        file = folder / name
        found = file.stat().st_size if file.is_file() else None
        if found != size:
            state = "is missing" if found is None else f"has {found} bytes instead of {size}"
            raise LensFileError(f"the lens {str(folder)!r} is damaged: {name} {state}; copy or save it again")


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LensFileError(f"{str(file.parent)!r} is not a readable lens: {file.name}: {error}") from error


def _check_target(target: Path, overwrite: bool) -> None:
    if not target.exists():
        return
    if not overwrite:
        raise FileExistsError(f"{str(target)!r} is there already; pass overwrite=True to replace it")
    try:
        _manifest(target)
    except LensFileError as error:
        raise FileExistsError(f"{str(target)!r} is there and is not a lens, so it is not replaced") from error


def _put_in_place(draft: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.{secrets.token_hex(4)}.old")
    if target.exists():
        target.replace(old)
    draft.replace(target)
    shutil.rmtree(old, ignore_errors=True)
