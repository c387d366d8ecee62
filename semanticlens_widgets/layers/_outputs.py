"""The tensor inside a layer's output, which may be a tuple, list, mapping or dataclass."""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from torch import Tensor

PREFERRED = ("last_hidden_state", "logits")


def output_tensor(layer: str, output: object) -> Tensor:
    """The floating-point tensor in a layer's output.

    In a tuple, list, mapping or dataclass it is the first one, after `last_hidden_state` and `logits`. Raises
    TypeError, naming the layer, if there is none.
    """
    tensor = _first(output)
    if tensor is None:
        raise TypeError(_without(layer, output))
    return tensor


def with_tensor(layer: str, output: object, change: Callable[[Tensor], Tensor]) -> Any:
    """A copy of the output with `change(tensor)` in place of the tensor that `output_tensor` finds.

    Raises TypeError, naming the layer, if there is none.
    """
    changed = _changed(output, change)
    if changed is None:
        raise TypeError(_without(layer, output))
    return changed


def _first(output: object) -> Tensor | None:
    if isinstance(output, Tensor):
        return output if output.is_floating_point() else None
    tensors = (_first(part) for _, part in _parts(output))
    return next((tensor for tensor in tensors if tensor is not None), None)


def _changed(output: object, change: Callable[[Tensor], Tensor]) -> object | None:
    if isinstance(output, Tensor):
        return change(output) if output.is_floating_point() else None
    for key, part in _parts(output):
        changed = _changed(part, change)
        if changed is not None:
            return _replaced(output, key, changed)
    return None


def _parts(output: object) -> Iterable[tuple[Any, object]]:
    """The parts of an output as (index or key, part), in the order of preference."""
    if is_dataclass(output) and not isinstance(output, Mapping | type):
        output = {field.name: getattr(output, field.name) for field in fields(output)}
    if isinstance(output, Mapping):
        first = [name for name in PREFERRED if name in output]
        return [(name, output[name]) for name in [*first, *output]]
    return enumerate(output) if isinstance(output, tuple | list) else ()


def _replaced(output: Any, key: Any, part: object) -> object:
    """A copy of the output with one part replaced."""
    if isinstance(output, tuple):
        parts = [*output[:key], part, *output[key + 1 :]]
        return type(output)(*parts) if hasattr(output, "_fields") else type(output)(parts)
    changed = copy.copy(output)
    if isinstance(output, Mapping | list):
        changed[key] = part
    else:
        # A frozen dataclass forbids plain assignment.
        object.__setattr__(changed, key, part)
    return changed


def _without(layer: str, output: object) -> str:
    return (
        f"layer {layer!r} gives {_described(output)}, not a floating-point tensor; choose a layer inside it"
    )


def _described(output: object) -> str:
    return f"a tensor of {output.dtype}" if isinstance(output, Tensor) else f"a {type(output).__name__}"
