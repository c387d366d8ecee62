"""Pictures of samples with the heat map of one component over them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray
from PIL import Image
from torch import Tensor

from semanticlens_widgets.images import thumbnail_webp
from semanticlens_widgets.layers import Box, check_input, input_picture, input_region_finder
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.memo import Key
from semanticlens_widgets.widgets.palettes import CIVIDIS

_OVER = 0.6
"""Opacity of the heat over the picture."""


@dataclass(frozen=True)
class HeatmapKey(Key[bytes]):
    """The picture of a sample under a component's heat map; a large one takes some 20 kB."""

    kept = 500
    component: str
    sample: int
    side: int


class HeatmapPictures:
    """The last heat maps of a lens as pictures; each is one pass of the model."""

    def __init__(self, lens: Lens) -> None:
        self.lens = lens

    def picture(self, component: str, sample: int, side: int) -> bytes:
        """A WebP file, its longest side `side` pixels: where the component, by its name, responds on a sample.

        It is the whole image, or the model's input where nobody can tell which part of the image that shows. Layers
        without places show the size of the gradient. Raises what `Lens.heatmap` raises.
        """
        return self.lens._session.memo.get(
            HeatmapKey(component, sample, side),
            lambda: thumbnail_webp(self._drawn(component, sample), side=side),
        )

    def _drawn(self, component: str, sample: int) -> Image.Image:
        layer, _ = self.lens.database.locate(component)
        has_places = bool(self.lens.database.examples[layer].grid)
        heat = self.lens.heatmap(component, sample, "activation" if has_places else "gradient")
        assert self.lens.images is not None  # noqa: S101 - or there was no heat map
        image = self.lens.images.image(sample).convert("RGB")
        box = self._input_region(image)
        if box is not None:
            return with_heat(image, heat, box)
        image = input_picture(self._transform, check_input(self._transform(image)))
        return with_heat(image, heat, (0.0, 0.0, float(image.width), float(image.height)))

    @property
    def _transform(self) -> Callable[[Image.Image], Tensor]:
        return self.lens._session.with_model().transform

    @cached_property
    def _input_region(self) -> Callable[[Image.Image], Box | None]:
        return input_region_finder(self._transform)


def heatmap_pictures(lens: Lens) -> HeatmapPictures:
    """Those of the lens: the same for all its widgets."""
    return lens._session.attached.setdefault("heatmap_pictures", HeatmapPictures(lens))


def with_heat(image: Image.Image, heat: Float[Tensor, "height width"], box: Box) -> Image.Image:
    """A picture in grey under the colours of the heat (0 to 1) that was found in a box of it; grey alone outside."""
    grey = image.convert("L").convert("RGB")
    corners = [round(edge) for edge in box]
    size = (max(1, corners[2] - corners[0]), max(1, corners[3] - corners[1]))
    covered = grey.copy()
    covered.paste(heat_colours(heat, size), (corners[0], corners[1]))
    return Image.blend(grey, covered, _OVER)


def heat_colours(heat: Float[Tensor, "height width"], size: tuple[int, int] | None = None) -> Image.Image:
    """Heat (0 to 1) in colours, as large as it is or stretched to a width and height."""
    levels = Image.fromarray((heat.clamp(0, 1) * 255).round().byte().cpu().numpy())
    stretched = levels if size is None else levels.resize(size, Image.Resampling.BILINEAR)
    return Image.fromarray(_cividis()[np.asarray(stretched)])


def _cividis() -> UInt8[ndarray, "256 3"]:
    stops = np.array([[int(code[place : place + 2], 16) for place in (1, 3, 5)] for code in CIVIDIS])
    places = np.linspace(0, len(stops) - 1, 256)
    known = np.arange(len(stops))
    return np.stack([np.interp(places, known, column) for column in stops.T], 1).round().astype(np.uint8)
