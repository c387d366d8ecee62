"""Lookup world: numbered images and a model that looks up their activations, so that every score is exact."""

import torch
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets.layers.axes._probe_runs import is_probing


class NumberedImages:
    """Images of one pixel that encodes their number; some are broken."""

    fingerprint = "numbered"

    def __init__(self, n: int, broken: tuple[int, ...] = ()):
        self.n, self.broken = n, broken
        self.decoded: list[int] = []

    def __len__(self) -> int:
        return self.n

    def image(self, sample: int) -> Image.Image:
        self.decoded.append(sample)
        if sample in self.broken:
            raise OSError(f"image {sample} is truncated")
        return Image.new("RGB", (1, 1), (sample // 256, sample % 256, 0))

    def label(self, sample: int) -> None:
        return None

    def name(self, sample: int) -> str:
        return f"{sample}.png"


def number_of(image: Image.Image) -> Tensor:
    """The transform: a (3,1,1) tensor with the image's number three times."""
    high, low, _ = image.tobytes()
    return torch.full((3, 1, 1), float(high * 256 + low))


class Lookup(nn.Module):
    """A layer that returns row i of its table for image i."""

    table: Tensor

    def __init__(self, table: Tensor):
        super().__init__()
        self.register_buffer("table", table)

    def forward(self, pixels: Tensor) -> Tensor:
        return marked(self.table[pixels[:, 0, 0, 0].long()])


def marked(rows: Tensor) -> Tensor:
    """A copy by an operation that tells the axis of components: maps (B,C,H,W), tokens (B,T,C)."""
    if rows.ndim == 4 and rows.is_floating_point():
        return nn.functional.pixel_shuffle(rows, 1)
    if rows.ndim == 3 and rows.is_floating_point():
        flat = rows.reshape(-1, rows.shape[2])
        return nn.functional.embedding(torch.arange(len(flat), device=rows.device), flat).view(rows.shape)
    return rows


class LookupModel(nn.Module):
    """A model with one layer per table, each followed by an in-place operation that overwrites its output."""

    def __init__(self, **tables: Tensor):
        super().__init__()
        self.layers = nn.ModuleDict({name: Lookup(table) for name, table in tables.items()})
        self.batch_sizes: list[int] = []
        self.formats: list[bool] = []

    def forward(self, pixels: Tensor) -> Tensor:
        if not is_probing():
            self.batch_sizes.append(len(pixels))
        for layer in self.layers.values():
            layer(pixels).zero_()
        return pixels


def activations(n: int, *shape: int, seed: int = 0) -> Tensor:
    return torch.randn(n, *shape, generator=torch.Generator().manual_seed(seed))
