"""The image transform of EfficientNet-Lite: any shape to a square, by cropping or padding."""

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

    fit="crop": resizes the short side to size + 32 and keeps the centre, as the weights were trained.
    fit="pad": pads to a square with white, so that the whole image is kept; for cut-outs on white.
    fit="auto": pads if the border of the image is white, else crops.
    """

    size: int
    fit: str = "crop"

    def __post_init__(self) -> None:
        check_choice("fit", self.fit, FITS)

    def __call__(self, image: Image.Image) -> Float[Tensor, "3 size size"]:
        """Bicubic, RGB, (x - 127) / 128: ImageNet's mean and deviation would cost these weights 8 points of top-1."""
        image = image.convert("RGB")
        square = self._padded(image) if self._is_padded(image) else self._cropped(image)
        pixels = torch.from_numpy(np.array(square)).permute(2, 0, 1)
        return pixels.to(torch.float32, memory_format=torch.contiguous_format).sub_(127.0).div_(128.0)

    def input_region(self, image: Image.Image) -> tuple[float, float, float, float]:
        """The box of the image that the tensor covers (left, top, right, bottom), beyond its borders where padded."""
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
        return image.resize((self.size, self.size), Image.Resampling.BICUBIC, box=self.input_region(image))

    def _padded(self, image: Image.Image) -> Image.Image:
        side = max(image.size)
        canvas = Image.new("RGB", (side, side), "white")
        canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
        return canvas.resize((self.size, self.size), Image.Resampling.BICUBIC)


def has_white_border(image: Image.Image) -> bool:
    """True if at least 90 % of the outermost pixels are white, as around a cut-out."""
    pixels = np.asarray(image.convert("RGB"))
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return bool((border.min(axis=-1) >= _WHITE).mean() >= 0.9)
