"""`as_images`: the adapter for a folder, archive, URL, list, array, dataset or stream."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images._labels import target_labels
from semanticlens_widgets.images._protocol import Images
from semanticlens_widgets.images._rules import NO_RULES, pixel_rules
from semanticlens_widgets.images.sources.dataset import dataset_images, parts
from semanticlens_widgets.images.sources.files import is_image
from semanticlens_widgets.images.sources.huggingface import HuggingFaceImages, is_huggingface
from semanticlens_widgets.images.sources.located import Reading, listed_addresses, located_images
from semanticlens_widgets.images.sources.pictures import array_images, picture_images
from semanticlens_widgets.images.sources.streams import StreamImages, iterable_images, streamed_dataset
from semanticlens_widgets.images.sources.views import RelabelledImages, WorkedImages, subset

PROTOCOL = ("__len__", "fingerprint", "image", "label", "name")
ACCEPTED = (
    "a folder, a list of paths or of PIL images, an archive, a URL, an array (image, height, width, channel), "
    "a torch dataset, a Hugging Face dataset, or an object with the members of `Images`"
)


def as_images(
    source: Any,
    *,
    labels: Iterable[object] | None = None,
    label_column: str = "label",
    value_range: Sequence[float] | None = None,
    bands: Sequence[int] | None = None,
    page: int | None = None,
    count: int | None = None,
    num_workers: int = 0,
    storage_options: Mapping[str, Any] | None = None,
) -> Images:
    """Adapts a folder, archive, URL, list, array, dataset or stream to `Images`.

    A text is a path, a URL of any file system that fsspec knows ("s3://bucket/set", opened with `storage_options`), or
    a pattern ("set/*/*.jpg", "shard-{000..012}.tar"). There lies a folder, an image, a CSV, or a zip or tar archive,
    which is read in place. Tar archives may be the shards of a webdataset. A list may hold paths, URLs or tar archives.

    Labels are, for folders and archives, sub-folders or the column `label_column` of the `labels.csv`; for shards, the
    files `.cls` or `.json`; for a Hugging Face dataset, its column `label_column` or its only class column; for a
    dataset or a list of pairs (image, label), those of its items; for a dict, path -> label. `labels`, one per image,
    replaces them. Arrays of 0 and 1, one number a class, and lists of texts are several labels of an image.

    `value_range` is (black, white) of pixels that do not say so: 12 bits in 16, Hounsfield units, float quantities.
    `bands` chooses one, three or (with opacity) four channels, `page` one page of files of several. Only files are
    turned by their EXIF tag. Datasets are read one item at a time, by the thread that asks.

    A streamed Hugging Face dataset is read through once, which fixes its order, number and labels, and then forward;
    any other iterable that starts anew each time, such as a pipeline of webdataset, needs `count`. `count` takes the
    first that many images; shards and streams are read no further.

    `num_workers` processes decode and transform the images wherever a pass runs over them, each with a copy of the
    source; 0 leaves it to threads. Order and numbers are the same. Streams, which one reader reads forward, have none.

    Raises FileNotFoundError for a path that does not exist, ImagesError if there are no images, ImportError for a file
    system whose package is not installed, TypeError or ValueError for a source of any other kind.
    """
    count = None if count is None else check_at_least("count", count, 1)
    how = Reading(label_column, pixel_rules(value_range, bands, page), storage_options, count)
    images = _adapted(source, how)
    if len(images) == 0:
        raise ImagesError(f"{type(source).__name__} has no images: there must be at least one")
    if count is not None and count > len(images):
        raise ImagesError(f"there are {len(images):,} images, fewer than count={count:,}; pass a lower count")
    chosen = images if count in (None, len(images)) else subset(images, range(count))
    named = chosen if labels is None else RelabelledImages(chosen, labels)
    return _worked(named, images, check_at_least("num_workers", num_workers, 0))


def _worked(chosen: Images, images: Images, num_workers: int) -> Images:
    if num_workers and isinstance(images, StreamImages):
        raise ValueError(
            f"num_workers must be 0 for a stream, which one reader reads forward, not {num_workers}: pass its files"
        )
    return WorkedImages(chosen, num_workers) if num_workers else chosen


def _adapted(source: Any, how: Reading) -> Images:
    if _satisfies_protocol(source):
        if how.rules != NO_RULES:
            raise ValueError("value_range, bands and page belong to the source that images were made from")
        return source
    if isinstance(source, str | bytes | Path):
        return located_images(os.fsdecode(source), how)
    if isinstance(source, list | tuple):
        return _from_list(source, how)
    if hasattr(source, "dtype") and hasattr(source, "shape"):
        return _from_list(list(source), how) if _kind(source) in "UO" else array_images(source, how.rules)
    if is_huggingface(source):
        if not hasattr(source, "__len__"):
            return streamed_dataset(source, how.label_column, how.rules, how.count)
        return HuggingFaceImages(source, how.label_column, how.rules)
    if isinstance(source, Mapping) and source and all(map(_is_file, source)):
        return RelabelledImages(listed_addresses(list(source), how), source.values())
    _reject_near_misses(source)
    if not (hasattr(source, "__len__") and hasattr(source, "__getitem__")):
        return iterable_images(source, how.rules, _counted(source, how.count))
    return dataset_images(source, how.rules)


# Not isinstance(source, Images): before Python 3.12 that evaluates `fingerprint`, which reads every image.
def _satisfies_protocol(source: object) -> bool:
    return all(
        hasattr(type(source), member) or member in getattr(source, "__dict__", ()) for member in PROTOCOL
    )


def _is_file(key: object) -> bool:
    return isinstance(key, Path) or (isinstance(key, str) and is_image(key))


def _from_list(items: Sequence[Any], how: Reading) -> Images:
    if not items:
        raise ImagesError("the list of images is empty: there must be at least one")
    if all(isinstance(item, str | Path) for item in items):
        return listed_addresses(items, how)
    if all(isinstance(item, tuple | Mapping) for item in items):
        pictures, targets = zip(*map(parts, items), strict=True)
        return RelabelledImages(_from_list(pictures, how), map(target_labels, targets))
    return picture_images(items, how.rules)


def _kind(source: Any) -> str:
    return getattr(source.dtype, "kind", "")


def _reject_near_misses(source: Any) -> None:
    if hasattr(source, "iloc"):
        raise TypeError(
            "images must not be a table: pass the column of paths, and the labels separately: "
            "as_images(list(table['file']), labels=table['label'])"
        )
    if type(source).__module__.partition(".")[0] in ("zipfile", "tarfile"):
        raise TypeError(f"images must not be an open {type(source).__name__}: pass the path of the archive")
    if isinstance(source, Mapping):
        first = next(iter(source), "train")
        raise TypeError(
            f"images must be {ACCEPTED}, not a {type(source).__name__}: "
            f"pass one split, for example source[{first!r}]"
        )
    if hasattr(source, "dataset") and hasattr(source, "batch_size"):
        raise TypeError("images must be a dataset, not a DataLoader: pass loader.dataset")


def _counted(source: Any, count: int | None) -> int:
    """The count of a source without length and items; raises TypeError for one that cannot be read again or counted."""
    if not isinstance(source, Iterable) or isinstance(source, Iterator):
        raise TypeError(
            f"images must be {ACCEPTED}, not the type {type(source).__name__}, which has no length and no item i: "
            "make a list of its images, for example list(images)"
        )
    if count is None:
        raise TypeError(
            f"a stream such as this {type(source).__name__} does not say where it ends: pass "
            "slw.as_images(stream, count=5000), or paths of its files"
        )
    return count
