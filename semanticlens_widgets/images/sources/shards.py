"""Adapter for tar archives: a packed folder, or the shards of a webdataset, of which several files make a sample."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from typing import Any

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images._decode import default_workers
from semanticlens_widgets.images._labels import only, target_labels
from semanticlens_widgets.images._rules import PixelRules
from semanticlens_widgets.images.sources.dataset import IMAGE_KEYS, LABEL_KEYS
from semanticlens_widgets.images.sources.files import FileImages, is_image
from semanticlens_widgets.images.sources.folder import folder_labels, no_images, store_images
from semanticlens_widgets.images.stores.joined import Joined
from semanticlens_widgets.images.stores.tar_archive import TarArchive

_MARKS = (".cls", ".json")
"""Suffixes of the files that hold a webdataset's labels."""


def shard_images(
    archives: Sequence[tuple[Any, str]], label_column: str, rules: PixelRules, count: int | None
) -> FileImages:
    """Adapts tar archives, each a file system and a path.

    A single one without files of labels is read like the folder that it holds. Otherwise images keep the order of the
    shards; files with the name of an image but for the suffix belong to it: its label is in `.cls`, in a file
    `.<label_column>`, or in `.json` under `label_column`, and else its first sub-folder. Every archive is read through
    once, to list it; with `count` no further than that many images need.
    """
    stores = list(_opened(archives, {*_MARKS, f".{label_column}"}, count))
    labelled = any(store.contents for store in stores)
    if len(stores) == 1 and not labelled:
        return store_images(stores[0], label_column, rules)
    first = archives[0][1]
    title = stores[0].title if len(archives) == 1 else f"the {len(archives):,} archives from {first!r} on"
    joined = Joined(title, _prefixed(archives, stores))
    files = joined.names()
    names = list(_chosen(title, files) if labelled else filter(is_image, files))
    if not names:
        raise ImagesError(no_images(title, files))
    known = _labels(joined, label_column)
    labels = [known.get(_key(name)) for name in names]
    if not any(labels):
        labels = folder_labels(title, names)
    return FileImages(joined, names[:count], labels[:count], rules)


def _opened(archives: Sequence[tuple[Any, str]], noted: set[str], count: int | None) -> Iterator[TarArchive]:
    if count is None:
        with ThreadPoolExecutor(default_workers()) as pool:
            yield from pool.map(lambda place: TarArchive(place[0], place[1], noted), archives)
        return
    wanted = count
    for fs, path in archives:
        if wanted <= 0:
            return
        store = TarArchive(fs, path, noted)
        wanted -= len({_key(name) for name in store.names() if is_image(name)})
        yield store


def _prefixed(
    archives: Sequence[tuple[Any, str]], stores: Sequence[TarArchive]
) -> list[tuple[str, TarArchive]]:
    """Each store behind its file name, or its number and file name where two have the same."""
    stems = [PurePosixPath(path).stem for _, path in archives]
    unique = len(set(stems)) == len(stems)
    prefixes = [stem if unique else f"{number} {stem}" for number, stem in enumerate(stems)]
    return list(zip(prefixes, stores, strict=False))


def _key(name: str) -> str:
    """The name of a sample: the path up to the first dot of the file's name."""
    folder, slash, file = name.rpartition("/")
    return folder + slash + file.partition(".")[0]


def _chosen(title: str, files: Iterable[str]) -> Iterator[str]:
    """The image of each sample, in the order of the samples."""
    samples: dict[str, list[str]] = {}
    for name in filter(is_image, files):
        samples.setdefault(_key(name), []).append(name)
    for key, names in samples.items():
        if len(names) == 1:
            yield names[0]
            continue
        fields = {name[len(key) + 1 :].lower(): name for name in names}
        field = next(
            (field for wanted in IMAGE_KEYS for field in fields if field.split(".")[0] == wanted), None
        )
        if field is None:
            raise ValueError(
                f"the samples of {title} hold several images each ({', '.join(map(shown, fields))}), and none is named "
                "image or jpg: write the shards with one image a sample"
            )
        yield fields[field]


def _labels(joined: Joined, label_column: str) -> dict[str, str | None]:
    """The label of each sample that has one, by its key."""
    marks: dict[str, dict[str, bytes]] = {}
    for name, content in joined.contents():
        marks.setdefault(_key(name), {})[name[len(_key(name)) + 1 :].lower()] = content
    return {key: _label(own, label_column) for key, own in marks.items()}


def _label(marks: Mapping[str, bytes], label_column: str) -> str | None:
    for field in (label_column.lower(), "cls"):
        if text := marks.get(field, b"").decode("utf-8", "replace").strip():
            return text
    try:
        about = json.loads(marks.get("json", b"{}"))
    except ValueError:  # a file that is damaged says nothing
        return None
    columns = (label_column, *LABEL_KEYS) if label_column == "label" else (label_column,)
    found = next((about[key] for key in columns if key in about), None) if isinstance(about, dict) else None
    return only(target_labels(found))
