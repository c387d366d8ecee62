"""Contents of tensors and other values as bytes, the same in every process and on every device."""

import re

import torch
from torch import Tensor

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def tensor_bytes(value: Tensor) -> bytes:
    """The numbers of a tensor: dequantized and dense, of all its parts where it is made of others; none on 'meta'."""
    if hasattr(value, "__tensor_flatten__"):
        names, rest = value.__tensor_flatten__()  # pyright: ignore[reportAttributeAccessIssue]
        parts = [tensor_bytes(getattr(value, name)) for name in names]
        return b"".join([*parts, printed(rest).encode()])
    if value.is_nested:
        return b"".join(map(tensor_bytes, value.unbind()))
    if value.device.type == "meta":
        return b""
    value = value.detach().cpu()
    value = value.dequantize() if value.is_quantized else value
    value = value.to_dense() if value.layout != torch.strided else value
    return value.resolve_conj().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


def printed(value: object) -> str:
    """The value as it prints itself, without its address; its type where it cannot."""
    try:
        return _ADDRESS.sub("", repr(value))
    except Exception:  # noqa: BLE001 (code of whoever made the value)
        return type(value).__qualname__
