"""Adapter for stores: class sub-folders, a labels CSV, or neither."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images._rules import NO_RULES, PixelRules
from semanticlens_widgets.images.sources.files import FileImages, is_image
from semanticlens_widgets.images.stores.protocol import Store

LABELS = "labels.csv"
SPLITS = frozenset("train training val valid validation dev test testing eval".split())  # noqa: SIM905


def store_images(store: Store, label_column: str = "label", rules: PixelRules = NO_RULES) -> FileImages:
    """Adapts a store: its images in natural order, or those listed in its `labels.csv`, in that order.

    Without the CSV an image's label is its first sub-folder, and None for an image directly in the folder. Hidden files
    are skipped. A store that must be read forward keeps its order.
    """
    if store.exists(LABELS):
        return table_images(store, LABELS, label_column, rules)
    if label_column != "label":
        path = str(Path(getattr(store, "root", "")) / LABELS)
        raise ValueError(
            f"label_column={label_column!r} needs the file {path!r}, which does not exist in {store.title}"
        )
    files = store.names()
    names = list(filter(is_image, files))
    if not names:
        raise ImagesError(no_images(store.title, files))
    ordered = names if store.keeps_order else sorted(names, key=natural_key)
    return FileImages(store, ordered, folder_labels(store.title, ordered), rules)


def no_images(title: str, files: Sequence[str]) -> str:
    """The message for a store that holds no images, with what it holds."""
    held = Counter(PurePosixPath(name).suffix or "suffixless" for name in files).most_common(3)
    found = ", ".join(f"{count} {suffix}" for suffix, count in held)
    return f"{title} holds no images ({found or 'it is empty'}): images are .jpg, .png, .webp and the like"


def natural_key(name: str) -> tuple[list[list[str | int]], str]:
    """A sort key that puts 'img2' before 'img10', folder by folder."""
    return [_numbers_apart(part) for part in name.casefold().split("/")], name


def _numbers_apart(text: str) -> list[str | int]:
    return [int(part) if index % 2 else part for index, part in enumerate(re.split(r"([0-9]+)", text))]


def folder_labels(title: str, names: Sequence[str]) -> list[str | None]:
    """The first sub-folder of each name; the second where the first are the splits of a dataset, with a warning."""
    labels = [name.split("/")[0] if "/" in name else None for name in names]
    splits = {label for label in labels if label is not None}
    if splits and all(label.casefold() in SPLITS for label in splits):
        warn_user(
            f"the sub-folders of {title} are splits ({', '.join(sorted(splits))}), so the labels are the folders "
            "below; pass one split alone, or labels=[...] for others"
        )
        return [name.split("/")[1] if name.count("/") > 1 else None for name in names]
    if len(splits) == 1 and _n_below(names) > 1:
        warn_user(
            f"all images of {title} lie in its folder {next(iter(splits))!r}, which is the label of every one; if its "
            "sub-folders are the classes, pass that folder (of an archive: 'zip://FOLDER::ARCHIVE'), or labels=[...]"
        )
    return labels


def _n_below(names: Sequence[str]) -> int:
    """The number of folders in the second place; 0 if an image lies above them."""
    parts = [name.split("/") for name in names]
    return len({part[1] for part in parts}) if all(len(part) > 2 for part in parts) else 0


def table_images(store: Store, table: str, label_column: str, rules: PixelRules) -> FileImages:
    """Adapts the images that a CSV in the store lists, by its column `file`, in its order."""
    try:
        rows = _rows(store, table, label_column)
    except UnicodeDecodeError as error:
        raise ValueError(f"{table!r} in {store.title} must be UTF-8 text; save it as UTF-8") from error
    if not rows:
        raise ImagesError(
            f"{table!r} in {store.title} lists no images: "
            f"it needs a row for each, with the columns 'file' and {label_column!r}"
        )
    names = [name.removeprefix("./") for name, _ in rows]
    # One missing file is a broken image like any other; if all are missing, the CSV belongs to another folder.
    if not any(map(store.exists, names)):
        near = did_you_mean(names[0], store.names(), limit=1)
        raise FileNotFoundError(
            f"{store.title} holds no file that its {table!r} lists: there is no file {names[0]!r}{near}"
        )
    return FileImages(store, names, [label for _, label in rows], rules)


def _rows(store: Store, table: str, label_column: str) -> list[tuple[str, str | None]]:
    with store.open(table) as content, io.TextIOWrapper(content, "utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or [])
        for column in ("file", label_column):
            if column not in columns:
                raise ValueError(
                    f"{table!r} in {store.title} needs the columns 'file' and {label_column!r}, but has no {column!r}"
                    f"{did_you_mean(column, columns)}"
                )
        return [(row["file"], row[label_column] or None) for row in reader if row["file"]]
