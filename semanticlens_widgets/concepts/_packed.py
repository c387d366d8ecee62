"""Packing of many small files in one tensor of bytes."""

import torch
from jaxtyping import Int, UInt8
from torch import Tensor


def pack(files: list[bytes]) -> tuple[Tensor, Tensor]:
    """Concatenates files to bytes, with the int64 offsets of their starts and the end."""
    lengths = torch.tensor([0, *map(len, files)], dtype=torch.int64)
    joined = bytearray(b"".join(files))
    data = torch.frombuffer(joined, dtype=torch.uint8) if joined else torch.zeros(0, dtype=torch.uint8)
    return data, lengths.cumsum(0)


def packed_file(data: UInt8[Tensor, " byte"], offsets: Int[Tensor, " file_plus_one"], row: int) -> bytes:
    """The file of a row."""
    start, end = offsets[row : row + 2].tolist()
    return data[start:end].numpy().tobytes()
