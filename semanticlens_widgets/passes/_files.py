"""Files of tensors and JSON, written beside their place and renamed: a reader never meets half of one."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from semanticlens_widgets._warn import warn_user

Stored = tuple[dict[str, Tensor], Any]
"""Tensors under flat names, and JSON for the rest."""


@dataclass(frozen=True)
class Entry:
    """One file."""

    path: Path

    def load(self) -> Stored | None:
        """The tensors and JSON that were saved; None if there is no file, or (with a warning) an unreadable one."""
        if not self.path.exists():
            return None
        try:
            with safe_open(self.path, framework="pt") as file:
                rest = json.loads((file.metadata() or {})["rest"])
                return {name: file.get_tensor(name) for name in file.keys()}, rest  # noqa: SIM118 (not a mapping)
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            warn_user(f"the cache file {self.path} cannot be read ({error}); its contents are computed again")
            return None

    def save(self, tensors: Mapping[str, Tensor], rest: Any) -> None:
        """Replaces the file at once, or leaves it as it was."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        contiguous = {name: tensor.contiguous() for name, tensor in tensors.items()}
        try:
            save_file(contiguous, draft, {"rest": json.dumps(rest)})
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)

    def delete(self) -> None:
        """Removes the file if there is one."""
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Parts:
    """A result that grows: every save adds a file, and no file is written again."""

    path: Path
    """Itself a part, if there is such a file; the others are named after it."""

    def load(self) -> Iterator[Stored]:
        """All parts, in no order; an unreadable one is removed (with a warning)."""
        for path in self._paths():
            found = Entry(path).load()
            if found is None:
                Entry(path).delete()
            else:
                yield found

    def add(self, tensors: Mapping[str, Tensor], rest: Any, name: str = "") -> None:
        """Writes one more part; replaces one of the same name."""
        Entry(self.path.with_suffix(f".{name or secrets.token_hex(8)}{self.path.suffix}")).save(tensors, rest)

    def delete(self) -> None:
        """Removes all parts."""
        for path in self._paths():
            Entry(path).delete()

    def _paths(self) -> list[Path]:
        return list(self.path.parent.glob(f"{self.path.stem}*{self.path.suffix}"))
