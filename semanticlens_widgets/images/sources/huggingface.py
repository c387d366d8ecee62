"""Adapter for Hugging Face datasets, recognized by their members so that `datasets` need not be installed."""

import io
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from PIL import Image

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets.images import _fingerprints
from semanticlens_widgets.images._decode import SOURCE_LOCK
from semanticlens_widgets.images._labels import only, target_labels, written
from semanticlens_widgets.images._open import decoded
from semanticlens_widgets.images._rules import NO_RULES, PixelRules
from semanticlens_widgets.images.sources.dataset import IMAGE_KEYS
from semanticlens_widgets.images.sources.pictures import rgb
from semanticlens_widgets.images.sources.repeatable import check_repeatable


def is_huggingface(source: object) -> bool:
    """True if `source` has the members of a `datasets.Dataset`."""
    return not isinstance(source, Mapping) and hasattr(source, "features") and hasattr(source, "column_names")


class HuggingFaceImages:
    """The image column of a dataset, labelled by its class column."""

    def __init__(self, dataset: Any, label_column: str = "label", rules: PixelRules = NO_RULES) -> None:
        self._dataset = dataset
        self._rules = rules
        self._image_column = image_column(dataset)
        self._label_column = label_column_of(dataset, label_column)
        check_repeatable(self.image, len(self))

    @property
    def fingerprint(self) -> str:
        """A hash of the chosen columns and the dataset's own fingerprint, or else the pixels and labels."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        own = getattr(self._dataset, "_fingerprint", None)
        content = (
            [own]
            if own and not self._transformed
            else [*_fingerprints.of_pixels(None, self.image, len(self)), *map(written, self._labels)]
        )
        return _fingerprints.combined(
            [*content, self._image_column, self._label_column, *self._rules.parts()]
        )

    def __len__(self) -> int:
        return len(self._dataset)

    def __repr__(self) -> str:
        return f"<{len(self):,} images of the column {self._image_column!r}>"

    def image(self, sample: int) -> Image.Image:
        """The image in RGB; raises OSError if it cannot be decoded."""
        with SOURCE_LOCK:
            picture = self._picture(self._dataset[sample])
            if isinstance(picture, Mapping):  # the column was cast to Image(decode=False)
                return decoded(io.BytesIO(file_content(picture)), self._rules)
            return rgb(picture, rules=self._rules)

    # A transform may return the image under another name, such as pixel_values.
    def _picture(self, row: Mapping[str, Any]) -> Any:
        column = next((key for key in (self._image_column, *IMAGE_KEYS) if key in row), None)
        if column is None:
            raise ValueError(
                f"the dataset's transform returns no image, only {list(row)}: pass the dataset without its transform"
            )
        return row[column]

    def label(self, sample: int) -> str | None:
        """The name of the class, or None."""
        return only(self._labels[sample])

    def labels(self, sample: int) -> tuple[str, ...] | None:
        """The names of all classes of a column of lists, or of arrays of 0 and 1; else the label."""
        return self._labels[sample]

    def name(self, sample: int) -> str:
        """The sample's number, as text."""
        return str(sample)

    # The dataset's own fingerprint does not cover what `set_transform` does.
    @property
    def _transformed(self) -> bool:
        return (getattr(self._dataset, "format", None) or {}).get("type") == "custom"

    @property
    def classes(self) -> list[str] | None:
        """The names of the numbered labels, in order; None if the dataset has none."""
        column = (self._dataset.features or {}).get(self._label_column)
        return getattr(column, "names", None) or getattr(getattr(column, "feature", None), "names", None)

    # Only the column is read: reading whole rows would decode every image.
    @cached_property
    def _labels(self) -> list[tuple[str, ...] | None]:
        if self._label_column is None:
            return [None] * len(self)
        with SOURCE_LOCK:
            return [label_of(value, self.classes) for value in self._dataset[self._label_column]]


def file_content(picture: Mapping[str, Any]) -> bytes:
    """The bytes of an image that is not decoded: {"bytes": ..., "path": ...}, of which one may be None."""
    if picture.get("bytes") is not None:
        return picture["bytes"]
    import fsspec

    with fsspec.open(picture["path"], "rb") as file:
        return file.read()  # pyright: ignore[reportAttributeAccessIssue]


def image_column(dataset: Any) -> str:
    """The column of images, by its type or its name; raises ValueError if there is none."""
    columns = list(dataset.column_names)
    features = dataset.features or {}
    typed = [column for column in columns if type(features.get(column)).__name__ == "Image"]
    named = [column for column in IMAGE_KEYS if column in columns]
    if not typed and not named:
        raise ValueError(
            f"the dataset has no image column, only {columns}: "
            "cast one with cast_column(name, datasets.Image())"
        )
    return (typed or named)[0]


def label_column_of(dataset: Any, wanted: str) -> str | None:
    """The column of labels: the wanted one, or the only one of classes; ValueError for one that is not there."""
    columns = list(dataset.column_names)
    if wanted in columns:
        return wanted
    if wanted != "label":
        raise ValueError(f"the dataset has no column {wanted!r}{did_you_mean(wanted, columns)}")
    features = dataset.features or {}
    typed = [column for column in columns if getattr(features.get(column), "names", None)]
    return typed[0] if typed else None


def label_of(value: Any, names: list[str] | None) -> tuple[str, ...] | None:
    """The labels that a cell names: class numbers, one or a list, by `names`; None for the -1 of test splits."""
    if (
        names
        and isinstance(value, list)
        and all(type(each) is int and 0 <= each < len(names) for each in value)
    ):
        # A column of lists of class numbers.
        return tuple(names[each] for each in value)
    labels = target_labels(value, names)
    return None if labels == ("-1",) else labels
