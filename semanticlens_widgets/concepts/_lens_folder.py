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

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets.errors import LensFileError

Stored = tuple[Mapping[str, Tensor], Mapping[str, Any]]
"""Tensors and JSON values."""
FORMAT = "semanticlens_widgets.lens"
VERSION = 2
"""The newest version that is read; databases without crops are written as 1, for older packages."""

CROPS = "crops.safetensors"
SAMPLE_TENSORS = ("ids", "embeddings", "thumbnail_bytes", "thumbnail_offsets")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The contents of lens.json; raises LensFileError for a folder that is no lens, or of a newer version."""
    if not folder.exists():
        near = [str(other) for other in folder.parent.glob("*.lens")] if folder.parent.is_dir() else []
        raise LensFileError(f"there is no lens at {str(folder)!r}{did_you_mean(str(folder), near)}")
    if not (folder / "lens.json").is_file():
        what = "a folder without lens.json" if folder.is_dir() else "a file; a lens is a folder"
        raise LensFileError(f"{str(folder)!r} is not a lens: it is {what}")
    manifest = read_json(folder / "lens.json")
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise LensFileError(f"{str(folder)!r} is not a lens: its lens.json does not say format {FORMAT!r}")
    version = manifest.get("version", 0)
    if version > VERSION:
        raise LensFileError(
            f"{str(folder)!r} has lens format {version}, and this version reads up to {VERSION}; "
            "upgrade with: pip install -U semanticlens-widgets"
        )
    return manifest


def check_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Raises LensFileError when a file is missing or has another size than the manifest says."""
    for name, size in manifest["files"].items():
        file = folder / name
        found = file.stat().st_size if file.is_file() else None
        if found != size:
            state = "is missing" if found is None else f"has {found} bytes instead of {size}"
            raise LensFileError(f"the lens {str(folder)!r} is damaged: {name} {state}; copy or save it again")


def read_json(file: Path) -> Any:
    """The contents of a JSON file of a lens; raises LensFileError when it cannot be read."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LensFileError(f"{str(file.parent)!r} is not a readable lens: {file.name}: {error}") from error
