"""`as_images`: the adapter for a folder, list, array or dataset."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images._labels import target_labels
from semanticlens_widgets.images._protocol import Images
from semanticlens_widgets.images._rules import NO_RULES, PixelRules, pixel_rules
from semanticlens_widgets.images.sources.dataset import dataset_images, parts
from semanticlens_widgets.images.sources.files import SUFFIXES, listed_images
from semanticlens_widgets.images.sources.folder import folder_images
from semanticlens_widgets.images.sources.huggingface import HuggingFaceImages, is_huggingface
from semanticlens_widgets.images.sources.pictures import array_images, picture_images
from semanticlens_widgets.images.sources.views import RelabelledImages

PROTOCOL = ("__len__", "fingerprint", "image", "label", "name")
ACCEPTED = (
    "a folder, a list of paths or of PIL images, an array (image, height, width, channel), "
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
) -> Images:
    """Adapts a folder, list, array or dataset to `Images`.

    Labels are, for a folder, its sub-folders or the column `label_column` of its `labels.csv`; for a Hugging Face
    dataset, its column `label_column` or its only class column; for a dataset or a list of pairs (image, label), those
    of its items; for a dict, path -> label. `labels`, one per image, replaces them. Arrays of 0 and 1, one number a
    class, and lists of texts are several labels of an image.

    `value_range` is (black, white) of pixels that do not say so: 12 bits in 16, Hounsfield units, float quantities.
    `bands` chooses one, three or (with opacity) four channels, `page` one page of files of several. Only files are
    turned by their EXIF tag. Datasets are read one item at a time, by the thread that asks.

    Raises FileNotFoundError for a path that does not exist, ImagesError if there are no images, TypeError or ValueError
    for a source of any other kind.
    """
    images = _adapted(source, label_column, pixel_rules(value_range, bands, page))
    if len(images) == 0:
        raise ImagesError(f"{type(source).__name__} has no images: there must be at least one")
    return images if labels is None else RelabelledImages(images, labels)


def _adapted(source: Any, label_column: str, rules: PixelRules) -> Images:
    if _satisfies_protocol(source):
        if rules != NO_RULES:
            raise ValueError("value_range, bands and page belong to the source that images were made from")
        return source
    if isinstance(source, str | bytes | Path):
        return folder_images(os.fsdecode(source), label_column, rules)
    if isinstance(source, list | tuple):
        return _from_list(source, rules)
    if hasattr(source, "dtype") and hasattr(source, "shape"):
        return _from_list(list(source), rules) if _kind(source) in "UO" else array_images(source, rules)
    if is_huggingface(source):
        return HuggingFaceImages(source, label_column, rules)
    if isinstance(source, Mapping) and source and all(map(_is_file, source)):
        return RelabelledImages(listed_images(list(source), rules), source.values())
    _reject_near_misses(source)
    return dataset_images(source, rules)


# Not isinstance(source, Images): before Python 3.12 that evaluates `fingerprint`, which reads every image.
def _satisfies_protocol(source: object) -> bool:
    return all(
        hasattr(type(source), member) or member in getattr(source, "__dict__", ()) for member in PROTOCOL
    )


def _is_file(key: object) -> bool:
    return isinstance(key, Path) or (isinstance(key, str) and Path(key).suffix.lower() in SUFFIXES)


def _from_list(items: Sequence[Any], rules: PixelRules) -> Images:
    if not items:
        raise ImagesError("the list of images is empty: there must be at least one")
    if all(isinstance(item, str | Path) for item in items):
        return listed_images(items, rules)
    if all(isinstance(item, tuple | Mapping) for item in items):
        pictures, targets = zip(*map(parts, items), strict=True)
        return RelabelledImages(_from_list(pictures, rules), map(target_labels, targets))
    return picture_images(items, rules)


def _kind(source: Any) -> str:
    return getattr(source.dtype, "kind", "")


def _reject_near_misses(source: Any) -> None:
    if hasattr(source, "iloc"):
        raise TypeError(
            "images must not be a table: pass the column of paths, and the labels separately: "
            "as_images(list(table['file']), labels=table['label'])"
        )
    if type(source).__module__.partition(".")[0] in ("zipfile", "tarfile"):
        raise TypeError(
            f"images must not be a {type(source).__name__}: unpack the archive, and pass the folder"
        )
    if isinstance(source, Mapping):
        first = next(iter(source), "train")
        raise TypeError(
            f"images must be {ACCEPTED}, not a {type(source).__name__}: "
            f"pass one split, for example source[{first!r}]"
        )
    if hasattr(source, "dataset") and hasattr(source, "batch_size"):
        raise TypeError("images must be a dataset, not a DataLoader: pass loader.dataset")
    if not (hasattr(source, "__len__") and hasattr(source, "__getitem__")):
        raise TypeError(
            f"images must be {ACCEPTED}, not the type {type(source).__name__}, which has no length and no item i: "
            "make a list of its images, for example list(images)"
        )
