"""Trial runs of a model: hooks that stand still meanwhile, and inputs of other sizes than those at hand."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import torch
from torch import Tensor, nn

_PROBING: ContextVar[bool] = ContextVar("semanticlens_probing", default=False)
_SEEDS = itertools.count()

Inputs = tuple[tuple[object, ...], dict[str, object]]
"""Arguments of a forward pass, by position and by name."""


def is_probing() -> bool:
    """True while a model runs to find its layouts, when hooks keep and change nothing."""
    return _PROBING.get()


@contextmanager
def probing() -> Iterator[None]:
    """Marks the runs inside the context, which leave torch's random numbers as they were."""
    before = _PROBING.set(True)
    try:
        cuda = [torch.cuda.current_device()] if torch.cuda.is_initialized() else []
        with torch.random.fork_rng(cuda):
            # Runs draw other numbers, so that outputs which depend on chance differ.
            torch.manual_seed(next(_SEEDS))
            yield
    finally:
        _PROBING.reset(before)


def resized(inputs: Inputs, n: int) -> Inputs:
    """The inputs with `n` samples; if there are fewer, others are made of them by shifts along the last axis."""
    parts = [*inputs[0], *inputs[1].values()]
    size = next((len(part) for part in parts if isinstance(part, Tensor) and part.ndim > 1), 0)

    def sized(part: Any) -> Any:
        if not isinstance(part, Tensor) or part.ndim < 1 or len(part) != size:
            return part
        rows = [
            part[row % size].roll(row // size, -1) if part.ndim > 1 else part[row % size] for row in range(n)
        ]
        return torch.stack(rows)

    return _each(inputs, sized)


def enlarged(inputs: Inputs) -> Inputs:
    """The inputs with images of twice the height and width."""

    def larger(part: Any) -> Any:
        is_images = isinstance(part, Tensor) and part.ndim == 4 and part.is_floating_point()
        return nn.functional.interpolate(part, scale_factor=2) if is_images else part

    return _each(inputs, larger)


def _each(inputs: Inputs, change: Callable[[Any], Any]) -> Inputs:
    positional, named = inputs
    return tuple(change(part) for part in positional), {name: change(part) for name, part in named.items()}
