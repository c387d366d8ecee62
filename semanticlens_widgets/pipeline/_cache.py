"""What was computed once, found again by its content.

A key is a hash of everything that decides the result: weights, data, preprocessing, layer, pooling, k, foundation
model. Retrained weights make another key, so a stale entry is never met. Files are written beside their place and
renamed; one that cannot be read counts as absent.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from semanticlens_widgets._arguments import check_path
from semanticlens_widgets._warn import warn_user


def content_key(*parts: object) -> str:
    """A hash of JSON values; equal exactly when the values are."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Entry:
    """One file of the cache: tensors and some JSON."""

    path: Path

    def load(self) -> tuple[dict[str, Tensor], Any] | None:
        """What was saved; None when nothing was, or when it cannot be read (with a warning)."""
        if not self.path.exists():
            return None
        try:
            with safe_open(self.path, framework="pt") as file:
                rest = json.loads((file.metadata() or {})["rest"])
                return {name: file.get_tensor(name) for name in file.keys()}, rest  # noqa: SIM118 (not a mapping)
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            warn_user(f"the cache file {self.path} cannot be read ({error}); it is made again")
            return None

    def save(self, tensors: Mapping[str, Tensor], rest: Any) -> None:
        """Replaces the file at once, or leaves it as it was."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            save_file(
                {name: tensor.contiguous() for name, tensor in tensors.items()},
                draft,
                {"rest": json.dumps(rest)},
            )
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)

    def delete(self) -> None:
        """Removes the file if it is there."""
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Parts:
    """What grows: every save adds a file, and none is written again."""

    path: Path
    """A part by itself, which earlier versions rewrote at every save; the others are named after it."""

    def load(self) -> Iterator[tuple[dict[str, Tensor], Any]]:
        """All that was saved, in no order; a part that cannot be read is removed (with a warning)."""
        for path in self._paths():
            found = Entry(path).load()
            if found is None:
                Entry(path).delete()
            else:
                yield found

    def add(self, tensors: Mapping[str, Tensor], rest: Any, name: str = "") -> None:
        """Writes one more part, or nothing; one of the same name is replaced."""
        Entry(self.path.with_suffix(f".{name or secrets.token_hex(8)}{self.path.suffix}")).save(tensors, rest)

    def delete(self) -> None:
        """Removes all parts."""
        for path in self._paths():
            Entry(path).delete()

    def _paths(self) -> list[Path]:
        return list(self.path.parent.glob(f"{self.path.stem}*{self.path.suffix}"))


def cache_in(folder: str | Path | None) -> "Cache":
    """The cache of a folder, which is made; raises TypeError and ValueError for what cannot be one."""
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


@dataclass(frozen=True)
class Cache:
    """A folder of entries; nothing is kept when `folder` is None."""

    folder: Path | None

    def entry(self, kind: str, *key: object) -> Entry | None:
        """Where the result of `key` lies; `kind` only keeps the folder tidy."""
        return Entry(self._path(self.folder, kind, key)) if self.folder else None

    def parts(self, kind: str, *key: object) -> Parts | None:
        """The same for a result that grows."""
        return Parts(self._path(self.folder, kind, key)) if self.folder else None

    @staticmethod
    def _path(folder: Path, kind: str, key: tuple[object, ...]) -> Path:
        return folder / kind / f"{content_key(*key)}.safetensors"
