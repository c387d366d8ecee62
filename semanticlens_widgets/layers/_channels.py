"""Where a layer has its components: before the places of a map, (B,C,H,W), or behind them, (B,H,W,C)."""

from collections.abc import Iterable

from torch import Tensor, nn


def has_channels_last(module: nn.Module, output: Tensor, square: bool) -> bool:
    """Whether a 4-D output is (B,H,W,C), as in Swin and in the linear layers of ConvNeXt.

    A linear layer or layer norm says so itself. Of any other it is read off the shape, and only where the model's input
    is `square`, because its maps then are too: two equal sides come first, and they are not followed by a third.
    """
    if output.ndim != 4:
        return False
    # Subclasses may do otherwise: timm's LayerNorm2d takes and gives (B,C,H,W).
    if type(module) is nn.Linear or (type(module) is nn.LayerNorm and len(module.normalized_shape) == 1):
        return True
    return square and output.shape[1] == output.shape[2] != output.shape[3]


def channels_first(module: nn.Module, output: Tensor, square: bool) -> Tensor:
    """The output of the layer, a map as (B,C,H,W)."""
    return output.permute(0, 3, 1, 2) if has_channels_last(module, output, square) else output


def is_square(inputs: Iterable[object]) -> bool:
    """Whether the images among a model's inputs are as high as wide."""
    return any(
        isinstance(value, Tensor) and value.ndim == 4 and value.shape[2] == value.shape[3] for value in inputs
    )
