"""Folders on any file system of fsspec: S3, Google Cloud Storage, HTTP, memory."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.images import _fingerprints
from semanticlens_widgets.images.stores.protocol import is_visible

T = TypeVar("T")
NEAR = {"file", "local", "memory"}
"""File systems whose bytes are at hand, so that they are hashed."""
_VERSIONS = ("ETag", "etag", "md5Hash", "content_md5", "crc32c", "CRC", "LastModified", "last_modified", "updated",
             "mtime", "modified", "created")  # fmt: skip
"""Keys of `fs.info` that change with the content, the best first."""


class RemoteFolder:
    """Files below a folder of a file system of fsspec, each read in one request."""

    parallel = True
    keeps_order = False

    def __init__(self, fs: Any, root: str) -> None:
        self._fs = fs
        self._root = root.rstrip("/")
        self.title = f"the folder {fs.unstrip_protocol(root)!r}"

    def names(self) -> list[str]:
        """All files but hidden ones, in the order of the file system."""
        found = reached(self.title, lambda: self._fs.find(self._root))
        return [name for name in map(self._relative, found) if is_visible(name)]

    def exists(self, name: str) -> bool:
        """True if there is such a file."""
        return reached(self.title, lambda: self._fs.isfile(self._path(name)))

    def open(self, name: str) -> BinaryIO:
        """Reads the file; raises OSError if that fails, whatever error the file system has for it."""
        return io.BytesIO(bytes_of(self._fs, self._path(name)))

    def mark(self, name: str) -> str:
        """A hash of the file's bytes in memory; elsewhere its size and version (ETag, time), where there is one."""
        path = self._path(name)
        version = None if is_near(self._fs) else version_of(self._fs, path)
        return version or _fingerprints.of_file(lambda: self.open(name))

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _relative(self, path: str) -> str:
        return relative(path, self._root)


def relative(path: str, root: str) -> str:
    """The path below a folder; file systems write paths with and without a slash in front."""
    return path.lstrip("/").removeprefix(root.strip("/")).lstrip("/")


def bytes_of(fs: Any, path: str, start: int | None = None, stop: int | None = None) -> bytes:
    """The bytes of a file, or a part of them; raises OSError if it cannot be read."""
    try:
        return fs.cat_file(path, start=start, end=stop)
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{path!r} cannot be read ({type(error).__name__}: {error})") from error


def is_near(fs: Any) -> bool:
    """True for file systems of this computer."""
    protocols = {fs.protocol} if isinstance(fs.protocol, str) else set(fs.protocol)
    return bool(protocols & NEAR)


def version_of(fs: Any, path: str) -> str | None:
    """Size and version of a file as the file system states them; None if it states no version."""
    try:
        about = fs.info(path)
    except Exception as error:  # noqa: BLE001 - of the file system, which reading the file will meet again
        return f"broken: {type(error).__name__}"
    version = next((about[key] for key in _VERSIONS if about.get(key)), None)
    return None if version is None else f"{about.get('size')} {version}"


def connected(url: str, options: Mapping[str, Any] | None) -> tuple[Any, str]:
    """The file system of a URL and the path there.

    Raises ImportError, with the package to install, ValueError for a protocol or options that it cannot take.
    """
    from fsspec.core import url_to_fs
    from fsspec.registry import get_filesystem_class

    protocol = url.partition("://")[0].rpartition("::")[2] if "://" in url else "file"
    try:
        get_filesystem_class(protocol)
    except ImportError as error:
        package = next((word for word in str(error).split() if word.endswith("fs")), "its fsspec package")
        raise ImportError(
            f"images at {shown(url)} need a package that is not installed ({error}): pip install {package}"
        ) from error
    except ValueError as error:
        raise ValueError(
            f"images must be a path or a URL of a file system that fsspec knows, not {shown(url)}: "
            f"there is none for {protocol!r}"
        ) from error
    try:
        return url_to_fs(url, **(options or {}))
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ValueError(
            f"the file system of {shown(url)} cannot be opened ({type(error).__name__}: {error}); check the URL and "
            "storage_options"
        ) from error


def reached(title: str, ask: Callable[[], T]) -> T:
    """Returns the answer of a file system; raises ValueError if it cannot be reached, or refuses."""
    try:
        return ask()
    except Exception as error:
        raise ValueError(
            f"{title} cannot be read ({type(error).__name__}: {error}); check the URL, the network and storage_options"
        ) from error


def local_path(fs: Any, path: str) -> Path | None:
    """The path of a file system of this computer's disks; None for any other."""
    protocols = {fs.protocol} if isinstance(fs.protocol, str) else set(fs.protocol)
    return Path(path) if protocols & {"file", "local"} else None
