"""A model prepared for attribution, and put back afterwards."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain

import torch
from torch import nn

from semanticlens_widgets.layers import evaluating

_SWITCHED = ("inplace", "grad_checkpointing", "gradient_checkpointing")


@contextmanager
def differentiable(model: nn.Module, *, in_place: bool = True) -> Iterator[None]:
    """The model in eval mode, with gradients for what passes through it and not for its weights.

    That no weight asks for a gradient keeps the graph to what comes after the first studied layer.
    `in_place=False` turns off the modules that overwrite their input, and checkpoints, which run a part of the model
    again in the backward pass. Every flag is put back at the end, and gradients that weights have already stay
    untouched.
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
        if not in_place:
            for module in model.modules():
                for flag in _SWITCHED:
                    if getattr(module, flag, False) is True:
                        setattr(module, flag, False)
                        undo.callback(setattr, module, flag, True)
        undo.enter_context(torch.inference_mode(False))
        undo.enter_context(torch.enable_grad())
        yield


@contextmanager
def explained_in_place() -> Iterator[None]:
    """Rephrases torch's error about a value that was overwritten although the backward pass needs it."""
    try:
        yield
    except RuntimeError as error:
        if not any(words in str(error) for words in ("inplace operation", "in-place operation", "out=...")):
            raise
        raise ValueError(
            "the model must not overwrite in place what its backward pass needs; turn that off where it does, "
            f"for example with nn.ReLU(inplace=False) ({str(error).splitlines()[0]})"
        ) from error
