"""Cache of computed results, found again by their content.

A key is a hash of everything that decides the result: weights, data, preprocessing, layer, pooling, k, foundation
model. Retrained weights make another key, so a stale entry is never found. A damaged file counts as absent, and where
nothing can be saved the work goes on without.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from torch import Tensor

from semanticlens_widgets._arguments import check_path
from semanticlens_widgets._locks import locked, remove_drafts, remove_unlocked
from semanticlens_widgets.passes import Checkpoint, Entry, Parts, Stored

COLLECTING = 3
"""The version of collecting, in the keys of concept examples, their crops and their look-alikes. Raise it by one in the
commit with which the same model, images and settings begin to give another result: how `collection`, or what it uses of
`layers` and `tensors`, reads a layer's output, pools it, breaks ties, locates and averages. Faster code with the same
result leaves it."""

ATTRIBUTING = 3
"""The version of attributing, in the keys of relevance: likewise for `attribution`, and for the sums of classes and the
scores beside them."""

LEARNING = 1
"""The version of learning dictionaries, in their keys: likewise for `dictionaries`."""

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

    def checkpoint(self, *key: object) -> Checkpoint | None:
        """The checkpoint of the one pass with `key`."""
        return Checkpoint(self._path(self.folder, "checkpoints", key)) if self.folder else None

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
        stopped and is deleted when the results are saved. `run` decides the pass beside the keys. Of several processes
        one computes, and the others wait for its results.
        """
        if self.folder is None:
            return dict(compute(list(keys), None)) if keys else {}
        entries = {layer: Entry(self._path(self.folder, kind, tuple(key))) for layer, key in keys.items()}
        resumed = Unfinished(
            self.folder / "checkpoints", content_key(kind, list(keys.values()), *run), list(keys)
        )
        found = _loaded(entries, codec)
        with alone(*(entry.path for layer, entry in entries.items() if layer not in found)):
            found |= _loaded({layer: entry for layer, entry in entries.items() if layer not in found}, codec)
            missing = [layer for layer in keys if layer not in found]
            if missing:
                layers, checkpoint = resumed.of(missing)
                computed = compute(layers, checkpoint)
                found |= {layer: computed[layer] for layer in missing}
                saved = [entries[layer].save(*codec.to_tensors(found[layer])) for layer in missing]
                if not all(saved):
                    return {layer: found[layer] for layer in keys}
            resumed.delete()
        return {layer: found[layer] for layer in keys}

    @staticmethod
    def _path(folder: Path, kind: str, key: tuple[object, ...]) -> Path:
        return folder / kind / f"{content_key(*key)}.safetensors"


@contextmanager
def alone(*paths: Path) -> Iterator[None]:
    """Locks the results of these paths for other processes, and removes the drafts that killed ones left."""
    with ExitStack() as held:
        # In one order, so that two processes never wait for each other.
        for path in sorted(paths):
            lock = path.parent.parent / "locks" / f"{path.parent.name}-{path.stem}.lock"
            if held.enter_context(locked(lock, "computing the same results in this cache")):
                remove_drafts(path.parent, re.escape(path.stem) + ".*")
        yield


@dataclass(frozen=True)
class Unfinished:
    """The checkpoints of the passes over layers that are asked for together.

    Their names say which of the layers a pass is over: one that was killed while its results were being saved is found
    again when only some of them are missing.
    """

    folder: Path
    key: str
    layers: list[str]

    def of(self, missing: list[str]) -> tuple[list[str], Checkpoint]:
        """The layers of a pass that gives all that are missing, the ones of an interrupted one if there is one."""
        passes = [self._layers(int(mask, 16)) for mask in self._masks()]
        fitting = [layers for layers in passes if set(missing) <= set(layers)]
        layers = min(fitting, key=len, default=missing)
        return layers, self._checkpoint(sum(1 << self.layers.index(layer) for layer in layers))

    def delete(self) -> None:
        """Removes all of them; call it when the results are saved."""
        for mask in self._masks():
            self._checkpoint(int(mask, 16)).delete()
        remove_drafts(self.folder, f"{self.key}-.*")

    def _checkpoint(self, mask: int) -> Checkpoint:
        return Checkpoint(self.folder / f"{self.key}-{mask:x}.safetensors")

    def _layers(self, mask: int) -> list[str]:
        return [layer for place, layer in enumerate(self.layers) if mask >> place & 1]

    def _masks(self) -> set[str]:
        named = re.compile(rf"{self.key}-([0-9a-f]+)\..*")
        names = [file.name for file in self.folder.glob(f"{self.key}-*")]
        return {found[1] for name in names if (found := named.fullmatch(name))}


def _loaded(entries: Mapping[str, Entry], codec: Codec[T]) -> dict[str, T]:
    """The results that are saved and can be read."""
    found: dict[str, T] = {}
    for layer, entry in entries.items():
        # One that other code wrote counts as absent.
        with suppress(KeyError, TypeError, ValueError, AttributeError):
            if stored := entry.load():
                found[layer] = codec.from_tensors(*stored)
    return found


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
    remove_unlocked(path / "locks")
    return Cache(path)


def content_key(*parts: object) -> str:
    """A hash of JSON values; equal exactly when the values are."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
