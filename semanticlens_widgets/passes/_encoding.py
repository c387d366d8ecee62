"""States as tensors under flat names and JSON, and back, by the types of their fields.

A state is a frozen dataclass. Its fields are tensors, JSON but null, tuples of it, other such dataclasses, mappings
from str or int to any of these, and `Rows`, which are stored by themselves.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import torch
from torch import Tensor

from semanticlens_widgets.passes._files import Stored
from semanticlens_widgets.passes._rows import Rows

T = TypeVar("T")


def rows_of(state: Any) -> Rows:
    """The rows of a state: itself, or its field `rows`; none where it has no such field."""
    return state if isinstance(state, Rows) else getattr(state, "rows", Rows())


def encode(value: Any) -> Stored:
    """Everything but the rows. A tensor is named after the fields and keys on the way to it, "layers/conv1/mean"."""
    tensors: dict[str, Tensor] = {}
    return tensors, _encode(value, "", tensors)


def decode(kind: type[T], tensors: Mapping[str, Tensor], rest: Any, rows: Rows) -> T:
    """The inverse of `encode`, for a value of type `kind`; KeyError when something is missing."""
    return _decode(kind, "", tensors, rest, rows)


def moved(value: T, device: torch.device) -> T:
    """The same value with all tensors on the device."""
    tensors, rest = encode(value)
    return decode(type(value), {name: tensor.to(device) for name, tensor in tensors.items()}, rest, Rows())


def _encode(value: Any, name: str, tensors: dict[str, Tensor]) -> Any:
    if isinstance(value, Rows):
        return None
    if isinstance(value, Tensor):
        tensors[name] = value
        return None
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _encode(part, _below(name, key), tensors) for key, part in value.items()}
    return value


def _decode(kind: Any, name: str, tensors: Mapping[str, Tensor], rest: Any, rows: Rows) -> Any:
    def part(kind: Any, key: str) -> Any:
        return _decode(kind, _below(name, key), tensors, rest[key], rows)

    if kind is Rows:
        return rows
    if isinstance(kind, type) and is_dataclass(kind):
        kinds = get_type_hints(kind)
        return kind(**{field.name: part(kinds[field.name], field.name) for field in fields(kind)})
    if get_origin(kind) is Mapping:
        to_key, of_value = get_args(kind)
        return {to_key(key): part(of_value, key) for key in rest}
    if get_origin(kind) is tuple:
        return tuple(rest)
    return tensors[name] if rest is None else rest


def _below(name: str, key: object) -> str:
    return f"{name}/{key}" if name else f"{key}"
