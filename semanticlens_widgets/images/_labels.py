"""Labels as text: the name of a target's class, or the target itself."""

import math
import re
from collections.abc import Mapping
from typing import Any

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,}")


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
    """The element of a list, array or tensor of one; None for an array of any other size."""
    if hasattr(target, "item"):
        return target.item() if math.prod(getattr(target, "shape", ())) == 1 else None
    if isinstance(target, list | tuple) and len(target) == 1:
        return single(target[0])
    return target.decode("utf-8", "replace") if isinstance(target, bytes) else target


def stable_text(label: object) -> str | None:
    """The label as text; None if it would differ in another process, as `<object object at 0x7f...>` does."""
    text = str(label)
    return None if ADDRESS.search(text) else text
