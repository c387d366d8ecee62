"""The protocol of a place that holds files."""

from collections.abc import Sequence
from typing import BinaryIO, Protocol


class Store(Protocol):
    """Files below one root, named by their path from there, with forward slashes.

    Stores can be pickled, and read by several threads at once if `parallel` is true.
    """

    title: str
    """The place for messages: "the folder '/data/set'"."""
    parallel: bool
    keeps_order: bool
    """True if files are to be read in the order of `names`: any other is slow."""

    def names(self) -> Sequence[str]:
        """All files but hidden ones."""
        ...

    def exists(self, name: str) -> bool:
        """True if there is such a file."""
        ...

    def open(self, name: str) -> BinaryIO:
        """The file, to read and seek in; raises OSError if it is not there or is damaged."""
        ...

    def mark(self, name: str) -> str:
        """A hash of the file's bytes where they are at hand, else of its size and version; never raises OSError."""
        ...


def is_visible(name: str) -> bool:
    """True unless a folder or file in the name is hidden: ".git", "__MACOSX", ".DS_Store"."""
    return not any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
