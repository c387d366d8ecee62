"""Functions of rows, such as the encoder of an autoencoder: called with checks, and the modules in them."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import FunctionType, MethodType, ModuleType
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets.layers.fingerprints.behaviour import global_names

Function = Callable[[Tensor], Tensor]
_DEEPEST = 4


class Linear:
    """A matrix (component, dim) as a function: the products with its rows, or sums of them."""

    def __init__(self, weight: Float[Tensor, "component dim"], *, transposed: bool) -> None:
        self.weight, self.transposed = weight, transposed

    def __call__(self, rows: Tensor) -> Tensor:
        """(row, dim) to (row, component); transposed the other way round."""
        weight = self.weight.to(rows)
        return rows @ (weight if self.transposed else weight.T)


def call(title: str, function: Function, rows: Float[Tensor, "row _"], width: int) -> Float[Tensor, "row _"]:
    """The rows that the function gives; raises ValueError unless they are as many, of floats, and `width` wide."""
    try:
        found = function(rows)
    except torch.cuda.OutOfMemoryError:
        raise
    except (RuntimeError, TypeError, ValueError, AssertionError, IndexError) as error:
        raise ValueError(
            f"{title} fails on rows of shape {tuple(rows.shape)}, {rows.dtype}, on {str(rows.device)!r} "
            f"({type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}); it must take one row for "
            "each place and sample"
        ) from error
    if not isinstance(found, Tensor):
        raise ValueError(
            f"{title} must give a tensor, not a {type(found).__name__}; take its part: encode=lambda rows: ...[0]"
        )
    if found.shape != (len(rows), width) or not found.is_floating_point():
        raise ValueError(
            f"{title} must give floats of shape {(len(rows), width)} for rows of shape {tuple(rows.shape)}, not "
            f"{found.dtype} of {tuple(found.shape)}; set n, or choose the layer that it was trained on"
        )
    return found.to_dense() if found.layout != torch.strided else found


def check_repeatable(title: str, function: Callable[[Tensor], Tensor], rows: Float[Tensor, "row _"]) -> None:
    """Raises ValueError for a function that gives a row other values by chance, or among fewer other rows."""
    found, again, half = function(rows), function(rows), function(rows[: (len(rows) + 1) // 2])
    if not torch.allclose(found, again, rtol=1e-5, atol=1e-6, equal_nan=True):
        raise ValueError(
            f"{title} gives the same rows other values when called again: turn off what depends on chance (dropout, "
            "noise)"
        )
    apart = (found[: len(half)] - half).abs().sum()
    # Of equal values that compete for the last place, rounding may choose another one.
    if apart > 0.01 * half.abs().sum():
        raise ValueError(
            f"{title} gives a row other values among other rows, and must not: choose by a threshold that is kept, "
            "not by the best of the batch"
        )


def modules_of(value: object, depth: int = 0) -> Iterator[nn.Module]:
    """The modules that a function uses: itself, whose method it is, and what its code refers to."""
    if isinstance(value, nn.Module):
        yield value
    elif depth < _DEEPEST:
        for part in _parts(value):
            yield from modules_of(part, depth + 1)


def _parts(value: Any) -> list[object]:
    if isinstance(value, MethodType):
        return [value.__self__, value.__func__]
    if isinstance(value, partial):
        return [value.func, *value.args, *value.keywords.values()]
    if isinstance(value, FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or () if _is_full(cell)]
        names = global_names(value.__code__) & value.__globals__.keys()
        defaults = [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
        return [*cells, *defaults, *(value.__globals__[name] for name in names)]
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, Mapping):
        return list(value.values())
    own = getattr(value, "__dict__", None)
    return list(own.values()) if isinstance(own, dict) and not isinstance(value, type | ModuleType) else []


def _is_full(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:  # a name that was not given a value yet
        return False
    return True
