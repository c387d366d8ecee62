"""From a picture of any shape to the square that an EfficientNet-Lite reads."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from semanticlens_widgets._arguments import check_choice

FITS = ("crop", "pad", "auto")
_WHITE = 250  # lossy files blur pure white by a few levels


@dataclass(frozen=True)
class FitSquare:
    """A picklable transform from a PIL image to a normalized tensor of `size` x `size` pixels.

    fit="crop": the short side becomes size + 32, the centre is kept, as the weights were trained.
    fit="pad": the picture is first padded with white to a square and kept whole, for cut-outs on white.
    fit="auto": pads where the border of the picture is white, else crops.
    """

    size: int
    fit: str = "crop"

    def __post_init__(self) -> None:
        check_choice("fit", self.fit, FITS)

    def __call__(self, image: Image.Image) -> Float[Tensor, "3 size size"]:
        """Bicubic, RGB, (x - 127) / 128: with ImageNet's mean and deviation these weights lose 8 points of top-1."""
        image = image.convert("RGB")
        square = self._padded(image) if self._is_padded(image) else self._cropped(image)
        pixels = torch.from_numpy(np.array(square, dtype=np.float32))
        return ((pixels - 127.0) / 128.0).permute(2, 0, 1).contiguous()

    def frame(self, image: Image.Image) -> tuple[float, float, float, float]:
        """The box of the picture that the tensor shows (left, top, right, bottom), beyond its borders where padded."""
        if not self._is_padded(image):
            side = min(image.size) * self.size / (self.size + 32)
            left, top = (image.width - side) / 2, (image.height - side) / 2
        else:
            side = max(image.size)
            left, top = -float((side - image.width) // 2), -float((side - image.height) // 2)
        return left, top, left + side, top + side

    def _is_padded(self, image: Image.Image) -> bool:
        return self.fit == "pad" or (self.fit == "auto" and has_white_border(image))

    def _cropped(self, image: Image.Image) -> Image.Image:
        return image.resize((self.size, self.size), Image.Resampling.BICUBIC, box=self.frame(image))

    def _padded(self, image: Image.Image) -> Image.Image:
        side = max(image.size)
        canvas = Image.new("RGB", (side, side), "white")
        canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
        return canvas.resize((self.size, self.size), Image.Resampling.BICUBIC)


def has_white_border(image: Image.Image) -> bool:
    """Whether at least 90 % of the outermost pixels are white, as around a cut-out."""
    pixels = np.asarray(image.convert("RGB"))
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return bool((border.min(axis=-1) >= _WHITE).mean() >= 0.9)
