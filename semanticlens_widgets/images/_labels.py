"""Labels as text: the name of a target's class, or the target itself."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from semanticlens_widgets.images._protocol import Images

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,}")


def labels_of(images: Images, sample: int) -> tuple[str, ...] | None:
    """All labels of a sample, none or several where a source holds them (`labels`); None where they are not known."""
    several: Callable[[int], tuple[str, ...] | None] | None = getattr(images, "labels", None)
    if callable(several):
        return several(sample)
    label = images.label(sample)
    return None if label is None else (label,)


def only(labels: tuple[str, ...] | None) -> str | None:
    """The label of a sample that has exactly one."""
    return labels[0] if labels and len(labels) == 1 else None


def written(labels: tuple[str, ...] | None) -> object:
    """The labels of a sample as a part of a fingerprint: a single one as it is."""
    return labels[0] if labels and len(labels) == 1 else labels


def target_labels(target: Any, classes: list[str] | None = None) -> tuple[str, ...] | None:
    """The labels that a target names: those of an array of 0 and 1, one number a class, or the only one; else None."""
    marks = target.tolist() if hasattr(target, "tolist") else target
    if isinstance(marks, list) and len(marks) > 1 and all(type(mark) in (bool, int, float) for mark in marks):
        # A list may be of numbers of classes, unless it has one number for each.
        is_known = len(marks) == len(classes) if classes else hasattr(target, "tolist")
        if is_known and set(marks) <= {0, 1}:
            return tuple(classes[at] if classes else str(at) for at, mark in enumerate(marks) if mark)
    label = label_text(target, classes)
    return None if label is None else (label,)


def label_text(target: Any, classes: list[str] | None = None) -> str | None:
    """The name of the target's class, or the target as text; None unless it is a single number or text.

    A list, array or tensor of one counts as its element. An object whose text holds its address is no label.
    """
    target = single(target)
    if target is None or target != target or isinstance(target, Mapping | list | tuple):
        return None
    if classes and isinstance(target, int) and not isinstance(target, bool) and 0 <= target < len(classes):
        return classes[target]
    return stable_text(target)


def single(target: Any) -> Any:
    """The element of a list, array or tensor of one, whole floats as int; None for an array of any other size."""
    if hasattr(target, "item"):
        return single(target.item()) if math.prod(getattr(target, "shape", ())) == 1 else None
    if isinstance(target, list | tuple) and len(target) == 1:
        return single(target[0])
    # A column with an empty cell holds whole numbers as floats.
    if isinstance(target, float) and target.is_integer():
        return int(target)
    return target.decode("utf-8", "replace") if isinstance(target, bytes) else target


def readable(text: str) -> str:
    """The text without what no file in UTF-8 can hold: bytes of file names in other encodings."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def stable_text(label: object) -> str | None:
    """The label as text; None if it would differ in another process, as `<object object at 0x7f...>` does."""
    text = str(label)
    return None if ADDRESS.search(text) else text
