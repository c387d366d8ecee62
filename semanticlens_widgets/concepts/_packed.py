"""Packing of many small files in one tensor of bytes, and thumbnails that are packed."""

import io
from functools import cached_property

import torch
from jaxtyping import Int, UInt8
from PIL import Image
from torch import Tensor

from semanticlens_widgets.errors import LensFileError
from semanticlens_widgets.tensors._equal_rows import first_of_equals

_LONGEST = 1024
"""The longest side of a thumbnail in pixels."""


class Thumbnails:
    """Mixin for a table with an embedding and a packed thumbnail a row."""

    embeddings: Tensor
    thumbnail_bytes: Tensor
    thumbnail_offsets: Tensor

    def thumbnail(self, row: int) -> bytes:
        """The WebP file of a row, may be empty; raises LensFileError if it is no such picture."""
        file = packed_file(self.thumbnail_bytes, self.thumbnail_offsets, row)
        if row not in self._verified:
            _check_webp(file, row)
            self._verified.add(row)
        return file

    @cached_property
    def first_copies(self) -> Int[Tensor, " row"]:
        """For each row the first that is the same image: in embedding and thumbnail."""
        first = first_of_equals(self.embeddings)
        seen: dict[tuple[int, bytes], int] = {}
        for row in (first.bincount(minlength=1)[first] > 1).nonzero().squeeze(1).tolist():
            first[row] = seen.setdefault((int(first[row]), self.thumbnail(row)), row)
        return first

    @cached_property
    def _verified(self) -> set[int]:
        """The rows whose thumbnail was decoded once."""
        return set()


def pack(files: list[bytes]) -> tuple[Tensor, Tensor]:
    """Concatenates files to bytes, with the int64 offsets of their starts and the end."""
    offsets = torch.tensor([0, *map(len, files)], dtype=torch.int64).cumsum(0)
    data = torch.empty(int(offsets[-1]), dtype=torch.uint8)
    whole = data.numpy().data
    for file, start in zip(files, offsets.tolist(), strict=False):
        whole[start : start + len(file)] = file  # in place: joining them first would hold them twice more
    return data, offsets


def packed_file(data: UInt8[Tensor, " byte"], offsets: Int[Tensor, " file_plus_one"], row: int) -> bytes:
    """The file of a row."""
    start, end = offsets[row : row + 2].tolist()
    return data[start:end].numpy().tobytes()


def _check_webp(file: bytes, row: int) -> None:
    if not file:
        return
    try:
        with Image.open(io.BytesIO(file), formats=["WEBP"]) as image:
            if max(image.size) > _LONGEST or getattr(image, "n_frames", 1) > 1:
                raise ValueError(f"it has {image.width} x {image.height} pixels")
            image.load()
    except Exception as error:
        raise LensFileError(
            f"the thumbnail in row {row} is not a WebP picture of at most {_LONGEST} pixels a side ({error}); "
            "copy or save the lens again"
        ) from error
