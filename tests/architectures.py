"""Small models of several architectures over the colour world, and lenses of them."""

from typing import Any, NamedTuple

import timm
import torch
from torch import Tensor, nn

from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from tests.colour_world import COLOURS, ColourSpace, labels, pictures, to_tensor


class Pooled(nn.Module):
    """Convolutions, a global average pool and a linear head: from `last` on the outputs are linear."""

    def __init__(self, n_outputs: int = 3) -> None:
        super().__init__()
        self.low = nn.Conv2d(3, 5, 3, padding=1)
        self.act = nn.ReLU(inplace=True)
        self.body = nn.Conv2d(5, 6, 3, padding=1)
        self.last = nn.ReLU(inplace=True)
        self.head = nn.Linear(6, n_outputs)

    def forward(self, pixels: Tensor) -> Any:
        return self.head(self.last(self.body(self.act(self.low(pixels)))).mean((2, 3)))


class Several(Pooled):
    """Gives features and outputs in a tuple."""

    def forward(self, pixels: Tensor) -> Any:
        found = super().forward(pixels)
        return found.exp(), found


class Named(NamedTuple):
    """Outputs with names."""

    logits: Tensor
    depth: Tensor


class Probable(Pooled):
    """Ends in a softmax, or, for a single output, in a sigmoid."""

    def forward(self, pixels: Tensor) -> Any:
        found = super().forward(pixels)
        return found.softmax(1) if found.shape[1] > 1 else found.sigmoid()


class Hybrid(nn.Module):
    """A convolutional stem, a transformer block over its places, and a shortcut around it."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 4, stride=4)
        self.act = nn.GELU()
        self.block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True, norm_first=True)
        self.head = nn.Linear(8, 3)

    def forward(self, pixels: Tensor) -> Tensor:
        cells = self.act(self.stem(pixels)).flatten(2).transpose(1, 2)
        return self.head((self.block(cells) + 0.5 * cells).mean(1))


def vit() -> nn.Module:
    """A vision transformer with a class token."""
    return timm.create_model(
        "vit_tiny_patch16_224", img_size=32, patch_size=8, depth=3, embed_dim=24, num_heads=2, num_classes=3
    )


MODELS = {
    "cnn": (Pooled, ["low", "body", "last"], {}),
    "vit": (vit, ["blocks.0", "blocks.1.mlp.act", "blocks.2"], {"sign": "both"}),
    "hybrid": (Hybrid, ["stem", "block"], {"sign": "both"}),
    "dense": (Pooled, ["last", "head"], {}),
    "several": (Several, ["body", "last"], {"output": 1}),
}
"""Name -> a maker of the model, the layers of its lens, and further arguments of `Lens.build`."""


def made(maker: Any, seed: int = 0, **options: Any) -> nn.Module:
    """A model with weights that do not depend on what ran before."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return maker(**options).eval()


def lens_of(model: nn.Module, layers: list[str], **options: Any) -> Lens:
    """A lens of a model over 24 pictures of three colours."""
    options = {"classes": list(COLOURS), "k": 4, "foundation_model": ColourSpace(), **options}
    images = as_images(noisy(), labels=labels())
    return Lens.build(model, images, layers, transform=to_tensor, progress=False, **options)


def noisy() -> Any:
    """Pictures whose places differ, so that maps have a shape."""
    generator = torch.Generator().manual_seed(3)
    frames = torch.from_numpy(pictures()).float()
    return (frames + 90 * torch.rand(frames.shape, generator=generator)).clamp(0, 255).byte().numpy()
