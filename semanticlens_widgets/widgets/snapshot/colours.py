"""What the colours of a map's picture say: the same encodings as in the browser, in colours for light and dark pages.

Cividis and the kinds as in `js/src/concept_map/drawing/palettes.ts`, without the ends that would vanish on one of the
pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int64
from numpy import ndarray

from semanticlens_widgets.analysis import VERDICTS

NO_VALUE = "#909090"
SEQUENTIAL = (
    "#434e6c",
    "#535a6d",
    "#61656f",
    "#6f7073",
    "#7d7c78",
    "#8c8878",
    "#9b9476",
    "#aba072",
    "#bcae6c",
)
DIVERGING = ("#c04f00", "#d55e00", "#cf8a5c", "#909090", "#5f97bd", "#0072b2", "#0065a0")
KINDS = (
    "#e69f00",
    "#56b4e9",
    "#009e73",
    "#d55e00",
    "#0072b2",
    "#cc79a7",
    "#b8a800",
    "#6a58c0",
    "#44aa99",
    "#a8447a",
)
VERDICT_COLOURS = tuple(verdict.colour for verdict in VERDICTS)


@dataclass(frozen=True, eq=False)
class Colouring:
    """Every point's place in a list of colours; what comes later in the list is drawn over what comes before."""

    about: str
    """What the colours say, in words."""
    colours: Sequence[str]
    place: Int64[ndarray, " component"]
    legend: Sequence[tuple[str, str]] = ()
    """Colour and what it stands for."""


def plain(n: int, about: str) -> Colouring:
    """All alike, where nothing is known yet."""
    return Colouring(about, [KINDS[4]], np.zeros(n, dtype=np.int64))


def of_kinds(
    about: str, kind: Int64[ndarray, " component"], names: Sequence[str], colours: Sequence[str] = KINDS
) -> Colouring:
    """One colour a kind, as long as there are different ones; -1 is none."""
    counts = np.bincount(kind[kind >= 0], minlength=len(names))
    own = [colours[place % len(colours)] for place in range(len(names))]
    legend = [(colour, f"{name} ({n:,})") for colour, name, n in zip(own, names, counts, strict=True)]
    return Colouring(about, [NO_VALUE, *own], kind + 1, legend)


def of_numbers(about: str, values: Float[ndarray, " component"], *, around_zero: bool) -> Colouring:
    """From low to high, the highest on top; as far to both sides where they are `around_zero`. NaN is none."""
    colours = DIVERGING if around_zero else SEQUENTIAL
    finite = values[np.isfinite(values)]
    if len(finite) == 0:
        return plain(len(values), about)
    low, high = float(finite.min()), float(finite.max())
    if around_zero:
        low, high = -max(-low, high), max(-low, high)
    share = (values - low) / ((high - low) or 1)
    level = np.rint(np.where(np.isfinite(share), share, 0) * (len(colours) - 1)).astype(np.int64)
    legend = [(colours[0], f"{low:.2g}"), (colours[-1], f"{high:.2g}")]
    return Colouring(about, [NO_VALUE, *colours], np.where(np.isfinite(share), level + 1, 0), legend)
