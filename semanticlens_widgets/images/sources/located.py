"""Adapter for paths, URLs and patterns, by what lies there: a folder, an archive, shards, a CSV or files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images._rules import NO_RULES, PixelRules
from semanticlens_widgets.images.sources.files import FileImages, check_exists, is_image, listed_images
from semanticlens_widgets.images.sources.folder import folder_labels, natural_key, store_images, table_images
from semanticlens_widgets.images.sources.shards import shard_images
from semanticlens_widgets.images.stores.addresses import (
    Found,
    Options,
    found_at,
    is_pattern,
    is_url,
    listed_at,
)
from semanticlens_widgets.images.stores.local import LocalFolder
from semanticlens_widgets.images.stores.protocol import is_visible
from semanticlens_widgets.images.stores.remote import local_path
from semanticlens_widgets.images.stores.zip_archive import ZipArchive

_TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_OTHER = (".gz", ".bz2", ".xz", ".7z", ".rar", ".zst")


@dataclass(frozen=True)
class Reading:
    """Options of reading; see `as_images`."""

    label_column: str = "label"
    rules: PixelRules = NO_RULES
    options: Options = None
    count: int | None = None


def located_images(address: str, how: Reading) -> FileImages:
    """Adapts what lies at a path or URL, or the files that match a pattern.

    Raises FileNotFoundError if there is nothing, ValueError for an archive of a kind that is not read.
    """
    path = Path(address).expanduser()
    if is_url(address) or (is_pattern(address) and not path.exists()):
        found = found_at(address, how.options)
        root = local_path(found.fs, found.root)
        if found.files and is_pattern(address):
            return _of(replace(found, files=sorted(found.files, key=natural_key)), how)
        if found.files is None or root is None:
            return _of(found, how)
        path = root / found.names[0]
    check_exists(path, "file" if path.suffix else "folder")
    if path.is_dir():
        return store_images(LocalFolder(path), how.label_column, how.rules)
    if is_archive(path.name) or path.suffix.lower() == ".csv":
        return _of(_local([path]), how)
    return listed_images([path], how.rules)


def listed_addresses(addresses: Sequence[str | Path], how: Reading) -> FileImages:
    """Adapts a list of paths or URLs: images, without labels, or archives."""
    texts = [str(address) for address in addresses]
    if not any(map(is_url, texts)):
        if not any(map(is_archive, texts)):
            return listed_images(addresses, how.rules)
        paths = [Path(text).expanduser().absolute() for text in texts]
        for path in paths:
            check_exists(path, "file")
        return _of(_local(paths), how)
    found = listed_at(texts, how.options)
    if any(map(is_archive, found.names)):
        return _of(found, how)
    return FileImages(found.store, found.names, [None] * len(found.names), how.rules)


def is_archive(name: str) -> bool:
    """True if the name ends as those of archives do, read or not."""
    return name.lower().endswith((".zip", *_TAR, *_OTHER))


def _local(paths: Sequence[Path]) -> Found:
    from fsspec.implementations.local import LocalFileSystem

    return Found(LocalFileSystem(), str(paths[0].absolute().parent), [str(path.absolute()) for path in paths])


def _of(found: Found, how: Reading) -> FileImages:
    if found.files is None:
        return store_images(found.store, how.label_column, how.rules)
    if any(map(is_archive, found.files)):
        return _of_archives(found.fs, found.files, how)
    if len(found.files) == 1 and found.files[0].lower().endswith(".csv"):
        return table_images(found.store, found.names[0], how.label_column, how.rules)
    names = sorted((name for name in found.names if is_image(name) and is_visible(name)), key=natural_key)
    if not names:
        raise ImagesError(
            f"{found.names[0]!r} is no image, archive or CSV; images are .jpg, .png, .webp and the like"
        )
    labels = folder_labels(found.store.title, names)
    return FileImages(found.store, names, labels, how.rules)


def _of_archives(fs: Any, paths: Sequence[str], how: Reading) -> FileImages:
    if all(path.lower().endswith(_TAR) for path in paths):
        return shard_images([(fs, path) for path in paths], how.label_column, how.rules, how.count)
    if len(paths) == 1 and paths[0].lower().endswith(".zip"):
        return store_images(ZipArchive(fs, paths[0]), how.label_column, how.rules)
    name = next((path for path in paths if not path.lower().endswith((".zip", *_TAR))), None)
    if name is not None:
        kind = PurePosixPath(name).suffix
        raise ValueError(
            f"{name!r} is no image, and an archive of the kind {kind} is not read: unpack it, and pass the folder"
        )
    raise ValueError(
        f"{paths[0]!r} is one of several archives, which only tar archives may be: pass one zip alone"
    )
