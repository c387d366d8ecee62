"""A model's identity: a hash of its architecture and weights, which are checked for NaN."""

import hashlib
from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor, nn

from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.layers._devices import model_device
from semanticlens_widgets.layers._evaluating import alone_with
from semanticlens_widgets.layers.fingerprints.content import printed, tensor_bytes

SIZE = 20


def model_fingerprint(model: nn.Module) -> str:
    """A hash of the class, the printed architecture and every entry of the state dict.

    Independent of device and memory format; any changed weight changes it. Hooks, attributes and code are left to
    `model_behaviour`. Raises ValueError for a model without weights ('meta') and NonFiniteError for NaN or infinity in
    them.
    """
    with alone_with(model):  # another thread may have it prepared for attribution
        model_device(model)
        check_weights(model)
        total = hashlib.blake2b(digest_size=SIZE)
        for part in (type(model).__module__, type(model).__qualname__, printed(model)):
            total.update(f"{len(part)}:{part}".encode())
        for name, value in _entries("", model.state_dict()):
            total.update(f"{name} {_kind(value)}\n".encode())
            total.update(_content(value))
        return total.hexdigest()


def check_weights(model: nn.Module) -> None:
    """Raises NonFiniteError, naming the first parameter with NaN or infinity, or the first buffer with NaN."""
    for name, weight in model.named_parameters():
        if count := _count(weight, lambda values: ~torch.isfinite(values)):
            raise NonFiniteError(
                _message("weight", name, f"{count:,} of {weight.numel():,} values NaN or infinite")
            )
    for name, buffer in model.named_buffers():
        # Buffers of attention masks hold infinity on purpose.
        if count := _count(buffer, torch.isnan):
            raise NonFiniteError(_message("buffer", name, f"{count:,} of {buffer.numel():,} values NaN"))


# A finite sum shows that all values are finite, in a third of the time of testing each. A sum that is not finite
# may also be an overflow, so then each value is tested.
def _count(values: Tensor, wrong: Callable[[Tensor], Tensor]) -> int:
    values = values.detach()
    if (
        not values.is_floating_point()
        or hasattr(values, "__tensor_flatten__")
        or torch.isfinite(values.sum())
    ):
        return 0
    return int(wrong(values).sum())


def _message(kind: str, name: str, found: str) -> str:
    return f"the model's {kind} {name!r} has {found}: load weights from before the training diverged"


# Quantized modules keep tuples in the state dict, modules with an extra state objects of any type.
def _entries(prefix: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _entries(f"{prefix}.{name}" if prefix else str(name), part)
    elif isinstance(value, tuple | list):
        for index, part in enumerate(value):
            yield from _entries(f"{prefix}.{index}", part)
    else:
        yield prefix, value


def _kind(value: object) -> str:
    return f"{value.dtype} {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__


def _content(value: object) -> bytes:
    return tensor_bytes(value) if isinstance(value, Tensor) else printed(value).encode()
