"""Batch norms merged into the linear or convolutional layer before them, as LRP needs them."""

from collections import Counter
from contextlib import ExitStack
from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from semanticlens_widgets.attribution._extra import extra

_LINEAR = (nn.Linear, nn.modules.conv._ConvNd)


def batch_norm_merger(model: nn.Module, pixels: Tensor) -> Any:
    """A zennit canonizer that merges the pairs of one forward pass, and separates them when it is removed.

    zennit finds a batch norm by its place after a convolution among the leaves of the module tree, which misses those
    with their activation as a child, as timm's have. The layer that really feeds it shows when the model runs.
    """
    pairs = _pairs(model, pixels)

    class Merger(extra("zennit.canonizers", "lrp").MergeBatchNorm):
        def apply(self, root_module: nn.Module) -> list[Any]:
            merged = []
            for linear, norm in pairs:
                canonizer = self.copy()
                canonizer.register((linear,), norm)
                # zennit leaves the epsilon in place, which would shrink every value by sqrt(1 + epsilon).
                norm.running_var.data = norm.running_var.data - norm.eps
                merged.append(canonizer)
            return merged

    return Merger()


def _pairs(model: nn.Module, pixels: Tensor) -> list[tuple[nn.Module, Any]]:
    """Pairs of a layer and the batch norm, with statistics and weights, that takes its output and alone does so."""
    outputs: list[tuple[nn.Module, Tensor]] = []
    pairs: list[tuple[nn.Module, Any]] = []
    uses = _Uses()

    def given(module: nn.Module, _inputs: object, output: Tensor) -> None:
        outputs.append((module, output))
        # A tensor that is gone may have had the same id.
        uses.count[id(output)] = 0

    def taken(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        pairs.extend((module, norm) for module, output in outputs if output is inputs[0])

    with ExitStack() as undo:
        for module in model.modules():
            if isinstance(module, _LINEAR):
                undo.callback(module.register_forward_hook(given).remove)
            elif isinstance(module, nn.modules.batchnorm._BatchNorm) and _is_affine(module):
                undo.callback(module.register_forward_pre_hook(taken).remove)
        undo.enter_context(uses)
        model(pixels.detach().clone())
    alone = {id(module) for module, output in outputs if uses.count[id(output)] == 1}
    return [(linear, norm) for linear, norm in pairs if id(linear) in alone]


class _Uses(TorchFunctionMode):
    """Counts the functions that make something of each tensor: a shortcut around a batch norm is a second one."""

    def __init__(self) -> None:
        super().__init__()
        self.count: Counter[int] = Counter()

    def __torch_function__(
        self, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Called in place of torch's functions of tensors."""
        found = func(*args, **(kwargs or {}))
        if isinstance(found, Tensor):
            self.count.update({id(each) for each in args if isinstance(each, Tensor)})
        return found


def _is_affine(norm: nn.modules.batchnorm._BatchNorm) -> bool:
    return norm.running_mean is not None and norm.weight is not None and norm.bias is not None
