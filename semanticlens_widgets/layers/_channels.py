"""The channel axis of a layer's output: before the positions of a map, (B,C,H,W), or after them, (B,H,W,C)."""

from collections.abc import Iterable

from torch import Tensor, nn


def has_channels_last(module: nn.Module, output: Tensor, square: bool) -> bool:
    """True if a 4-D output is (B,H,W,C), as in Swin and in the linear layers of ConvNeXt.

    The type tells for linear layers and layer norms. For any other layer the shape must tell, which it does only if the
    model's input is `square`, and so its maps: then the first two sides are equal, and the third differs.
    """
    if output.ndim != 4:
        return False
    # Subclasses may differ: timm's LayerNorm2d takes and returns (B,C,H,W).
    if type(module) is nn.Linear or (type(module) is nn.LayerNorm and len(module.normalized_shape) == 1):
        return True
    return square and output.shape[1] == output.shape[2] != output.shape[3]


def channels_first(module: nn.Module, output: Tensor, square: bool) -> Tensor:
    """The layer's output, with maps converted to (B,C,H,W)."""
    return output.permute(0, 3, 1, 2) if has_channels_last(module, output, square) else output


def is_square(inputs: Iterable[object]) -> bool:
    """True if a model's inputs include images that are as high as wide."""
    return any(
        isinstance(value, Tensor) and value.ndim == 4 and value.shape[2] == value.shape[3] for value in inputs
    )
