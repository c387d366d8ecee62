"""The part of an image that a heat map points at."""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

HOT = 0.01
"""Share of the highest value; pixels above it belong to the crop."""
_RADIUS, _SIGMA = 25 / 224, 8 / 224


def crop_boxes(
    heat: Float[Tensor, "map height width"], hot: float = HOT
) -> Int[Tensor, "map left_top_right_bottom"]:
    """The smallest square around `blur(|heat|) > hot x its maximum` that lies in the map; right and bottom exclusive.

    Where the map is narrower than the square would be, the box is as wide as the map; an empty map gives the whole map.
    Source: the crops of Dreyer et al., Nature Machine Intelligence 2025, doi 10.1038/s42256-025-01084-w.
    """
    return _squares(blurred(heat.abs()), hot)


def map_boxes(
    maps: Float[Tensor, "map rows columns"], sides: tuple[int, int], hot: float = HOT
) -> Int[Tensor, "map left_top_right_bottom"]:
    """The `crop_boxes` of small maps that are stretched bilinearly over an input of `sides` pixels.

    Stretching and blurring are one product here, many times faster than one after the other.
    """
    down, across = (
        _blur_matrix(side) @ stretch_matrix(length, side)
        for length, side in zip(maps.shape[1:], sides, strict=True)
    )
    return _squares(down.to(maps) @ maps.abs() @ across.to(maps).T, hot)


def blurred(heat: Float[Tensor, "map height width"]) -> Float[Tensor, "map height width"]:
    """A Gaussian blur of 8 pixels in 224, mirrored at the borders."""
    return _blur_matrix(heat.shape[1]).to(heat) @ heat @ _blur_matrix(heat.shape[2]).to(heat).T


def _squares(
    smooth: Float[Tensor, "map height width"], hot: float
) -> Int[Tensor, "map left_top_right_bottom"]:
    above = smooth > hot * smooth.amax((1, 2), keepdim=True)
    above = above | ~above.any(2).any(1)[:, None, None]
    top, bottom = _span(above.any(2))
    left, right = _span(above.any(1))
    side = torch.maximum(bottom - top, right - left)
    left, right = _widened(left, right, side, smooth.shape[2])
    top, bottom = _widened(top, bottom, side, smooth.shape[1])
    return torch.stack([left, top, right, bottom], 1)


def _span(above: Bool[Tensor, "map place"]) -> tuple[Int[Tensor, " map"], Int[Tensor, " map"]]:
    """The first place and the one after the last."""
    marks = above.int()
    return marks.argmax(1), above.shape[1] - marks.flip(1).argmax(1)


def _widened(
    start: Int[Tensor, " map"], end: Int[Tensor, " map"], side: Int[Tensor, " map"], length: int
) -> tuple[Int[Tensor, " map"], Int[Tensor, " map"]]:
    """To `side` around the middle, pushed back inside where it would leave the map."""
    side = side.clamp(max=length)
    start = (start - (side - (end - start)) // 2).clamp(min=0)
    start = torch.minimum(start, length - side)
    return start, start + side


def stretch_matrix(length: int, side: int) -> Float[Tensor, "side length"]:
    """The weights of `length` cells in each of `side` pixels that they are stretched over, bilinearly."""
    places = torch.eye(length).unsqueeze(0)
    return nn.functional.interpolate(places, size=side, mode="linear", align_corners=False)[0].T


# As a product with a matrix a blur of this width is ten times faster than as a convolution.
def _blur_matrix(length: int) -> Float[Tensor, "length length"]:
    radius = min(length - 1, round(_RADIUS * length))
    offsets = torch.arange(-radius, radius + 1)
    weights = torch.exp(-0.5 * (offsets / (_SIGMA * length)) ** 2)
    places = (torch.arange(length)[:, None] + offsets).abs()
    mirrored = (length - 1) - ((length - 1) - places).abs()
    matrix = torch.zeros(length, length)
    return matrix.scatter_add_(1, mirrored, (weights / weights.sum()).expand(length, -1))
