"""The one tensor in what a layer gives back."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass

from torch import Tensor

PREFERRED = ("last_hidden_state", "logits")


def output_tensor(layer: str, output: object) -> Tensor:
    """The floating-point tensor in a layer's output, detached.

    Of a tuple, list, mapping or dataclass it is the first one, where `last_hidden_state` and `logits` come
    before the rest. Raises TypeError that names the layer when there is none.
    """
    tensor = _first(output)
    if tensor is None:
        raise TypeError(
            f"layer {layer!r} gives {_described(output)}, not a floating-point tensor; "
            "choose a layer inside it"
        )
    return tensor.detach()


def _first(output: object) -> Tensor | None:
    if isinstance(output, Tensor):
        return output if output.is_floating_point() else None
    tensors = (_first(part) for part in _parts(output))
    return next((tensor for tensor in tensors if tensor is not None), None)


def _parts(output: object) -> Iterable[object]:
    if is_dataclass(output) and not isinstance(output, Mapping | type):
        output = {field.name: getattr(output, field.name) for field in fields(output)}
    if isinstance(output, Mapping):
        first = [output[name] for name in PREFERRED if name in output]
        return [*first, *output.values()]
    return output if isinstance(output, tuple | list) else ()


def _described(output: object) -> str:
    return f"a tensor of {output.dtype}" if isinstance(output, Tensor) else f"a {type(output).__name__}"
