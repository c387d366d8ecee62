"""A model prepared for attribution, and put back afterwards."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import nn

from semanticlens_widgets.layers import evaluating


@contextmanager
def differentiable(model: nn.Module, *, in_place: bool = True) -> Iterator[None]:
    """The model in eval mode, with gradients for what passes through it and not for its weights.

    That no weight asks for a gradient keeps the graph to what comes after the first studied layer.
    `in_place=False` turns off the modules that overwrite their input. Every flag is put back at the end, and
    gradients that weights have already stay untouched.
    """
    with ExitStack() as undo:
        undo.enter_context(evaluating(model))
        for weight in model.parameters():
            if weight.requires_grad and weight.is_leaf:
                weight.requires_grad_(False)
                undo.callback(weight.requires_grad_)
        if not in_place:
            for module in model.modules():
                if getattr(module, "inplace", False) is True:
                    _turn_off(module)
                    undo.callback(setattr, module, "inplace", True)
        undo.enter_context(torch.inference_mode(False))
        undo.enter_context(torch.enable_grad())
        yield


def _turn_off(module: Any) -> None:
    module.inplace = False


@contextmanager
def explained_in_place() -> Iterator[None]:
    """Rephrases torch's error about a value that was overwritten although the backward pass needs it."""
    try:
        yield
    except RuntimeError as error:
        if "inplace operation" not in str(error) and "in-place operation" not in str(error):
            raise
        raise ValueError(
            "the model must not overwrite in place what its backward pass needs; turn that off where it does, "
            f"for example with nn.ReLU(inplace=False) ({str(error).splitlines()[0]})"
        ) from error
