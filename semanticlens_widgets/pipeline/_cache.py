"""Cache of computed results, found again by their content.

A key is a hash of everything that decides the result: weights, data, preprocessing, layer, pooling, k, foundation
model. Retrained weights make another key, so a stale entry is never found. An unreadable file counts as absent.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from torch import Tensor

from semanticlens_widgets._arguments import check_path
from semanticlens_widgets.passes import Checkpoint, Entry, Parts, Stored

COLLECTING = 2
"""The version of collecting, in the keys of concept examples, their crops and their look-alikes. Raise it by one in the
commit with which the same model, images and settings begin to give another result: how `collection`, or what it uses of
`layers` and `tensors`, reads a layer's output, pools it, breaks ties, locates and averages. Faster code with the same
result leaves it."""

ATTRIBUTING = 2
"""The version of attributing, in the keys of relevance: likewise for `attribution`, and for the sums of classes and the
scores beside them."""

T = TypeVar("T")


@dataclass(frozen=True)
class Codec(Generic[T]):
    """The way of a layer's result into a file and back."""

    to_tensors: Callable[[T], Stored]
    from_tensors: Callable[[dict[str, Tensor], Any], T]


@dataclass(frozen=True)
class Cache:
    """A folder of entries; nothing is kept when `folder` is None."""

    folder: Path | None

    def entry(self, kind: str, *key: object) -> Entry | None:
        """The file of the result of `key`; `kind` is the subfolder."""
        return Entry(self._path(self.folder, kind, key)) if self.folder else None

    def parts(self, kind: str, *key: object) -> Parts | None:
        """The files of a result that grows."""
        return Parts(self._path(self.folder, kind, key)) if self.folder else None

    def by_layer(
        self,
        kind: str,
        keys: Mapping[str, Sequence[object]],
        codec: Codec[T],
        compute: Callable[[list[str], Checkpoint | None], Mapping[str, T]],
        *run: object,
    ) -> dict[str, T]:
        """Layer -> result: from the file of its key, or computed in one pass with all other missing layers.

        `compute` receives the missing layers and the checkpoint of their pass, which goes on where an interrupted one
        stopped and is deleted when the results are saved. `run` decides the pass beside the keys.
        """
        entries = {layer: self.entry(kind, *key) for layer, key in keys.items()}
        loaded = {layer: entry.load() for layer, entry in entries.items() if entry}
        found = {layer: codec.from_tensors(*stored) for layer, stored in loaded.items() if stored}
        missing = [layer for layer in keys if layer not in found]
        if missing:
            checkpoint = self._checkpoint(kind, [keys[layer] for layer in missing], *run)
            found.update(compute(missing, checkpoint))
            for layer in missing:
                if entry := entries[layer]:
                    entry.save(*codec.to_tensors(found[layer]))
            if checkpoint:
                checkpoint.delete()
        return {layer: found[layer] for layer in keys}

    def _checkpoint(self, *key: object) -> Checkpoint | None:
        return Checkpoint(self._path(self.folder, "checkpoints", key)) if self.folder else None

    @staticmethod
    def _path(folder: Path, kind: str, key: tuple[object, ...]) -> Path:
        return folder / kind / f"{content_key(*key)}.safetensors"


def cache_in(folder: str | Path | None) -> Cache:
    """The cache of a folder, which is made; raises TypeError or ValueError when it cannot be."""
    if folder is None:
        return Cache(None)
    path = check_path("cache", folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"cache must be a folder that can be made, and {str(path)!r} cannot: {error}"
        ) from error
    return Cache(path)


def content_key(*parts: object) -> str:
    """A hash of JSON values; equal exactly when the values are."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
