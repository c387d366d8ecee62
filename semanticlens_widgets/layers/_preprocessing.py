"""Transforms from an image to the model's input."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor, nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

Transform = Callable[[Image.Image], Float[Tensor, "channel height width"]]


@dataclass(frozen=True)
class ResizeAndCrop:
    """Shorter side to `resize`, bicubic; crops `size` x `size` in the middle; (x - mean) / std, x in [0, 1]."""

    resize: int = 256
    size: int = 224
    mean: Sequence[float] = IMAGENET_MEAN
    std: Sequence[float] = IMAGENET_STD

    def __call__(self, image: Image.Image) -> Float[Tensor, "3 size size"]:
        """The input for one image, float32."""
        cropped = self._cropped(self._resized(image.convert("RGB")))
        pixels = torch.from_numpy(np.array(cropped)).permute(2, 0, 1)
        pixels = pixels.to(torch.float32, memory_format=torch.contiguous_format).div_(255)
        mean, std = (
            torch.tensor(values, dtype=torch.float32)[:, None, None] for values in (self.mean, self.std)
        )
        return pixels.sub_(mean).div_(std)

    def input_region(self, image: Image.Image) -> tuple[float, float, float, float]:
        """The box of the image that the input covers: left, top, right, bottom."""
        sides = self._resized_sides(image)
        scales = [side / resized for side, resized in zip(image.size, sides, strict=True)]
        left, top = (start * scale for start, scale in zip(self._start(sides), scales, strict=True))
        return left, top, left + self.size * scales[0], top + self.size * scales[1]

    def _resized(self, image: Image.Image) -> Image.Image:
        return image.resize(self._resized_sides(image), Image.Resampling.BICUBIC)

    def _resized_sides(self, image: Image.Image) -> tuple[int, int]:
        shorter = min(image.size)
        width, height = (
            self.resize if side == shorter else int(self.resize * side / shorter) for side in image.size
        )
        return width, height

    def _cropped(self, image: Image.Image) -> Image.Image:
        left, top = self._start(image.size)
        return image.crop((left, top, left + self.size, top + self.size))

    def _start(self, sides: tuple[int, int]) -> tuple[int, int]:
        left, top = (round((side - self.size) / 2) for side in sides)
        return left, top


def default_transform(
    resize: int = 256,
    size: int = 224,
    mean: Sequence[float] = IMAGENET_MEAN,
    std: Sequence[float] = IMAGENET_STD,
) -> Transform:
    """The transform of most ImageNet models; equal to torchvision's Resize, CenterCrop, ToTensor and Normalize."""
    if not 1 <= size <= resize:
        raise ValueError(f"size must lie in 1 to resize ({resize}), not {size}")
    return ResizeAndCrop(resize, size, tuple(mean), tuple(std))


def preprocessing_of(model: nn.Module) -> Transform | None:
    """The transform in a timm model's configuration; None for a model without one."""
    if not getattr(model, "pretrained_cfg", None):
        return None
    from timm.data.config import resolve_model_data_config
    from timm.data.transforms_factory import create_transform

    return cast(Transform, create_transform(**resolve_model_data_config(model), is_training=False))
