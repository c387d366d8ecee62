"""Zip archives, read in place."""

import io
import struct
import zipfile
import zlib
from collections import Counter
from typing import Any, BinaryIO

from semanticlens_widgets._arguments import shown
from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.images import _fingerprints
from semanticlens_widgets.images.stores.protocol import is_visible
from semanticlens_widgets.images.stores.remote import bytes_of, is_near

_HEAD = 30
"""Bytes before a member's name, which ends with the lengths of name and extra field."""
_LARGEST = 1 << 30
"""Bytes of a member: what declares more is no image."""
_ENCRYPTED, _DOS = 1, 0


class ZipArchive:
    """The members of a zip archive, each read by its place, so that no open file is shared between threads."""

    parallel = True
    keeps_order = False

    def __init__(self, fs: Any, path: str) -> None:
        self._fs, self._path = fs, path
        self.title = f"the archive {path!r}"
        self._members = _listed(fs, path)

    def names(self) -> list[str]:
        """All files but hidden ones, in the order of the archive."""
        return list(self._members)

    def exists(self, name: str) -> bool:
        """True if the archive has such a member."""
        return name in self._members

    def open(self, name: str) -> BinaryIO:
        """Unpacks a member in memory; raises OSError if it is not there or is damaged."""
        member = self._members.get(name)
        if member is None:
            raise FileNotFoundError(f"there is no {name!r} in {self.title}")
        if member.file_size > _LARGEST:
            raise OSError(f"{name!r} in {self.title} has {member.file_size:,} bytes, more than an image has")
        try:
            return io.BytesIO(self._unpacked(member))
        except (
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            EOFError,
            NotImplementedError,
            ValueError,
        ) as error:
            raise OSError(f"{name!r} in {self.title} is damaged: {error}") from error

    def mark(self, name: str) -> str:
        """A hash of the member's bytes; of an archive far away, its size and checksum."""
        if name in self._members and not is_near(self._fs):
            return f"{self._members[name].file_size} {self._members[name].CRC}"
        return _fingerprints.of_file(lambda: self.open(name))

    def _unpacked(self, member: zipfile.ZipInfo) -> bytes:
        start = member.header_offset + _HEAD
        head = bytes_of(self._fs, self._path, start - _HEAD, start)
        start += sum(struct.unpack("<HH", head[-4:]))
        packed = bytes_of(self._fs, self._path, start, start + member.compress_size)
        if len(packed) < member.compress_size:
            raise EOFError("the archive ends within it")
        with zipfile.ZipExtFile(io.BytesIO(packed), "r", member) as file:  # which compares the checksum
            return file.read()


def _listed(fs: Any, path: str) -> dict[str, zipfile.ZipInfo]:
    """The visible files; of several of one name the last, with a warning, as unpacking leaves that."""
    try:
        with fs.open(path, "rb") as file, zipfile.ZipFile(file) as archive:
            every = [(_name(member), member) for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, struct.error, EOFError, ValueError, NotImplementedError) as error:
        raise ValueError(f"{path!r} is no zip archive that can be read ({error}): copy it again") from error
    visible = [(name, member) for name, member in every if is_visible(name)]
    _check_plain(path, visible)
    found = dict(visible)
    if len(found) < len(visible):
        names = Counter(name for name, _ in visible)
        warn_user(
            f"{path!r} holds {len(visible) - len(found):,} files of the same name as another, such as "
            f"{shown(names.most_common(1)[0][0])}: the last of them counts"
        )
    return found


def _name(member: zipfile.ZipInfo) -> str:
    name = member.filename.replace("\\", "/") if member.create_system == _DOS else member.filename
    return name.removeprefix("./")


def _check_plain(path: str, members: list[tuple[str, zipfile.ZipInfo]]) -> None:
    locked = next((name for name, member in members if member.flag_bits & _ENCRYPTED), None)
    if locked is not None:
        raise ValueError(
            f"{path!r} is encrypted (such as {shown(locked)}), and images are read without a password: "
            "unpack it, and pass the folder"
        )
