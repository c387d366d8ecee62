"""Writing of safetensors files, block by block: tensors that are mapped files do not pass through memory as a whole."""

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from semanticlens_widgets.storage._blocks import byte_blocks

_NAMES = {
    torch.bool: "BOOL", torch.uint8: "U8", torch.int8: "I8", torch.int16: "I16", torch.float16: "F16",
    torch.bfloat16: "BF16", torch.int32: "I32", torch.float32: "F32", torch.float64: "F64", torch.int64: "I64",
}  # fmt: skip
"""In ascending order, as the library sorts them."""
_RANKS = {kind: rank for rank, kind in enumerate(_NAMES)}
_ALIGNED = 8
"""The header's length is a multiple of so many bytes, so that every tensor is aligned."""


def save_file(tensors: Mapping[str, Tensor], path: Path, metadata: Mapping[str, str] | None = None) -> None:
    """Writes the safetensors file that `safetensors.torch.save_file` writes, byte for byte; raises OSError.

    The tensors must not be mapped from that very file.

    The format: 8 bytes with the length of a JSON header, the header, and the tensors, those of long numbers first.
    https://huggingface.co/docs/safetensors/index#format
    """
    order = sorted(tensors, key=lambda name: (-_RANKS[tensors[name].dtype], name))
    header: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    start = 0
    for name in order:
        stop = start + tensors[name].numel() * tensors[name].itemsize
        kind, shape = _NAMES[tensors[name].dtype], list(tensors[name].shape)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [start, stop]}
        start = stop
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % _ALIGNED)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in order:
            for block in byte_blocks(tensors[name]):
                file.write(block)
