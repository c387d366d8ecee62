"""A lens on disk: a folder of safetensors and JSON that opens anywhere and is read on access.

    r50.lens/
        lens.json                   format, version, provenance, layers, size and digest of every file, its own digest
        samples.safetensors         ids, embeddings, thumbnails, names and labels
        layers/0000.safetensors     examples, statistics, embeddings and maybe look-alikes of one layer
        relevance/0000.safetensors  relevance of one layer, if it was attributed
        latents/0000.safetensors    tensors of a dictionary that was learned, numbered as its layer
        crops.safetensors           of a lens whose examples are crops: boxes, embeddings, thumbnails, rows by layer
        projections/0000.safetensors  positions of a map, if one was computed

A file is hashed and held against its schema when it is first read, and mapped into memory from then on. The folder is
written under a temporary name beside its path and then renamed, so that a reader never sees half of it.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets.concepts.folder import _json
from semanticlens_widgets.concepts.folder._manifest import (
    FORMAT,
    MOST_JSON,
    VERSION,
    Manifest,
    check_manifest,
)
from semanticlens_widgets.concepts.folder._schema import schemas
from semanticlens_widgets.concepts.folder._verify import check_tensors, file_digest
from semanticlens_widgets.errors import LensFileError

Stored = tuple[Mapping[str, Tensor], Mapping[str, Any]]
"""Tensors and JSON values."""
_MANIFEST = "lens.json"
_OF_THE_SYSTEM = {".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints"}
Stamp = tuple[int, int, int]


class LensFolder:
    """An open lens: its manifest, and its files, each of which is verified when it is first read."""

    def __init__(self, path: Path) -> None:
        """Raises LensFileError for a folder that is no lens, is damaged, or is of another version."""
        self.path = path
        self.manifest = read_manifest(path)
        self._check_files()
        self._schemas = schemas(self.manifest)
        self._stamps: dict[str, Stamp] = {}

    def tensors(self, name: str) -> dict[str, Tensor]:
        """The tensors of a file, mapped into memory; raises LensFileError unless they are those of the schema."""
        file = self.path / name
        try:
            self._verify(name)
            with safe_open(file, framework="pt") as opened:
                found = {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118 (not a mapping)
            self._check_same(name)
            check_tensors(found, *self._schemas[name])
        except (OSError, SafetensorError, ValueError) as error:
            raise self._damaged(name, error) from error
        return found

    def check_unchanged(self, name: str) -> None:
        """Raises LensFileError if a file that was read was written to since: what is mapped is no longer that file."""
        before = self._stamps[name]
        try:
            now = _stamp(self.path / name)
        except (OSError, ValueError):  # removed, or replaced by a rename: what is mapped stays as it was
            return
        if now[0] == before[0] and now != before:
            raise self._replaced()

    def _verify(self, name: str) -> None:
        stamp = _stamp(self.path / name)
        if file_digest(self.path / name) != self.manifest["files"][name]["digest"]:
            raise ValueError("its content is not what was saved")
        self._stamps[name] = stamp

    def _check_same(self, name: str) -> None:
        """Raises LensFileError if the file is another one than the one that was hashed."""
        if _stamp(self.path / name) != self._stamps[name]:
            raise self._replaced()

    def _damaged(self, name: str, error: Exception) -> LensFileError:
        if isinstance(error, LensFileError):
            return error
        try:
            same = read_manifest(self.path)["digest"] == self.manifest["digest"]
        except LensFileError:
            same = True
        return _damaged(self.path, f"{name}: {error}") if same else self._replaced()

    def _replaced(self) -> LensFileError:
        path = str(self.path)
        return LensFileError(
            f"the lens {path!r} was replaced while it was open; open it again: slw.open({path!r})"
        )

    def _check_files(self) -> None:
        files = self.manifest["files"]
        found = dict(_files(self.path))
        for name, entry in files.items():
            size = found.pop(name, None)
            if size != entry["size"]:
                state = "is missing" if size is None else f"has {size} bytes instead of {entry['size']}"
                raise _damaged(self.path, f"{name} {state}")
        found.pop(_MANIFEST, None)
        for name in found:
            raise _damaged(self.path, f"{name[:80]!r} is no part of it")


def read_manifest(folder: Path) -> Manifest:
    """The content of lens.json; raises LensFileError if there is none, or it is damaged or of another version."""
    if not os.path.exists(folder):  # noqa: PTH110 - false also for names that no file can have
        near = [str(other) for other in folder.parent.glob("*.lens")] if folder.parent.is_dir() else []
        raise LensFileError(f"there is no lens at {str(folder)!r}{did_you_mean(str(folder), near)}")
    file = folder / _MANIFEST
    if not folder.is_dir() or not os.path.lexists(file):
        what = "a folder without lens.json" if folder.is_dir() else "a file; a lens is a folder"
        raise LensFileError(f"{str(folder)!r} is not a lens: it is {what}")
    try:
        if _stamp(file)[2] > MOST_JSON:
            raise ValueError(f"it has more than {MOST_JSON:,} bytes")
        tree = _json.parse(file.read_bytes())
    except (OSError, ValueError) as error:
        raise _damaged(folder, f"{_MANIFEST}: {error}") from error
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise LensFileError(f"{str(folder)!r} is not a lens: its lens.json does not say format {FORMAT!r}")
    _check_version(folder, tree.get("version"))
    try:
        return check_manifest(tree)
    except ValueError as error:
        raise _damaged(folder, f"{_MANIFEST}: {error}") from error


def _check_version(folder: Path, version: object) -> None:
    if type(version) is int and version != VERSION:
        way = (
            "upgrade with: pip install -U semanticlens-widgets"
            if version > VERSION
            else "build the lens again"
        )
        raise LensFileError(
            f"{str(folder)!r} has lens format {version}, and this version reads format {VERSION}; {way}"
        )


def _files(folder: Path, below: str = "") -> Iterator[tuple[str, int]]:
    """The names and sizes of the files of a lens; raises LensFileError for links, pipes and devices."""
    try:
        entries = sorted(os.scandir(folder / below), key=lambda entry: entry.name)
    except OSError as error:
        raise _damaged(folder, f"its folder cannot be listed: {error}") from error
    for entry in entries:
        name = f"{below}{entry.name}"
        found = entry.stat(follow_symlinks=False)
        if entry.name in _OF_THE_SYSTEM:
            continue
        if stat.S_ISDIR(found.st_mode):
            if below:
                raise _damaged(folder, f"{name[:80]!r} is a folder, not a file")
            yield from _files(folder, f"{name}/")
        elif stat.S_ISREG(found.st_mode):
            yield name, found.st_size
        else:
            raise _damaged(folder, f"{name[:80]!r} is a link, a pipe or a device, not a file")


def _stamp(file: Path) -> Stamp:
    """Inode, time and size of a file; raises ValueError for a link, a pipe, a device and a folder."""
    found = file.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise ValueError("it is a link, a pipe, a device or a folder, not a file")
    return found.st_ino, found.st_mtime_ns, found.st_size


def _damaged(folder: Path, reason: str) -> LensFileError:
    text = " ".join(reason.split())
    return LensFileError(f"the lens {str(folder)!r} is damaged: {text}; copy or save the lens again")
