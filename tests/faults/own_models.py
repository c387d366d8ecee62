"""Small networks of our own, each written as some public model is, and as no hook expects it."""

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class Body(nn.Module):
    """Two convolutions and a linear head; what comes between is the subclass's."""

    def __init__(self, width: int = 12, stride: int = 4, n_outputs: int = 5) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3, stride, padding=1)
        self.body = nn.Conv2d(width, width, 3, padding=1)
        self.head = nn.Linear(width, n_outputs)

    def forward(self, pixels: Tensor) -> Any:
        return self.head(self.middle(self.stem(pixels).relu()).mean((2, 3)))

    def middle(self, maps: Tensor) -> Tensor:
        return self.body(maps).relu()


class AddsInPlace(Body):
    def middle(self, maps: Tensor) -> Tensor:
        out = self.body(maps)
        out += maps
        return out.relu_()


class AddsUnassigned(Body):
    def middle(self, maps: Tensor) -> Tensor:
        out = self.body(maps)
        out.add_(maps)
        return out.relu()


class StacksAndSums(Body):
    def middle(self, maps: Tensor) -> Tensor:
        return torch.stack([self.body(maps), maps]).sum(0).relu()


class GatesInPlace(Body):
    def middle(self, maps: Tensor) -> Tensor:
        out = self.body(maps).relu()
        out *= torch.sigmoid(out.mean((2, 3), keepdim=True))
        return out


class BatchStatistics(Body):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(12, track_running_stats=False)

    def middle(self, maps: Tensor) -> Tensor:
        return self.norm(self.body(maps)).relu()


class AlwaysDropsOut(Body):
    def middle(self, maps: Tensor) -> Tensor:
        return self.body(functional.dropout(maps, 0.3)).relu()


class FeaturesAndLogits(Body):
    def forward(self, pixels: Tensor) -> Any:
        features = self.middle(self.stem(pixels).relu()).mean((2, 3))
        return features, self.head(features)


class DictOfLogits(Body):
    def forward(self, pixels: Tensor) -> Any:
        features = self.middle(self.stem(pixels).relu()).mean((2, 3))
        return {"features": features, "logits": self.head(features)}


class DropsOutBehind(Body):
    def forward(self, pixels: Tensor) -> Any:
        return functional.dropout(super().forward(pixels), 0.3)


class BatchStatisticsBehind(Body):
    def forward(self, pixels: Tensor) -> Any:
        logits = super().forward(pixels)
        return logits - logits.mean(0)


class SqueezedOutput(Body):
    def __init__(self) -> None:
        super().__init__(n_outputs=1)

    def forward(self, pixels: Tensor) -> Any:
        return super().forward(pixels).squeeze()


class NormalizesPixels(Body):
    """Pixels are scaled and shifted inside, in place, and padded."""

    def forward(self, pixels: Tensor) -> Any:
        scaled = pixels.clone().sub_(0.1).div_(torch.tensor([0.3, 0.4, 0.5]).view(3, 1, 1))
        return super().forward(functional.pad(scaled, (1, 1, 1, 1))[..., 1:-1, 1:-1])


class PatchesByUnfolding(nn.Module):
    """Patches are cut out by reshaping and embedded by a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(192, 16)
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 5)

    def forward(self, pixels: Tensor) -> Tensor:
        patches = pixels.unflatten(2, (-1, 8)).unflatten(4, (-1, 8)).permute(0, 2, 4, 3, 5, 1)
        tokens = self.norm(self.embed(patches.flatten(3).flatten(1, 2)))
        return self.head(functional.gelu(tokens).mean(1))


class Cubes(Body):
    """Maps as high and wide as they have channels."""

    def __init__(self) -> None:
        super().__init__(width=16)


class HighAsChannels(Body):
    """Maps (B, 12, 12, 6) of a square input: strides differ."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 12, 3, (4, 8), padding=1)


class Modular(nn.Sequential):
    """Modules alone, as zennit has rules for."""

    def __init__(self) -> None:
        parts = {"stem": nn.Conv2d(3, 12, 3, 4, padding=1), "act": nn.ReLU(inplace=True)}
        parts |= {"body": nn.Conv2d(12, 12, 3, padding=1), "last": nn.ReLU(inplace=True)}
        parts |= {"pool": nn.AdaptiveAvgPool2d(1), "flat": nn.Flatten(), "head": nn.Linear(12, 5)}
        super().__init__(OrderedDict(parts))


class Bracketed(Body):
    def __init__(self) -> None:
        super().__init__()
        self.add_module("branch[0]", nn.Conv2d(12, 12, 3, padding=1))

    def middle(self, maps: Tensor) -> Tensor:
        return self.get_submodule("branch[0]")(maps).relu()


class WrittenAttention(nn.Module):
    """Attention as products and a softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 16, 8, 8)
        self.qkv = nn.Linear(16, 48)
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 5)

    def forward(self, pixels: Tensor) -> Tensor:
        tokens = self.norm(self.patches(pixels).flatten(2).transpose(1, 2))
        queries, keys, values = self.qkv(tokens).chunk(3, 2)
        weights = torch.softmax(queries @ keys.transpose(1, 2) / 4, 2)
        return self.head((tokens + weights @ values).mean(1))


class TokensFirst(nn.Module):
    """(token, batch, component), with as many tokens as images in a batch: 4."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 16, 16, 16)
        self.block = nn.TransformerEncoderLayer(16, 2, 32, batch_first=False)
        self.head = nn.Linear(16, 5)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.head(self.block(self.patches(pixels).flatten(2).permute(2, 0, 1)).mean(0))


class Sequence(nn.Module):
    """(batch, component, place) of a Conv1d over the rows of the image."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(96, 24, 3, padding=1)
        self.norm = nn.BatchNorm1d(24)
        self.head = nn.Linear(24, 5)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.head(self.norm(self.conv(pixels.flatten(1, 2))).relu().mean(2))


class FlattenedMaps(Body):
    """(batch, component, place) out of Flatten(2)."""

    def __init__(self) -> None:
        super().__init__()
        self.flat = nn.Flatten(2)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.head(self.flat(self.middle(self.stem(pixels).relu())).mean(2))
