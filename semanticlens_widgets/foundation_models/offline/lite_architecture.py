"""The architecture of EfficientNet-Lite 0, 1 and 2: its modules have timm's names, and timm is not imported.

With all its models and what they import, that takes four seconds of processor time, twice as long as the rest of
`slw.demo()` with a full cache.

Sources: M. Tan and Q. Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML 2019, arXiv
1905.11946; M. Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018, arXiv 1801.04381 (the
blocks). Of the Lite variants TensorFlow's code is the source: ReLU6, no squeeze-and-excitation, a stem and a head that
are not scaled, padding "same".
"""

import math
from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn.functional import pad

_DEPTHS = {0: (1, 2, 2, 3, 3, 4, 1), 1: (1, 3, 3, 4, 4, 5, 1), 2: (1, 3, 3, 4, 4, 5, 1)}
_WIDTHS = {
    0: (16, 24, 40, 80, 112, 192, 320),
    1: (16, 24, 40, 80, 112, 192, 320),
    2: (16, 24, 48, 88, 120, 208, 352),
}
_KERNELS, _STRIDES = (3, 3, 5, 3, 5, 5, 3), (1, 2, 2, 2, 1, 2, 1)
_STEM, _HEAD, _EXPANSION, _CLASSES = 32, 1280, 6, 1000
_CROPPED = {0: 0.875, 1: 0.882, 2: 0.89}


class EfficientNetLite(nn.Module):
    """A classifier of 1,000 outputs with random weights."""

    def __init__(self, variant: int, size: int) -> None:
        super().__init__()
        self.pretrained_cfg = {
            "architecture": f"tf_efficientnet_lite{variant}",
            "input_size": (3, size, size),
            "interpolation": "bicubic",
            "crop_pct": _CROPPED[variant],
            "mean": (0.5, 0.5, 0.5),
            "std": (0.5, 0.5, 0.5),
        }
        self.conv_stem = _convolution(3, _STEM, 3, stride=2)
        self.bn1 = NormReLU6(_STEM)
        # timm draws the weights of two more that it drops: so a seed gives the same ones here.
        for _ in range(2):
            nn.Conv2d(8, 8, 1)
        self.blocks = nn.Sequential(*_stages(variant))
        self.conv_head = _convolution(_WIDTHS[variant][-1], _HEAD)
        self.bn2 = NormReLU6(_HEAD)
        self.global_pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.classifier = nn.Linear(_HEAD, _CLASSES)
        self.apply(_initialize)

    def forward(self, pixels: Tensor) -> Tensor:
        """Logits (sample, class) of pixels (sample, 3, height, width)."""
        found = self.blocks(self.bn1(self.conv_stem(pixels)))
        return self.classifier(self.global_pool(self.bn2(self.conv_head(found))))


class Block(nn.Module):
    """Convolutions with batch norms, under their names; its input is added where it has the same shape."""

    def __init__(self, has_shortcut: bool, parts: Sequence[tuple[str, nn.Module]]) -> None:
        super().__init__()
        self.has_shortcut = has_shortcut
        for name, part in parts:
            self.add_module(name, part)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (sample, channel, height, width)."""
        found = maps
        for part in self.children():
            found = part(found)
        return found + maps if self.has_shortcut else found


class Norm(nn.BatchNorm2d):
    """A batch norm with TensorFlow's epsilon."""

    def __init__(self, n: int) -> None:
        super().__init__(n, eps=0.001)


class NormReLU6(Norm):
    """A batch norm and ReLU6."""

    def __init__(self, n: int) -> None:
        super().__init__(n)
        self.act = nn.ReLU6(inplace=True)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (torch names it)
        """Values in [0, 6]."""
        return self.act(super().forward(input))


class SamePadded(nn.Conv2d):
    """A convolution with a stride that gives ceil(side / stride) values; the odd column of padding is the last."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (torch names it)
        """Maps (sample, channel, height, width)."""
        (top, bottom), (left, right) = map(self._missing, input.shape[2:], self.kernel_size, self.stride)
        return super().forward(pad(input, (left, right, top, bottom)))

    @staticmethod
    def _missing(side: int, kernel: int, stride: int) -> tuple[int, int]:
        n = max(0, (math.ceil(side / stride) - 1) * stride + kernel - side)
        return n // 2, n - n // 2


def _stages(variant: int) -> list[nn.Module]:
    stages, n_in = [], _STEM
    for number, (depth, n) in enumerate(zip(_DEPTHS[variant], _WIDTHS[variant], strict=True)):
        blocks = []
        for at in range(depth):
            stride = 1 if at else _STRIDES[number]
            blocks.append(_block(n_in, n, _KERNELS[number], stride, expands=number > 0))
            n_in = n
        stages.append(nn.Sequential(*blocks))
    return stages


def _block(n_in: int, n: int, kernel: int, stride: int, *, expands: bool) -> Block:
    inner = n_in * _EXPANSION if expands else n_in
    parts: list[tuple[str, nn.Module]] = []
    if expands:
        parts += [("conv_pw", _convolution(n_in, inner)), ("bn1", NormReLU6(inner))]
    parts += [
        ("conv_dw", _convolution(inner, inner, kernel, stride, groups=inner)),
        ("bn2" if expands else "bn1", NormReLU6(inner)),
        ("conv_pwl" if expands else "conv_pw", _convolution(inner, n)),
        ("bn3" if expands else "bn2", Norm(n)),
    ]
    return Block(stride == 1 and n_in == n, parts)


def _convolution(n_in: int, n: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> nn.Conv2d:
    if stride > 1:
        return SamePadded(n_in, n, kernel, stride, groups=groups, bias=False)
    return nn.Conv2d(n_in, n, kernel, padding=kernel // 2, groups=groups, bias=False)


def _initialize(module: Any) -> None:
    """Random weights as TensorFlow draws them for this family."""
    if isinstance(module, nn.Conv2d):
        fan_out = math.prod(module.kernel_size) * module.out_channels // module.groups
        nn.init.normal_(module.weight, 0, math.sqrt(2 / fan_out))
    elif isinstance(module, nn.Linear):
        limit = 1 / math.sqrt(module.out_features)
        nn.init.uniform_(module.weight, -limit, limit)
        nn.init.zeros_(module.bias)
