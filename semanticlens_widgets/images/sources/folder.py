"""Adapter for folders: class sub-folders, a labels CSV, or neither."""

import csv
import os
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images._rules import NO_RULES, PixelRules
from semanticlens_widgets.images.sources.files import SUFFIXES, FileImages, check_exists, listed_images

LABELS = "labels.csv"
SPLITS = frozenset("train training val valid validation dev test testing eval".split())  # noqa: SIM905
ARCHIVES = frozenset(".zip .tar .gz .tgz .bz2 .xz .7z .rar .zst".split())  # noqa: SIM905


def folder_images(
    source: str | Path, label_column: str = "label", rules: PixelRules = NO_RULES
) -> FileImages:
    """Adapts a folder: its images in natural order, or those listed in its `labels.csv`, in that order.

    Without the CSV an image's label is its first sub-folder, and None for an image directly in the folder. `source` may
    also be the path of a CSV or of a single image. Hidden files are skipped.
    """
    path = Path(source).expanduser()
    check_exists(path, "file" if path.suffix else "folder")
    if path.is_dir():
        return _from_folder(path, label_column, rules)
    if path.suffix.lower() in ARCHIVES:
        raise ValueError(f"{str(path)!r} is an archive: unpack it, and pass the folder")
    return (
        _from_table(path, label_column, rules)
        if path.suffix.lower() == ".csv"
        else listed_images([path], rules)
    )


def _from_folder(root: Path, label_column: str, rules: PixelRules) -> FileImages:
    table = root / LABELS
    if table.is_file():
        return _from_table(table, label_column, rules)
    if label_column != "label":
        raise ValueError(f"label_column={label_column!r} needs the file {str(table)!r}, which does not exist")
    return _from_tree(root, rules)


def natural_key(name: str) -> tuple[list[list[str | int]], str]:
    """A sort key that puts 'img2' before 'img10', folder by folder."""
    return [_numbers_apart(part) for part in name.casefold().split("/")], name


def _numbers_apart(text: str) -> list[str | int]:
    return [int(part) if index % 2 else part for index, part in enumerate(re.split(r"([0-9]+)", text))]


def _from_tree(root: Path, rules: PixelRules) -> FileImages:
    files = list(_visible_files(root))
    names = sorted((name for name in files if Path(name).suffix.lower() in SUFFIXES), key=natural_key)
    if not names:
        held = Counter(Path(name).suffix or "suffixless" for name in files).most_common(3)
        found = ", ".join(f"{count} {suffix}" for suffix, count in held)
        raise ImagesError(
            f"the folder {str(root)!r} holds no images ({found or 'it is empty'}): "
            "images are .jpg, .png, .webp and the like"
        )
    return FileImages(root, names, _folder_labels(root, names), rules)


def _folder_labels(root: Path, names: list[str]) -> list[str | None]:
    """The first sub-folder of each name; the second where the first are the splits of a dataset, with a warning."""
    labels = [name.split("/")[0] if "/" in name else None for name in names]
    splits = {label for label in labels if label is not None}
    if not splits or not all(label.casefold() in SPLITS for label in splits):
        return labels
    warnings.warn(
        f"the sub-folders of {str(root)!r} are splits ({', '.join(sorted(splits))}), so the labels are the folders "
        "below; pass one split alone, or labels=[...] for others",
        stacklevel=2,
    )
    return [name.split("/")[1] if name.count("/") > 1 else None for name in names]


# Links to folders are followed, because datasets are often made of links; a loop is entered once.
def _visible_files(root: Path) -> Iterator[str]:
    entered = {root.resolve()}
    for folder, below, files in os.walk(root, onerror=_raise, followlinks=True):
        kept = [name for name in below if not name.startswith((".", "__MACOSX"))]
        resolved = {name: (Path(folder) / name).resolve() for name in sorted(kept)}
        below[:] = [name for name, real in resolved.items() if real not in entered]
        entered.update(resolved.values())
        yield from (
            (Path(folder) / name).relative_to(root).as_posix() for name in files if not name.startswith(".")
        )


def _raise(error: OSError) -> None:
    raise error


def _from_table(table: Path, label_column: str, rules: PixelRules) -> FileImages:
    try:
        rows = _rows(table, label_column)
    except UnicodeDecodeError as error:
        raise ValueError(f"{str(table)!r} must be UTF-8 text; save it as UTF-8") from error
    if not rows:
        raise ImagesError(
            f"{str(table)!r} lists no images: "
            f"it needs a row for each, with the columns 'file' and {label_column!r}"
        )
    images = FileImages(table.parent, [name for name, _ in rows], [label for _, label in rows], rules)
    # One missing file is a broken image like any other; if all are missing, the CSV belongs to another folder.
    if not any(images.path(sample).is_file() for sample in range(len(images))):
        check_exists(images.path(0), "file")
    return images


def _rows(table: Path, label_column: str) -> list[tuple[str, str | None]]:
    with table.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or [])
        for column in ("file", label_column):
            if column not in columns:
                raise ValueError(
                    f"{str(table)!r} needs the columns 'file' and {label_column!r}, but has no {column!r}"
                    f"{did_you_mean(column, columns)}"
                )
        return [(row["file"], row[label_column] or None) for row in reader if row["file"]]
