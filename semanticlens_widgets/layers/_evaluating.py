"""A model in eval mode without gradients, and one thread alone with it, for a while."""

import threading
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch
from torch import nn

from semanticlens_widgets.layers._process import in_full_precision

_LOCKS: "weakref.WeakKeyDictionary[nn.Module, threading.RLock]" = weakref.WeakKeyDictionary()
_NEW_LOCK = threading.Lock()


@contextmanager
def alone_with(model: nn.Module) -> Iterator[None]:
    """Makes other threads wait that would run or change the same model through this library."""
    with _NEW_LOCK:
        lock = _LOCKS.setdefault(model, threading.RLock())
    with lock:
        yield


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Puts the model in eval mode, without gradients and in its own precision, alone with it; restores every flag."""
    with alone_with(model), in_full_precision(), ExitStack() as undo:
        for kind in {tensor.device.type for tensor in model.parameters()}:
            undo.enter_context(torch.autocast(kind, enabled=False))
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
