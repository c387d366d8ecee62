"""Points, names and marks as a picture: an SVG file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from semanticlens_widgets._texts import escape
from semanticlens_widgets.widgets.snapshot.colours import Colouring

WIDTH = 920
"""Of a picture in pixels: that of a notebook's outputs."""
_MARGIN = 28
_LETTER, _LINE = 7, 15
_STYLE = (
    "text{font:600 12px system-ui,sans-serif;text-anchor:middle;fill:#222;stroke:#fff;stroke-width:3px;"
    "paint-order:stroke;stroke-linejoin:round}path{fill:none;stroke-linecap:round}"
    ".o{stroke:#222}.i{stroke:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#eee;stroke:#111}.o{stroke:#eee}.i{stroke:#111}}"
)

Places = Float[ndarray, "point 2"]
"""In pixels of the picture; NaN for none."""


@dataclass(frozen=True)
class Name:
    """A name at its position in the picture."""

    text: str
    x: float
    y: float


def on_picture(
    positions: Places, others: Float[ndarray, "other 2"], height: int
) -> tuple[Places, Float[ndarray, "other 2"]]:
    """Positions, and others on the same map, in pixels: all in view, the same scale on both axes, y up."""
    known = positions[_present(positions)]
    low, high = (known.min(0), known.max(0)) if len(known) else (np.zeros(2), np.zeros(2))
    size, extent = np.array([WIDTH, height]), high - low
    wide = extent > 0
    scale = ((size - 2 * _MARGIN)[wide] / extent[wide]).min(initial=np.inf) if wide.any() else 1.0
    to_pixels = lambda some: (some - (low + high) / 2) * [scale, -scale] + size / 2  # noqa: E731
    return to_pixels(positions), to_pixels(others)


def points_svg(
    places: Places, colouring: Colouring, names: Sequence[Name], marked: Sequence[int], height: int
) -> bytes:
    """The file; `marked` points have a ring."""
    present = _present(places)
    rings = "".join(
        f'<circle class="o" cx="{places[one, 0]:.0f}" cy="{places[one, 1]:.0f}" r="5" fill="none" stroke-width="2"/>'
        for one in marked
        if present[one]
    )
    written = "".join(
        f'<text x="{name.x:.0f}" y="{name.y:.0f}">{escape(_printable(name.text))}</text>'
        for name in placed(names, height)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"><style>{_STYLE}</style>'
        f"{_shapes(places, present, colouring)}{rings}{written}</svg>"
    ).encode()


def placed(names: Sequence[Name], height: int) -> list[Name]:
    """Those that there is room for, the first before the others, moved into view."""
    kept: list[Name] = []
    for name in names:
        half = _LETTER * len(name.text) / 2
        x = min(max(name.x, half), WIDTH - half)
        y = min(max(name.y, _LINE), height - 4)
        if all(abs(y - other.y) > _LINE or abs(x - other.x) > half + _half(other) for other in kept):
            kept.append(Name(name.text, x, y))
    return kept


def _present(places: Places) -> Bool[ndarray, " point"]:
    return ~np.isnan(places[:, 0])


def _half(name: Name) -> float:
    return _LETTER * len(name.text) / 2


def _shapes(places: Places, present: ndarray, colouring: Colouring) -> str:
    """One path a colour: a point is a line of no length with a round end."""
    width = 3.5 + 3 / (1 + int(present.sum()) / 300)
    paths = []
    hollow = np.zeros(len(places), dtype=bool) if colouring.hollow is None else colouring.hollow
    for place, colour in enumerate(colouring.colours):
        own = present & (colouring.place == place)
        paths.append(_path(places[own], f'stroke="{colour}" stroke-width="{width:.1f}"'))
        # A ring: the page's colour over the middle of the point.
        paths.append(_path(places[own & hollow], f'class="i" stroke-width="{width / 2:.1f}"'))
    return "".join(paths)


def _path(places: Places, look: str) -> str:
    line = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in places.tolist())
    return f'<path {look} d="{line}"/>' if line else ""


def _printable(text: str) -> str:
    """Without what no XML file may hold."""
    return "".join(letter for letter in text if letter.isprintable())
