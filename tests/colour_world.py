"""Colour world: plain pictures in red, green and blue and a model of colours, with every answer known."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor, nn

COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}


def pictures(n_each: int = 8, size: int = 32) -> np.ndarray:
    """Red, green and blue pictures in turn, later ones brighter, so that every ranking is known."""
    strength = np.linspace(0.5, 1.0, n_each)
    frames = [np.array(colour) * s for s in strength for colour in COLOURS.values()]
    pixels = np.stack(frames)[:, None, None, :].repeat(size, 1).repeat(size, 2)
    return pixels.round().astype(np.uint8)


def labels(n_each: int = 8) -> list[str]:
    return list(COLOURS) * n_each


class ColourModel(nn.Module):
    """Channel c of `eye` is the amount of colour c; `head` turns the mean of every channel into a logit."""

    def __init__(self) -> None:
        super().__init__()
        self.eye = nn.Conv2d(3, 3, 1, bias=False)
        self.act = nn.ReLU(inplace=True)
        self.head = nn.Linear(3, 3, bias=False)
        with torch.no_grad():
            self.eye.weight.copy_((2 * torch.eye(3) - 0.5)[:, :, None, None])
            self.head.weight.copy_(torch.eye(3))

    def forward(self, pixels: Tensor) -> Tensor:
        return self.head(self.act(self.eye(pixels)).mean((2, 3)))


def to_tensor(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(image, dtype=np.float32) / 255).permute(2, 0, 1).contiguous()


class ColourSpace:
    """A foundation model that embeds an image as its mean colour."""

    name = "colour space"
    dim = 3
    recipe = None
    fingerprint = "colour space 1"

    def __init__(self) -> None:
        self.n_images = 0
        """The number of images embedded, which a cache keeps low."""
        self.texts: list[str] = []
        """Every text that was embedded, in order."""

    def embed_images(self, images: Sequence[Image.Image]) -> Float[Tensor, "image dim"]:
        self.n_images += len(images)
        return torch.stack([to_tensor(image).mean((1, 2)) for image in images])

    def embed_texts(self, texts: Sequence[str]) -> Float[Tensor, "text dim"]:
        self.texts += texts
        return torch.stack([self._text(text) for text in texts])

    def _text(self, text: str) -> Tensor:
        named = [torch.tensor(rgb) / 255 for name, rgb in COLOURS.items() if name in text]
        # Any other word is a fixed vector near grey.
        generator = torch.Generator().manual_seed(sum(map(ord, text)))
        return torch.stack(named).mean(0) if named else 0.5 + 0.1 * torch.randn(3, generator=generator)


def deletion_world(steps: int = 80) -> tuple[nn.Module, Tensor]:
    """A small CNN trained to classify the colours under noise, and noisy pictures it has not seen."""
    generator = torch.Generator().manual_seed(0)
    clean = torch.stack([to_tensor(Image.fromarray(frame)) for frame in pictures(size=16)])
    targets = torch.arange(len(clean)) % 3

    def noisy() -> Tensor:
        return clean + 0.3 * torch.randn(clean.shape, generator=generator)

    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.Sequential()
        for name, module in {
            "eye": nn.Conv2d(3, 16, 3, padding=1),
            "act": nn.ReLU(),
            "body": nn.Conv2d(16, 16, 3, padding=1),
            "last": nn.ReLU(inplace=True),
            "pool": nn.AdaptiveAvgPool2d(1),
            "flat": nn.Flatten(),
            "head": nn.Linear(16, 3),
        }.items():
            model.add_module(name, module)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(noisy()), targets).backward()
        optimizer.step()
    optimizer.zero_grad()
    return model.eval(), noisy()
