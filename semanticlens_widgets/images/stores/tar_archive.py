"""Tar archives, read in place; a compressed one is read forward."""

import bz2
import gzip
import io
import lzma
import os
import posixpath
import tarfile
import threading
import zlib
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.images import _fingerprints
from semanticlens_widgets.images.stores.protocol import is_visible
from semanticlens_widgets.images.stores.remote import bytes_of, is_near, version_of

_KINDS: dict[bytes, Callable[[Any], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
"""First bytes -> reader of a compressed archive."""
_DAMAGED = (
    tarfile.TarError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    gzip.BadGzipFile,
    UnicodeError,
    ValueError,
)
_BLOCK = 512
_MOST_LINKS = 8


@dataclass
class Members:
    """The contents of an archive: where each file begins, its size, and the bytes of small ones that were asked for."""

    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)


class TarArchive:
    """The members of a tar archive, each read by its place; of several of one name the last, as unpacking leaves that.

    `noted` are the suffixes of files whose bytes are kept in `contents`, since the pass over the archive meets them.
    """

    def __init__(self, fs: Any, path: str, noted: Container[str] = ()) -> None:
        self._fs, self._path = fs, path
        self.title = f"the archive {path!r}"
        self._reader = _reader(fs, path)
        self.parallel = self._reader is None
        self.keeps_order = not self.parallel
        self._members = _scanned(self, noted)
        self._version = None if is_near(fs) else version_of(fs, path)
        self._begin()

    @property
    def contents(self) -> dict[str, bytes]:
        """The bytes of the noted files, by name."""
        return self._members.contents

    def names(self) -> list[str]:
        """All files but hidden ones, in the order of the archive."""
        return [name for name in self._members.places if is_visible(name)]

    def exists(self, name: str) -> bool:
        """True if the archive has such a member."""
        return name in self._members.places

    def open(self, name: str) -> BinaryIO:
        """Reads a member; raises OSError if it is not there or is damaged."""
        if name not in self._members.places:
            raise FileNotFoundError(f"there is no {name!r} in {self.title}")
        start, size = self._members.places[name]
        try:
            content = self._read(start, size)
        except _DAMAGED as error:
            raise OSError(f"{name!r} in {self.title} is damaged: {error}") from error
        if len(content) < size:
            raise OSError(f"{name!r} in {self.title} is cut short")
        return io.BytesIO(content)

    def mark(self, name: str) -> str:
        """A hash of the member's bytes; of an archive far away, its version, and the member's place in it."""
        if self._version is not None and name in self._members.places:
            return f"{self._version} {self._members.places[name]}"
        return _fingerprints.of_file(lambda: self.open(name))

    @contextmanager
    def unpacked(self) -> Iterator[Any]:
        """The file of the whole archive, to read and seek in, after decompression."""
        with self._fs.open(self._path, "rb") as file:
            yield self._reader(file) if self._reader else file

    def _read(self, start: int, size: int) -> bytes:
        if self._reader is None:
            return bytes_of(self._fs, self._path, start, start + size)
        with self._turn:
            if self._opened is None or self._opened[0] != os.getpid():  # a fork would share the position
                self._opened = (os.getpid(), self._reader(self._fs.open(self._path, "rb")))
            self._opened[1].seek(start)
            return self._opened[1].read(size)

    def _begin(self) -> None:
        self._turn = threading.Lock()
        self._opened: tuple[int, Any] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_turn", "_opened")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()


def _reader(fs: Any, path: str) -> Callable[[Any], Any] | None:
    first = bytes_of(fs, path, 0, 8)
    return next((reader for start, reader in _KINDS.items() if first.startswith(start)), None)


def _scanned(archive: TarArchive, noted: Container[str]) -> Members:
    found = Members()
    try:
        with archive.unpacked() as file, tarfile.open(fileobj=file, mode="r:") as members:
            for member in members:
                _take(found, member, members, noted)
            _check_end(archive.title, file, members.offset)
    except (*_DAMAGED, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise ValueError(
            f"{archive.title} is damaged or cut short ({error}): copy it again, or unpack it and pass the folder"
        ) from error
    for name in found.links:
        if place := _followed(found, name):
            found.places[name] = place
    return found


def _take(found: Members, member: tarfile.TarInfo, members: tarfile.TarFile, noted: Container[str]) -> None:
    name = member.name.removeprefix("./").lstrip("/")
    if member.islnk():
        found.links[name] = member.linkname.removeprefix("./")
    elif member.issym():
        found.links[name] = posixpath.normpath(posixpath.join(posixpath.dirname(name), member.linkname))
    elif member.isfile():
        found.places.pop(name, None)  # so that the last of one name counts, at its place
        found.places[name] = (member.offset_data, member.size)
        if posixpath.splitext(name)[1].lower() in noted and is_visible(name):
            content = members.extractfile(member)
            found.contents[name] = content.read() if content else b""


def _followed(found: Members, name: str) -> tuple[int, int] | None:
    for _ in range(_MOST_LINKS):
        if name not in found.links:
            break
        name = found.links[name]
    return found.places.get(name)


# At a damaged header tarfile stops as if the archive ended there.
def _check_end(title: str, file: Any, end: int) -> None:
    file.seek(max(end - 1, 0))
    if end and not file.read(1):
        raise EOFError("it ends within a file")
    mark, rest = file.read(_BLOCK), b""
    while not rest.strip(b"\0") and (more := file.read(1 << 20)):
        rest = more
    if (mark + rest).strip(b"\0"):
        raise ValueError(
            "something follows its end, as after a damaged header, or in archives that were joined"
        )
    if len(mark) < _BLOCK:
        warn_user(f"{title} has no mark at its end: it may have been cut short")
