"""Trends along sides in order, such as checkpoints: up, down, or not to be told."""

import math
from collections.abc import Sequence
from itertools import pairwise

from semanticlens_widgets.analysis.cards.numbers import LayerNumbers

_APART = 1.96
"""Standard errors by which two means differ with 95 % confidence."""


def apart(first: LayerNumbers, last: LayerNumbers, number: str) -> bool:
    """True if two means differ with 95 % confidence, by the scatter of components."""
    error = math.sqrt(first.squared_error(number) + last.squared_error(number))
    return abs(last.mean(number) - first.mean(number)) > _APART * error


def trend(parts: Sequence[LayerNumbers], number: str) -> str:
    """One sentence: the number rises or falls from the first part to the last, or not so that it could be told."""
    first, last = parts[0], parts[-1]
    before, after = first.mean(number), last.mean(number)
    between = f"from {before:.3g} ({first.name}) to {after:.3g} ({last.name})"
    if not apart(first, last, number):
        return f"{number} doesn't change beyond the scatter of components: {between}"
    up = after > before
    back = sum(apart(a, b, number) and (b.mean(number) > a.mean(number)) != up for a, b in pairwise(parts))
    turns = f", but goes the other way in {back} of {len(parts) - 1} steps" if back else ""
    return f"{number} {'rises' if up else 'falls'} {between}{turns}"
