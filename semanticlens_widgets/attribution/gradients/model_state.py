"""A model prepared for attribution, and put back afterwards."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain

import torch
from torch import nn

from semanticlens_widgets.layers import evaluating

_CHECKPOINTS = ("grad_checkpointing", "gradient_checkpointing")
"""Flags of modules that run a part of the model again in the backward pass, where layers would be read once more."""


@contextmanager
def differentiable(model: nn.Module, *, in_place: bool = True) -> Iterator[None]:
    """The model in eval mode, with gradients for what passes through it and not for its weights.

    That no weight asks for a gradient keeps the graph to what comes after the first studied layer.
    Checkpoints are turned off, and with `in_place=False` the modules that overwrite their input. Every flag is put back
    at the end, and gradients that weights have already stay untouched.
    """
    if any(weight.is_inference() for weight in chain(model.parameters(), model.buffers())):
        raise ValueError(
            "the model must have weights that gradients can pass by, and they were made in torch.inference_mode(); "
            "make the model, or load it, outside of that"
        )
    with ExitStack() as undo:
        undo.enter_context(evaluating(model))
        for weight in model.parameters():
            if weight.requires_grad and weight.is_leaf:
                weight.requires_grad_(False)
                undo.callback(weight.requires_grad_)
        for module in model.modules():
            for flag in _CHECKPOINTS if in_place else (*_CHECKPOINTS, "inplace"):
                if getattr(module, flag, False) is True:
                    setattr(module, flag, False)
                    undo.callback(setattr, module, flag, True)
        undo.enter_context(torch.inference_mode(False))
        undo.enter_context(torch.enable_grad())
        yield


@contextmanager
def explained_backward() -> Iterator[None]:
    """Rephrases torch's errors about values that the backward pass needs: overwritten, or made again in another way."""
    try:
        yield
    except RuntimeError as error:
        if "torch.utils.checkpoint" in str(error):
            raise ValueError(
                "the model must not run a part again in the backward pass; turn its gradient checkpointing off"
            ) from error
        if not any(words in str(error) for words in ("inplace operation", "in-place operation", "out=...")):
            raise
        raise ValueError(
            "the model must not overwrite in place what its backward pass needs; turn that off where it does, "
            f"for example with nn.ReLU(inplace=False) ({str(error).splitlines()[0]})"
        ) from error
