"""Several archives as one."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from semanticlens_widgets.images.stores.tar_archive import TarArchive


class Joined:
    """The files of several archives, one after the other.

    Where two have a file of the same name, every name begins with the prefix of its archive.
    """

    keeps_order = True

    def __init__(self, title: str, stores: Sequence[tuple[str, TarArchive]]) -> None:
        self.title = title
        self.parallel = all(store.parallel for _, store in stores)
        self._stores = stores
        n_files = [len(store.names()) for _, store in stores]
        self._prefixed = len({name for _, store in stores for name in store.names()}) < sum(n_files)
        self._files = {
            self._name(prefix, name): (store, name) for prefix, store in stores for name in store.names()
        }

    def names(self) -> list[str]:
        """All files, archive by archive."""
        return list(self._files)

    def exists(self, name: str) -> bool:
        """True if one of the archives has it."""
        return name in self._files

    def open(self, name: str) -> BinaryIO:
        """Reads the file in its archive."""
        store, own = self._files[name]
        return store.open(own)

    def mark(self, name: str) -> str:
        """The mark that its archive gives the file."""
        store, own = self._files[name]
        return store.mark(own)

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """The bytes of the noted files, which the archives then let go."""
        for prefix, store in self._stores:
            while store.contents:
                name, content = store.contents.popitem()
                yield self._name(prefix, name), content

    def _name(self, prefix: str, name: str) -> str:
        return f"{prefix}/{name}" if self._prefixed else name
