"""The manifest of a lens: the content of lens.json, and what it promises of the other files."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, cast, get_type_hints

from semanticlens_widgets._choices import AttributionMethod, Sign
from semanticlens_widgets.concepts._database import Provenance
from semanticlens_widgets.concepts.folder import _json

FORMAT = "semanticlens_widgets.lens"
VERSION = 5
"""The version that is written and read. Older ones were never released."""
MOST_JSON = 1 << 28
"""The largest manifest that is read, in bytes."""
SAMPLES, CROPS = "samples.safetensors", "crops.safetensors"
SAMPLE_TENSORS = ("ids", "embeddings", "thumbnail_bytes", "thumbnail_offsets")
MOST = 1 << 48
"""The largest count that is believed."""
_NAMES = re.compile(r"(samples|crops|(layers|relevance|projections|latents)/\d{4,9})\.safetensors")


class FileEntry(TypedDict):
    """A file: its bytes, counted and hashed."""

    size: int
    digest: str


class DictionarySettings(TypedDict):
    """All that is no tensor of a learned dictionary."""

    method: Literal["nmf", "pca", "kmeans", "sae"]
    active: int
    threshold: float
    report: Mapping[str, object]


class _LatentsEntry(TypedDict):
    of: str
    into: str
    fingerprint: list[str]


class LatentsEntry(_LatentsEntry, total=False):
    """The origin of a layer that was made of another one; with the file of a dictionary that was learned."""

    file: str
    settings: DictionarySettings


class _LayerEntry(TypedDict):
    name: str
    n_components: int
    k: int
    grid: list[int]
    n_samples: int
    sign: Sign
    look_alikes: bool
    file: str


class LayerEntry(_LayerEntry, total=False):
    """A layer, with what of its examples is no tensor."""

    latents: LatentsEntry


class _RelevanceEntry(TypedDict):
    layer: str
    method: AttributionMethod
    output: str | int | None
    classes: list[str]
    file: str


class RelevanceEntry(_RelevanceEntry, total=False):
    """The relevance of a layer; `sparse` names the tables that hold only what is not 0."""

    sparse: list[Literal["relevance", "scores"]]


class ProjectionEntry(TypedDict):
    """A map of the components of some layers."""

    key: str
    method: Literal["pca", "umap"]
    layers: list[str]
    parameters: Mapping[str, object]
    regions: bool
    file: str


class CropsEntry(TypedDict):
    """The crops, and the layers whose examples they are."""

    threshold: float
    layers: list[str]


class OutputNamesEntry(TypedDict):
    """The names of outputs in their order, null for one without; `complete` if these are all outputs."""

    names: list[str | None]
    complete: bool


class _Parts(TypedDict):
    dim: int
    """The number of dimensions of the embedding space."""
    n_samples: int
    """The number of samples that are an example of some component."""
    layers: list[LayerEntry]
    relevance: list[RelevanceEntry]
    projections: list[ProjectionEntry]
    crops: CropsEntry | None
    provenance: Mapping[str, Any]


class Parts(_Parts, total=False):
    """The parts of a lens, as JSON; names of outputs where they were given."""

    output_names: OutputNamesEntry


class Manifest(Parts):
    """The content of lens.json."""

    format: str
    version: int
    files: Mapping[str, FileEntry]
    digest: str
    """The hash of all the rest."""


def check_manifest(tree: Mapping[str, Any]) -> Manifest:
    """The manifest, if its digest, types and references are right; raises ValueError, saying what is wrong."""
    if not _json.is_signed(tree):
        raise ValueError("its digest is not that of its content")
    _json.check_type(tree, Manifest, "it")
    manifest = cast("Manifest", tree)
    _check_provenance(manifest["provenance"])
    _check_layers(manifest)
    _check_files(manifest)
    _check_counts(manifest)
    return manifest


def _check_provenance(found: Mapping[str, Any]) -> None:
    hints = get_type_hints(Provenance)
    if found.keys() != hints.keys():
        raise ValueError(f"provenance must have the entries {sorted(hints)}, not {sorted(found)}"[:300])
    for name, value in found.items():
        _json.check_type(value, hints[name], f"provenance.{name}")


def _check_layers(manifest: Manifest) -> None:
    names = _distinct("layers", [layer["name"] for layer in manifest["layers"]])
    if not names:
        raise ValueError("it has no layers")
    cropped = [] if manifest["crops"] is None else manifest["crops"]["layers"]
    attributed = [entry["layer"] for entry in manifest["relevance"]]
    mapped = [name for entry in manifest["projections"] for name in entry["layers"]]
    for unknown in {*_distinct("crops", cropped), *_distinct("relevance", attributed), *mapped} - names:
        raise ValueError(f"it tells of a layer {unknown[:80]!r} that it does not have")
    for entry in manifest["relevance"]:
        _distinct("classes", entry["classes"])
    for layer in manifest["layers"]:
        if "latents" in layer and len(layer["latents"]["fingerprint"]) != 2:
            raise ValueError(f"layer {layer['name'][:80]!r} must have two fingerprints of its latents")
    for layer, latents in dictionaries(manifest):
        if not 0 <= latents.get("settings", {}).get("active", -1) <= layer["n_components"]:
            raise ValueError(f"layer {layer['name'][:80]!r} must have the settings of its dictionary")


def _check_files(manifest: Manifest) -> None:
    entries = [*manifest["layers"], *manifest["relevance"], *manifest["projections"]]
    named = [SAMPLES, *(entry["file"] for entry in entries)]
    named += [entry.get("file", "") for _, entry in dictionaries(manifest)]
    named += [] if manifest["crops"] is None else [CROPS]
    if _distinct("files", named) != manifest["files"].keys():
        raise ValueError("its list of files is not that of its parts")
    for name in named:
        if not _NAMES.fullmatch(name):
            raise ValueError(f"no part of a lens has the name {name[:80]!r}")


def _check_counts(manifest: Manifest) -> None:
    layers, provenance = manifest["layers"], manifest["provenance"]
    counts = [provenance["k"], manifest["dim"], *(side for layer in layers for side in layer["grid"])]
    counts += [count for layer in layers for count in (layer["n_components"], layer["k"])]
    if not all(1 <= count < MOST for count in counts):
        raise ValueError("k, dim, numbers of components and the sides of grids must be positive")
    counts = [provenance["n_images"], manifest["n_samples"], *(layer["n_samples"] for layer in layers)]
    counts += [entry["size"] for entry in manifest["files"].values()]
    if not all(0 <= count < MOST for count in counts):
        raise ValueError("numbers of images and sizes of files must not be negative")
    crops = manifest["crops"]
    if crops is not None and not 0 <= crops["threshold"] < 1:
        raise ValueError(f"crops.threshold must lie in 0 to below 1, not {crops['threshold']}")


def dictionaries(parts: Parts) -> list[tuple[LayerEntry, LatentsEntry]]:
    """The layers of dictionaries that were learned, with what is kept of them."""
    found = [(layer, layer["latents"]) for layer in parts["layers"] if "latents" in layer]
    return [(layer, latents) for layer, latents in found if "file" in latents]


def _distinct(what: str, names: Sequence[str]) -> set[str]:
    if len(set(names)) < len(names):
        raise ValueError(f"its {what} name something twice")
    return set(names)
