"""Opening of a saved concept database: its parts are read when they are first asked for."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from semanticlens_widgets._arguments import check_path
from semanticlens_widgets.concepts._crops import CROP_TENSORS, Crops
from semanticlens_widgets.concepts._database import ConceptDatabase, Provenance, Samples
from semanticlens_widgets.concepts._examples import examples_from_tensors
from semanticlens_widgets.concepts._latents import LatentsRecord
from semanticlens_widgets.concepts._output_names import OutputNames
from semanticlens_widgets.concepts._relevance import relevance_from_tensors
from semanticlens_widgets.concepts._texts import texts_from_tensors
from semanticlens_widgets.concepts.folder._lazy import Lazy, Value, lazily
from semanticlens_widgets.concepts.folder._lens_folder import LensFolder, Stored
from semanticlens_widgets.concepts.folder._manifest import CROPS, SAMPLE_TENSORS, SAMPLES, LatentsEntry
from semanticlens_widgets.concepts.folder._replace import heal


def open_database(path: str | Path) -> ConceptDatabase:
    """Opens a database that `save_database` wrote; its parts are read and verified on first access.

    Raises LensFileError if there is no lens, if it is damaged, or if another version wrote it.
    """
    return open_with_projections(path)[0]


def open_with_projections(path: str | Path) -> tuple[ConceptDatabase, list[Stored]]:
    """Opens a database as `open_database` does, and the maps that were saved with it."""
    place = check_path("path", path)
    heal(place)
    folder = LensFolder(place)
    maps: list[Stored] = [
        (folder.tensors(entry["file"]), dict(entry)) for entry in folder.manifest["projections"]
    ]
    return _database(folder), maps


def _database(folder: LensFolder) -> ConceptDatabase:
    manifest = folder.manifest
    layers = {entry["name"]: entry for entry in manifest["layers"]}
    attributed = {entry["layer"]: entry for entry in manifest["relevance"]}
    files = {name: entry["file"] for name, entry in layers.items()}
    contrasted = {name: file for name, file in files.items() if layers[name]["look_alikes"]}
    tensors = _lazy(folder, files, lambda name: folder.tensors(files[name]))
    crops = manifest["crops"]
    return ConceptDatabase(
        examples=_lazy(folder, files, lambda name: examples_from_tensors(tensors[name], layers[name])),
        component_embeddings=_lazy(folder, files, lambda name: tensors[name]["embeddings"]),
        samples=lazily(Samples, partial(_read_samples, folder), dim=manifest["dim"]),
        provenance=Provenance(**manifest["provenance"]),
        relevance=_lazy(
            folder,
            {name: entry["file"] for name, entry in attributed.items()},
            lambda name: relevance_from_tensors(folder.tensors(attributed[name]["file"]), attributed[name]),
        ),
        look_alikes=_lazy(folder, contrasted, lambda name: tensors[name]["look_alikes"]),
        crops=crops
        and lazily(Crops, partial(_read_crops, folder, crops["layers"]), threshold=crops["threshold"]),
        latents={
            name: _record(folder, entry["latents"]) for name, entry in layers.items() if "latents" in entry
        },
        output_names=OutputNames.listed(**manifest.get("output_names", {"names": [], "complete": False})),
    )


def _record(folder: LensFolder, entry: LatentsEntry) -> LatentsRecord:
    code, numbers = entry["fingerprint"]
    tensors = folder.tensors(entry["file"]) if "file" in entry else {}
    return LatentsRecord(
        entry["of"], entry["into"], (code, numbers), tensors, dict(entry.get("settings", {}))
    )


def _lazy(folder: LensFolder, files: Mapping[str, str], read: Callable[[str], Value]) -> Lazy[Value]:
    return Lazy(list(files), read, lambda name: folder.check_unchanged(files[name]))


def _read_samples(folder: LensFolder) -> dict[str, object]:
    tensors = folder.tensors(SAMPLES)
    return {**{name: tensors[name] for name in SAMPLE_TENSORS}, **texts_from_tensors(tensors)}


def _read_crops(folder: LensFolder, layers: list[str]) -> dict[str, object]:
    tensors = folder.tensors(CROPS)
    rows = {name: tensors[f"rows.{number}"] for number, name in enumerate(layers)}
    return {**{name: tensors[name] for name in CROP_TENSORS}, "rows": rows}
