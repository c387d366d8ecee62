"""The tensor inside a layer's output, which may be a tuple, list, mapping or dataclass."""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from torch import Tensor

PREFERRED = ("last_hidden_state", "logits")
_FIRST_COUNTS = ("torch.nn.modules.", "transformers.")
"""Packages whose modules give first what they compute."""


def output_tensor(layer: str, output: object, module: object = None) -> Tensor:
    """The floating-point tensor in the output of a layer, which is a module.

    In a tuple, list, mapping or dataclass it is the part `last_hidden_state` or `logits`, else the only one; of several
    the first where the module is torch's or of transformers, which give what they compute first (attention weights and
    states behind it). Raises TypeError, naming the layer, if there is none, or none of several that is known.
    """
    _check_told(layer, output, module)
    tensor = _first(output)
    if tensor is None:
        raise TypeError(_without(layer, output))
    return tensor


def with_tensor(layer: str, output: object, change: Callable[[Tensor], Tensor], module: object = None) -> Any:
    """A copy of the output with `change(tensor)` in place of the tensor that `output_tensor` finds.

    Raises TypeError, naming the layer, if there is none.
    """
    _check_told(layer, output, module)
    changed = _changed(output, change)
    if changed is None:
        raise TypeError(_without(layer, output))
    return changed


def _check_told(layer: str, output: object, module: object) -> None:
    if isinstance(output, Tensor) or _is_named(output) or (n := _n_tensors(output)) < 2:
        return
    if not type(module).__module__.startswith(_FIRST_COUNTS):
        raise TypeError(
            f"layer {layer!r} gives {n} tensors in a {type(output).__name__}, and which of them holds its components "
            "cannot be told; choose a layer inside it, or pass the tensor through an nn.Identity and choose that"
        )


def _is_named(output: object) -> bool:
    """True where a part of the output has a name that says that it is meant."""
    names = output if isinstance(output, Mapping) else getattr(output, "__dict__", ())
    return any(name in names for name in PREFERRED)


def _n_tensors(output: object) -> int:
    """The number of floating-point tensors in an output."""
    if isinstance(output, Tensor):
        return int(output.is_floating_point())
    return sum(_n_tensors(part) for _, part in _parts(output))


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
