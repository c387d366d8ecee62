"""Models that a function makes, here and on every worker, so that their weights are not sent."""

import weakref
from collections.abc import Callable
from typing import Any

from torch import nn

_MAKERS: "weakref.WeakKeyDictionary[Any, Callable[[], Any]]" = weakref.WeakKeyDictionary()


def made(model: Any, executor: object) -> Any:
    """The model, or the one that a function makes, which workers will call; without an executor what was given.

    Raises TypeError when the function makes no model.
    """
    if executor is None or isinstance(model, nn.Module) or not callable(model):
        return model
    found = model()
    if not isinstance(found, nn.Module):
        raise TypeError(f"model must be a torch module or a function that makes one, and it made {found!r}")
    return made_by(model, found)


def made_by(maker: Callable[[], Any], found: Any) -> Any:
    """Notes the function that made it, which workers will call, and returns it."""
    _MAKERS[found] = maker
    return found


def maker_of(value: object) -> Callable[[], Any] | None:
    """The function that made it; None for what was given as it is."""
    try:
        return _MAKERS.get(value)
    except TypeError:  # neither hashable nor referable
        return None
