"""The region of an image that the model's input covers, and the input itself as an image."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from semanticlens_widgets.layers.fingerprints.preprocessing import check_input

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels of the image; beyond its borders where the input is padded."""

Transform = Callable[[Image.Image], Tensor]
_INSIDE = 0.02
_STRAIGHT = 0.01
"""The tolerance, as a share of the side, for positions off a straight line; larger than the rounding to 8 bits."""


def input_region_finder(transform: Transform) -> Callable[[Image.Image], Box | None]:
    """Returns a function from an image to the box of it that the transform's output covers, or None.

    A transform may provide it as its method `input_region(image) -> box`. For any other, the box is measured on ramps,
    whose pixels encode their position, once per image size and to a 300th of the side. None unless the region is an
    upright box: if the transform flips or rotates, normalizes each image by itself, or pads with grey.
    """
    own = getattr(transform, "input_region", None)
    if own is not None:
        return cast("Callable[[Image.Image], Box | None]", own)
    return _Measuring(transform, _levels(transform))


@dataclass(frozen=True, eq=False)
class _Measuring:
    """The finder for a transform that does not know its region; it can be sent to another process."""

    transform: Transform
    levels: tuple[Tensor, Tensor]
    boxes: dict[tuple[int, int], Box | None] = field(default_factory=dict)
    """Image size -> the box that was measured."""

    def __call__(self, image: Image.Image) -> Box | None:
        if image.size not in self.boxes:
            self.boxes[image.size] = _measured(self.transform, image.size, *self.levels)
        return self.boxes[image.size]


def input_picture(transform: Transform, pixels: Float[Tensor, "channel height width"]) -> Image.Image:
    """The model's input as an image, with the normalization undone if it is the same for all images."""
    black, white = _levels(transform)
    level = ((pixels - black) / (white - black)).nan_to_num(nan=0.5, posinf=0.5, neginf=0.5).clamp(0, 1)
    shown = level.expand(3, -1, -1) if len(level) == 1 else level[:3]
    return Image.fromarray((shown * 255).round().byte().permute(1, 2, 0).numpy())


def _levels(transform: Transform) -> tuple[Float[Tensor, "channel 1 1"], Float[Tensor, "channel 1 1"]]:
    """The transform's output for black and for white."""
    return _middle(transform, "black"), _middle(transform, "white")


def _middle(transform: Transform, colour: str) -> Float[Tensor, "channel 1 1"]:
    # Padding affects the border, not the middle.
    pixels = check_input(transform(Image.new("RGB", (32, 32), colour))).float()
    return pixels[:, pixels.shape[1] // 2, pixels.shape[2] // 2][:, None, None]


def _measured(transform: Transform, size: tuple[int, int], black: Tensor, white: Tensor) -> Box | None:
    low, high = black.numpy(), white.numpy()
    if not (high - low).all():
        return None
    across, down = (
        ((check_input(transform(_ramp(size, axis))).numpy() - low) / (high - low)).mean(0) for axis in (0, 1)
    )
    horizontal, vertical = _span(across), _span(down.T)
    if horizontal is None or vertical is None:
        return None
    width, height = size
    return horizontal[0] * width, vertical[0] * height, horizontal[1] * width, vertical[1] * height


def _ramp(size: tuple[int, int], axis: int) -> Image.Image:
    """Grey that rises from black to white along one axis."""
    steps = np.round(255 * (np.arange(size[axis]) + 0.5) / size[axis]).astype(np.uint8)
    shape = (size[1], size[0])
    return Image.fromarray(np.broadcast_to(steps if axis == 0 else steps[:, None], shape)).convert("RGB")


def _span(positions: np.ndarray) -> tuple[float, float] | None:
    """The first and last position that the input covers, as shares of the image's side; None if not on a line."""
    inside = (positions > _INSIDE) & (positions < 1 - _INSIDE)
    # Padded lines have no positions.
    lines = positions[inside.mean(1) > 0.25]
    if not len(lines):
        return None
    profile = np.median(lines, 0)
    shown = np.nonzero((profile > _INSIDE) & (profile < 1 - _INSIDE))[0]
    slope, start = np.polyfit(shown + 0.5, profile[shown], 1)
    off = np.abs(lines[:, shown] - (start + slope * (shown + 0.5))).max()
    return None if slope <= 0 or off > _STRAIGHT else (float(start), float(start + slope * len(profile)))
