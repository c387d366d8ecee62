"""Colours of the points of a map's picture, which hold on light and on dark pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int64
from numpy import ndarray

from semanticlens_widgets.analysis import VERDICTS
from semanticlens_widgets.widgets.palettes import (
    BEYOND_ON_ANY,
    DIVERGING_ON_ANY,
    KINDS_ON_ANY,
    NO_VALUE_ON_ANY,
    SEQUENTIAL_ON_ANY,
)

VERDICT_COLOURS = tuple(verdict.colour for verdict in VERDICTS)


@dataclass(frozen=True, eq=False)
class Colouring:
    """The index of every point into a list of colours; points of later colours are drawn over the others."""

    about: str
    """The meaning of the colours in words."""
    colours: Sequence[str]
    place: Int64[ndarray, " component"]
    legend: Sequence[tuple[str, str]] = ()
    """Pairs of a colour and its meaning."""
    hollow: Bool[ndarray, " component"] | None = None
    """True for points that are drawn as rings; None for none."""

    def of(self, rows: Int64[ndarray, " point"]) -> "Colouring":
        """Returns the colours of some of the points."""
        return replace(
            self, place=self.place[rows], hollow=None if self.hollow is None else self.hollow[rows]
        )


def plain(n: int, about: str) -> Colouring:
    """Gives `n` points one colour, if nothing is known of them yet."""
    return Colouring(about, [KINDS_ON_ANY[4]], np.zeros(n, dtype=np.int64))


def of_kinds(
    about: str,
    kind: Int64[ndarray, " component"],
    names: Sequence[str],
    colours: Sequence[str] = KINDS_ON_ANY,
) -> Colouring:
    """Gives each kind a colour; those beyond the colours share a grey, and -1 is no kind."""
    counts = np.bincount(kind[kind >= 0], minlength=len(names))
    own = [*colours, *[BEYOND_ON_ANY] * len(names)][: len(names)]
    legend = [(colour, f"{name} ({n:,})") for colour, name, n in zip(own, names, counts, strict=True)]
    if len(names) > len(colours):
        legend.append((BEYOND_ON_ANY, f"the last {len(names) - len(colours):,} share this grey"))
    return Colouring(about, [NO_VALUE_ON_ANY, *own], kind + 1, legend)


def of_ordered(about: str, kind: Int64[ndarray, " component"], names: Sequence[str]) -> Colouring:
    """Gives kinds that have an order the colours of amounts, from the first to the last."""
    last = len(SEQUENTIAL_ON_ANY) - 1
    steps = [round(place * last / max(1, len(names) - 1)) for place in range(len(names))]
    return of_kinds(about, kind, names, [SEQUENTIAL_ON_ANY[step] for step in steps])


def of_numbers(about: str, values: Float[ndarray, " component"], *, around_zero: bool) -> Colouring:
    """Colours numbers from low to high, the highest on top; `around_zero` makes the ends opposite. NaN is no value."""
    colours = DIVERGING_ON_ANY if around_zero else SEQUENTIAL_ON_ANY
    finite = values[np.isfinite(values)]
    if len(finite) == 0:
        return plain(len(values), about)
    low, high = float(finite.min()), float(finite.max())
    if around_zero:
        low, high = -max(-low, high), max(-low, high)
    share = (values - low) / ((high - low) or 1)
    level = np.rint(np.where(np.isfinite(share), share, 0) * (len(colours) - 1)).astype(np.int64)
    legend = [(colours[0], f"{low:.2g}"), (colours[-1], f"{high:.2g}")]
    return Colouring(about, [NO_VALUE_ON_ANY, *colours], np.where(np.isfinite(share), level + 1, 0), legend)
