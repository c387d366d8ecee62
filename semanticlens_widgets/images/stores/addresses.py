"""Paths, URLs and patterns of files, and what lies there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from semanticlens_widgets._arguments import did_you_mean, shown
from semanticlens_widgets.images.stores.local import LocalFolder
from semanticlens_widgets.images.stores.protocol import Store
from semanticlens_widgets.images.stores.remote import RemoteFolder, connected, local_path, reached, relative

_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d+)\.\.(\d+)")
_MAGIC = "*?[{"
Options = Mapping[str, Any] | None
"""Of a file system of fsspec: credentials, an endpoint."""


@dataclass(frozen=True)
class Found:
    """A folder, or files below a folder in a file system."""

    fs: Any
    root: str
    files: Sequence[str] | None
    """Paths in the file system; None for the whole folder."""

    @property
    def store(self) -> Store:
        """The folder as a store."""
        root = local_path(self.fs, self.root)
        return RemoteFolder(self.fs, self.root) if root is None else LocalFolder(root)

    @property
    def names(self) -> list[str]:
        """The files, relative to the folder."""
        return [relative(path, self.root) for path in self.files or ()]


def is_url(text: str) -> bool:
    """True for URLs of any protocol."""
    return "://" in text


def is_pattern(text: str) -> bool:
    """True for a text with `*`, `?`, `[...]` or `{...}`; a URL of the web may have a question mark."""
    return any(mark in text for mark in (_MAGIC.replace("?", "") if text.startswith("http") else _MAGIC))


def found_at(address: str, options: Options) -> Found:
    """The files at a URL, or that match a pattern; raises FileNotFoundError if there are none, as `connected` else."""
    if is_pattern(address):
        return _matching(address, options)
    fs, path = connected(address, options)
    title = shown(address)
    if reached(title, lambda: fs.isdir(path)):
        return Found(fs, path, None)
    if reached(title, lambda: fs.isfile(path)):
        return Found(fs, _parent(path), [path])
    near = (known.rsplit("/", 1)[-1] for known in _neighbours(fs, path))
    raise FileNotFoundError(
        f"there is no file or folder {title}{did_you_mean(path.rsplit('/', 1)[-1], near)}"
    )


def listed_at(addresses: Sequence[str], options: Options) -> Found:
    """The files of several URLs, in this order; raises ValueError for several file systems, as `found_at` else."""
    places = [connected(address, options) for address in addresses]
    fs = places[0][0]
    if any(other is not fs and other != fs for other, _ in places):
        raise ValueError(
            "a list of images must lie in one file system; make one lens of each, or copy them together"
        )
    for address, (_, path) in zip(addresses, places, strict=True):
        if not reached(shown(address), lambda path=path: fs.isfile(path)):
            raise FileNotFoundError(f"there is no file {shown(address)}; check the URL")
    return Found(fs, _common([path for _, path in places]), [path for _, path in places])


def expanded(pattern: str) -> Iterator[str]:
    """The texts that braces stand for, in order: "{a,b}", and "{000..012}" with zeros in front."""
    found = _BRACES.search(pattern)
    if found is None:
        yield pattern
        return
    for option in _options(found[1]):
        yield from expanded(pattern[: found.start()] + option + pattern[found.end() :])


def _options(inside: str) -> list[str]:
    if span := _RANGE.fullmatch(inside):
        first, last = int(span[1]), int(span[2])
        width = len(span[1]) if span[1].startswith("0") or len(span[1]) == len(span[2]) else 0
        return [f"{number:0{width}d}" for number in range(first, last + 1)]
    return inside.split(",")


def _matching(pattern: str, options: Options) -> Found:
    written = pattern if is_url(pattern) else str(Path(pattern).expanduser().absolute())
    fs = connected(_fixed(written), options)[0]
    places = [(text, connected(text, options)[1]) for text in expanded(written)]
    files: list[str] = []
    for text, path in places:
        some = fs.glob(path) if is_pattern(path) else [path]
        held = [one for one in sorted(some) if reached(shown(pattern), lambda one=one: fs.isfile(one))]
        if not held and not is_pattern(path):
            raise FileNotFoundError(
                f"there is no file {shown(text)}, one of {shown(pattern)}; check the pattern"
            )
        files += held
    if not files:
        raise FileNotFoundError(f"no file matches {shown(pattern)}; check the pattern")
    return Found(fs, connected(_fixed(written), options)[1], files)


def _fixed(pattern: str) -> str:
    """The folder above the first mark of a pattern."""
    before = re.split(r"[*?\[{]", pattern, maxsplit=1)[0]
    return before if before.endswith("://") else before.rpartition("/")[0] or "/"


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _common(paths: Sequence[str]) -> str:
    """The deepest folder that holds all of the paths."""
    parts = [path.split("/")[:-1] for path in paths]
    depth = next(
        (n for n, level in enumerate(zip(*parts, strict=False)) if len(set(level)) > 1), min(map(len, parts))
    )
    return "/".join(parts[0][:depth])


def _neighbours(fs: Any, path: str) -> list[str]:
    try:
        return sorted(fs.ls(_parent(path), detail=False))
    except Exception:  # noqa: BLE001 - only for near names
        return []
