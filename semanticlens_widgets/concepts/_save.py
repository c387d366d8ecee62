"""Saving of a concept database as a folder."""

import dataclasses
import json
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from semanticlens_widgets._arguments import check_path
from semanticlens_widgets.concepts._crops import CROP_TENSORS, Crops
from semanticlens_widgets.concepts._database import ConceptDatabase, Provenance, Samples
from semanticlens_widgets.concepts._examples import examples_to_tensors
from semanticlens_widgets.concepts._lens_folder import CROPS, FORMAT, SAMPLE_TENSORS, Stored, read_manifest
from semanticlens_widgets.concepts._relevance import Relevance, relevance_to_tensors
from semanticlens_widgets.errors import LensFileError


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
        "provenance": _provenance(database.provenance),
    }
    (folder / "lens.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    for file in files:
        # safetensors lets the owner alone read its files; a lens is read by whoever may read lens.json.
        shutil.copymode(folder / "lens.json", file)


def _provenance(provenance: Provenance) -> dict[str, Any]:
    """Layouts are optional: a lens without them keeps the format of those that were saved before there were any."""
    fields = dataclasses.asdict(provenance)
    return {name: value for name, value in fields.items() if name != "layouts" or value}


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
    tensors = {field: getattr(samples, field).contiguous() for field in SAMPLE_TENSORS}
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
    save_file({**tensors, **rows}, folder / CROPS)
    return {"threshold": crops.threshold, "layers": list(crops.rows)}


def _check_target(target: Path, overwrite: bool) -> None:
    if not target.exists():
        return
    if not overwrite:
        raise FileExistsError(f"{str(target)!r} is there already; pass overwrite=True to replace it")
    try:
        read_manifest(target)
    except LensFileError as error:
        raise FileExistsError(f"{str(target)!r} is there and is not a lens, so it is not replaced") from error


def _put_in_place(draft: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.{secrets.token_hex(4)}.old")
    if target.exists():
        target.replace(old)
    draft.replace(target)
    shutil.rmtree(old, ignore_errors=True)
