"""Files of tensors and JSON, written beside their place and renamed: a reader never meets half of one.

Each holds a digest of its content. One that is not as it was saved counts as absent, and one that cannot be saved, for
want of space or rights, is done without.
"""

import hashlib
import json
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor

from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.storage import KEPT, byte_blocks, save_file

Stored = tuple[dict[str, Tensor], Any]
"""Tensors under flat names, and JSON for the rest."""

_warned: set[Path] = set()
"""The folders of which it was said that nothing can be saved there."""


@dataclass(frozen=True)
class Entry:
    """One file."""

    path: Path

    def load(self) -> Stored | None:
        """The tensors and JSON that were saved; None if there is no file, or (with a warning) a damaged one."""
        try:
            return self._read()
        except FileNotFoundError:
            return None
        except (OSError, SafetensorError, KeyError, ValueError, RecursionError) as error:
            warn_user(f"the cache file {self.path} cannot be read ({error}); its contents are computed again")
            return None

    def _read(self) -> Stored:
        if not stat.S_ISREG(self.path.lstat().st_mode):
            raise ValueError("it is a link, a pipe, a device or a folder, not a file")
        with safe_open(self.path, framework="pt") as file:
            said = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
        if _digest(tensors, said.get("rest", ""), KEPT) != said.get("digest"):
            raise ValueError("its content is not what was saved")
        return tensors, json.loads(said["rest"])

    def save(self, tensors: Mapping[str, Tensor], rest: Any) -> bool:
        """Replaces the file at once, or leaves it as it was; False, with one warning a folder, if it cannot be."""
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        text = json.dumps(rest)
        said = {"rest": text, "digest": _digest(tensors, text, 0)}
        try:
            draft.mkdir(parents=True)
            save_file(tensors, draft / self.path.name, said)
            (draft / self.path.name).replace(self.path)
        except (OSError, SafetensorError) as error:
            _warn_once(self.path.parent, error)
            return False
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return True

    def delete(self) -> None:
        """Removes the file if there is one and it may be removed."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Parts:
    """A result that grows: every save adds a file, and no file is written again."""

    path: Path
    """Itself a part, if there is such a file; the others are named after it."""

    def load(self) -> Iterator[Stored]:
        """All parts, in no order; a damaged one is removed (with a warning)."""
        for path in self.paths():
            found = Entry(path).load()
            if found is None:
                Entry(path).delete()
            else:
                yield found

    def add(self, tensors: Mapping[str, Tensor], rest: Any, name: str = "") -> bool:
        """Writes one more part; replaces one of the same name. False if it cannot be saved."""
        part = self.path.with_suffix(f".{name or secrets.token_hex(8)}{self.path.suffix}")
        return Entry(part).save(tensors, rest)

    def delete(self) -> None:
        """Removes all parts."""
        for path in self.paths():
            Entry(path).delete()

    def paths(self) -> list[Path]:
        """The files of the parts."""
        return sorted(self.path.parent.glob(f"{self.path.stem}*{self.path.suffix}"))


def _digest(tensors: Mapping[str, Tensor], text: str, kept: int) -> str:
    """A hash of names, kinds and values; `kept` as in `byte_blocks`."""
    total = hashlib.blake2b(text.encode(), digest_size=20)
    for name in sorted(tensors):
        tensor = tensors[name]
        total.update(json.dumps([name, str(tensor.dtype), list(tensor.shape)]).encode())
        for block in byte_blocks(tensor, kept):
            total.update(block)
    return total.hexdigest()


def _warn_once(folder: Path, error: Exception) -> None:
    if folder.parent not in _warned:
        _warned.add(folder.parent)
        warn_user(
            f"nothing can be kept in the cache {str(folder.parent)!r} ({error}); the work goes on without: make room, "
            "or name another folder, for results to be found again"
        )
