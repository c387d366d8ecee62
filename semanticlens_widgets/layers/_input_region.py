"""Which part of a picture the model's input shows, and what the input looks like."""

from collections.abc import Callable
from typing import cast

import numpy as np
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from semanticlens_widgets.layers._preprocessing_fingerprint import check_input

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels of the picture; beyond its borders where the input is padded."""

Transform = Callable[[Image.Image], Tensor]
_INSIDE = 0.02
_STRAIGHT = 0.01
"""How far, as a share of the side, places may lie off a straight line: more than 8 bits blur them."""


def frame_finder(transform: Transform) -> Callable[[Image.Image], Box | None]:
    """A function that tells which box of a picture the transform's output shows.

    A transform with a method `frame(picture) -> box` is asked. Of any other, the box is read off what it makes of
    pictures whose pixels tell their place, once for every size, to a 300th of the side. None where that is no upright
    box: the transform flips or turns, normalizes each picture by itself, or pads with grey.
    """
    own = getattr(transform, "frame", None)
    if own is not None:
        return cast("Callable[[Image.Image], Box | None]", own)
    known: dict[tuple[int, int], Box | None] = {}
    levels = _levels(transform)

    def found(image: Image.Image) -> Box | None:
        if image.size not in known:
            known[image.size] = _probed(transform, image.size, *levels)
        return known[image.size]

    return found


def input_picture(transform: Transform, pixels: Float[Tensor, "channel height width"]) -> Image.Image:
    """What the model is shown, as a picture: the normalization is taken back where it is the same for all pictures."""
    black, white = _levels(transform)
    level = ((pixels - black) / (white - black)).nan_to_num(nan=0.5, posinf=0.5, neginf=0.5).clamp(0, 1)
    shown = level.expand(3, -1, -1) if len(level) == 1 else level[:3]
    return Image.fromarray((shown * 255).round().byte().permute(1, 2, 0).numpy())


def _levels(transform: Transform) -> tuple[Float[Tensor, "channel 1 1"], Float[Tensor, "channel 1 1"]]:
    """What black and white become."""
    return _middle(transform, "black"), _middle(transform, "white")


def _middle(transform: Transform, colour: str) -> Float[Tensor, "channel 1 1"]:
    # Whoever pads, pads the border.
    pixels = check_input(transform(Image.new("RGB", (32, 32), colour))).float()
    return pixels[:, pixels.shape[1] // 2, pixels.shape[2] // 2][:, None, None]


def _probed(transform: Transform, size: tuple[int, int], black: Tensor, white: Tensor) -> Box | None:
    low, high = black.numpy(), white.numpy()
    if not (high - low).all():
        return None
    across, down = (
        ((check_input(transform(_ramp(size, axis))).numpy() - low) / (high - low)).mean(0) for axis in (0, 1)
    )
    horizontal, vertical = _line(across), _line(down.T)
    if horizontal is None or vertical is None:
        return None
    width, height = size
    return horizontal[0] * width, vertical[0] * height, horizontal[1] * width, vertical[1] * height


def _ramp(size: tuple[int, int], axis: int) -> Image.Image:
    """Grey that rises from black to white along one axis."""
    steps = np.round(255 * (np.arange(size[axis]) + 0.5) / size[axis]).astype(np.uint8)
    shape = (size[1], size[0])
    return Image.fromarray(np.broadcast_to(steps if axis == 0 else steps[:, None], shape)).convert("RGB")


def _line(places: np.ndarray) -> tuple[float, float] | None:
    """Where the input begins and ends along a line, as shares of the picture's side; None when it is not straight."""
    inside = (places > _INSIDE) & (places < 1 - _INSIDE)
    # What was padded shows no place.
    lines = places[inside.mean(1) > 0.25]
    if not len(lines):
        return None
    profile = np.median(lines, 0)
    shown = np.nonzero((profile > _INSIDE) & (profile < 1 - _INSIDE))[0]
    slope, start = np.polyfit(shown + 0.5, profile[shown], 1)
    off = np.abs(lines[:, shown] - (start + slope * (shown + 0.5))).max()
    return None if slope <= 0 or off > _STRAIGHT else (float(start), float(start + slope * len(profile)))
