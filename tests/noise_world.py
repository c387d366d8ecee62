"""Noise world: random pictures and a random network, whose sums round differently in every other order."""

import numpy as np
import torch
from PIL import Image
from torch import nn

import semanticlens_widgets as slw
from tests.colour_world import ColourSpace, to_tensor

CLASSES = ["red", "green", "blue"]


class Net(nn.Sequential):
    """Two convolutions and a classifier."""

    def __init__(self) -> None:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            super().__init__(
                nn.Conv2d(3, 16, 3),
                nn.ReLU(),
                nn.Conv2d(16, 24, 3),
                nn.ReLU(),
                nn.AdaptiveAvgPool2d(1),
                nn.Flatten(),
                nn.Linear(24, 3),
            )


READ: list[int] = []
"""Samples of `Watched` that were read in this process."""


class Watched:
    """Random pictures that say when they are read."""

    parallel = True

    def __init__(self, n: int) -> None:
        self.pixels = pictures(n)
        self.fingerprint = f"noise {n}"

    def __len__(self) -> int:
        return len(self.pixels)

    def image(self, sample: int) -> Image.Image:
        READ.append(sample)
        return Image.fromarray(self.pixels[sample])

    def label(self, sample: int) -> str:
        return CLASSES[sample % 3]

    def name(self, sample: int) -> str:
        return f"{sample}"


def pictures(n: int, size: int = 12) -> np.ndarray:
    """Random pictures."""
    return np.random.default_rng(0).integers(0, 256, (n, size, size, 3), dtype=np.uint8)


def build(executor: object = None, n: int = 90, **options: object) -> slw.Lens:
    """A lens of the network, over the workers of an executor if there is one."""
    given: dict = {
        "model": Net(),
        "images": slw.as_images(pictures(n), labels=[CLASSES[one % 3] for one in range(n)]),
        "layers": ["0", "2"],
        "foundation_model": ColourSpace(),
        "transform": to_tensor,
        "k": 5,
        "batch_size": 8,
        "memory_format": torch.contiguous_format,
        "classes": CLASSES,
        "executor": executor,
        "progress": False,
    }
    return slw.Lens.build(**{**given, **options})
