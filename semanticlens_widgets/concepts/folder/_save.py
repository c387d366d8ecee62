"""Saving of a concept database as a folder."""

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor

from semanticlens_widgets._arguments import check_path
from semanticlens_widgets.concepts._crops import CROP_TENSORS, Crops
from semanticlens_widgets.concepts._database import ConceptDatabase
from semanticlens_widgets.concepts._examples import examples_to_tensors
from semanticlens_widgets.concepts._latents import LatentsRecord
from semanticlens_widgets.concepts._output_names import OutputNames
from semanticlens_widgets.concepts._relevance import relevance_to_tensors
from semanticlens_widgets.concepts._texts import texts_to_tensors
from semanticlens_widgets.concepts.folder import _json
from semanticlens_widgets.concepts.folder._lens_folder import Stored, read_manifest
from semanticlens_widgets.concepts.folder._manifest import (
    CROPS,
    FORMAT,
    SAMPLE_TENSORS,
    SAMPLES,
    VERSION,
    FileEntry,
    LayerEntry,
    Parts,
    check_manifest,
    dictionaries,
)
from semanticlens_widgets.concepts.folder._replace import draft_of, put_in_place, saving
from semanticlens_widgets.concepts.folder._schema import schemas
from semanticlens_widgets.concepts.folder._verify import check_tensors, file_digest
from semanticlens_widgets.errors import LensFileError
from semanticlens_widgets.storage import save_file


def save_database(
    database: ConceptDatabase,
    path: str | Path,
    *,
    overwrite: bool = False,
    projections: Sequence[Stored] = (),
) -> Path:
    """Writes the database as a folder, with the maps of its components, and returns its path.

    Raises FileExistsError if the path exists; `overwrite=True` replaces another lens, but nothing else, and a kill at
    any moment leaves the old one or the new one. Raises LensFileError for tensors that are not as a lens has to have
    them, and where there is no room or no right to write.
    """
    chosen = check_path("path", path)
    with saving(chosen) as target:
        _check_target(target, overwrite)
        draft = draft_of(target)
        try:
            _write(database, draft, projections)
            put_in_place(draft, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return chosen


def _write(database: ConceptDatabase, folder: Path, projections: Sequence[Stored]) -> None:
    parts = _parts(database, projections)
    known = schemas(parts)
    folder.mkdir(parents=True)
    for name, tensors in _tensors(database, projections, parts):
        (folder / name).parent.mkdir(exist_ok=True)
        _checked(name, partial(check_tensors, tensors, *known[name]))
        save_file(tensors, folder / name)
    files = {name: _entry(folder / name) for name in sorted(known)}
    manifest = _json.signed({"format": FORMAT, "version": VERSION, **parts, "files": files})
    text = json.dumps(manifest, indent=1)
    _checked("lens.json", lambda: check_manifest(_json.parse(text.encode())))
    (folder / "lens.json").write_text(text, encoding="utf-8")


def _checked(name: str, check: Callable[[], object]) -> None:
    try:
        check()
    except ValueError as error:
        raise LensFileError(f"the lens cannot be saved, for {name}: {error}; build it again") from error


def _parts(database: ConceptDatabase, projections: Sequence[Stored]) -> Parts:
    crops = database.crops
    relevances, layers = database.relevance.values(), database.layers
    return {
        "dim": database.dim,
        "n_samples": len(database.samples),
        "layers": [_layer_entry(database, name, _file("layers", row)) for row, name in enumerate(layers)],
        "relevance": [
            {**relevance_to_tensors(each)[1], "file": _file("relevance", row)}  # pyright: ignore[reportReturnType]
            for row, each in enumerate(relevances)
        ],
        "projections": [
            {**rest, "regions": "regions" in tensors, "file": _file("projections", row)}  # pyright: ignore[reportReturnType]
            for row, (tensors, rest) in enumerate(projections)
        ],
        "crops": None if crops is None else {"threshold": crops.threshold, "layers": list(crops.rows)},
        "provenance": dataclasses.asdict(database.provenance),
        **_output_names_entry(database.output_names),
    }  # pyright: ignore[reportReturnType]


def _output_names_entry(names: OutputNames) -> dict[str, Any]:
    if not names.named:
        return {}
    listed = [names.named.get(output) for output in range(names.count())]
    return {"output_names": {"names": listed, "complete": names.n_outputs is not None}}


def _file(folder: str, number: int) -> str:
    return f"{folder}/{number:04d}.safetensors"


def _layer_entry(database: ConceptDatabase, name: str, file: str) -> LayerEntry:
    examples = database.examples[name]
    return {
        **examples_to_tensors(examples)[1],
        "n_components": examples.n_components,
        "k": examples.k,
        "look_alikes": name in database.look_alikes,
        "file": file,
        **_latents_entry(database.latents.get(name), file.replace("layers/", "latents/")),
    }  # pyright: ignore[reportReturnType]


def _latents_entry(record: LatentsRecord | None, file: str) -> dict[str, Any]:
    if record is None:
        return {}
    kept = {"file": file, "settings": dict(record.settings)} if record.tensors else {}
    return {
        "latents": {"of": record.of, "into": record.into, "fingerprint": list(record.fingerprint), **kept}
    }


def _tensors(
    database: ConceptDatabase, projections: Sequence[Stored], parts: Parts
) -> Iterator[tuple[str, Mapping[str, Tensor]]]:
    """The files with tensors, one after the other."""
    samples = database.samples
    texts = texts_to_tensors(samples.names, samples.labels)
    yield SAMPLES, {field: getattr(samples, field) for field in SAMPLE_TENSORS} | texts
    for entry in parts["layers"]:
        name, tensors = entry["name"], examples_to_tensors(database.examples[entry["name"]])[0]
        contrasted = {"look_alikes": database.look_alikes[name]} if entry["look_alikes"] else {}
        yield entry["file"], {**tensors, "embeddings": database.component_embeddings[name], **contrasted}
    for entry, latents in dictionaries(parts):
        yield latents.get("file", ""), database.latents[entry["name"]].tensors
    for entry in parts["relevance"]:
        yield entry["file"], relevance_to_tensors(database.relevance[entry["layer"]])[0]
    for entry, (tensors, _) in zip(parts["projections"], projections, strict=True):
        yield entry["file"], tensors
    if database.crops is not None:
        yield CROPS, _crop_tensors(database.crops)


def _crop_tensors(crops: Crops) -> dict[str, Tensor]:
    rows = {f"rows.{number}": rows for number, rows in enumerate(crops.rows.values())}
    return {**{field: getattr(crops, field) for field in CROP_TENSORS}, **rows}


def _entry(file: Path) -> FileEntry:
    return {"size": file.stat().st_size, "digest": file_digest(file)}


def _check_target(target: Path, overwrite: bool) -> None:
    if not target.exists():
        return
    if not overwrite:
        raise FileExistsError(f"{str(target)!r} is there already; pass overwrite=True to replace it")
    try:
        read_manifest(target)
    except LensFileError as error:
        raise FileExistsError(f"{str(target)!r} is there and is not a lens, so it is not replaced") from error
