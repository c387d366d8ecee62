"""Folders of this computer."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from semanticlens_widgets.images import _fingerprints
from semanticlens_widgets.images.stores.protocol import is_visible


class LocalFolder:
    """Files below a folder; links to folders are followed, because datasets are often made of links."""

    parallel = True
    keeps_order = False

    def __init__(self, root: Path) -> None:
        self.root = root
        self.title = f"the folder {str(root)!r}"

    def names(self) -> list[str]:
        """All files but hidden ones, in the order of the file system; a loop of links is entered once."""
        return list(self._walked())

    def exists(self, name: str) -> bool:
        """True if there is such a file, and it is no folder and no pipe."""
        return (self.root / name).is_file()

    def open(self, name: str) -> BinaryIO:
        """Opens the file; raises OSError if it is not there, or is a pipe, which would be waited for."""
        path = self.root / name
        if path.exists() and not path.is_file():
            raise OSError(f"{str(path)!r} is not a file")
        return path.open("rb")

    def mark(self, name: str) -> str:
        """A hash of the file's bytes."""
        return _fingerprints.of_file(lambda: self.open(name))

    def _walked(self) -> Iterator[str]:
        entered = {self.root.resolve()}
        for folder, below, files in os.walk(self.root, onerror=_raise, followlinks=True):
            resolved = {name: (Path(folder) / name).resolve() for name in sorted(filter(is_visible, below))}
            below[:] = [name for name, real in resolved.items() if real not in entered]
            entered.update(resolved.values())
            for name in filter(is_visible, files):
                yield (Path(folder) / name).relative_to(self.root).as_posix()


def _raise(error: OSError) -> None:
    raise error
