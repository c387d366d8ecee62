"""Eval mode without gradients, for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Puts the model in eval mode without gradients; restores every flag at the end."""
    before = [(module, module.training) for module in model.modules()]
    try:
        _set_training([(module, False) for module, _ in before])
        with torch.no_grad():
            yield
    finally:
        _set_training(before)


# Flags are set one by one: a model may override `train()` and `eval()` (to merge adapters, to freeze layers), and
# the effects of these could not be undone.
def _set_training(flags: list[tuple[nn.Module, bool]]) -> None:
    for module, training in flags:
        module.training = training
