"""Embeddings and thumbnails of pieces, which lie in temporary files and not in memory."""

from array import array
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from semanticlens_widgets.concepts import pack, packed_file
from semanticlens_widgets.storage import BLOCK, Spill

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; right and bottom exclusive."""
WHOLE: Box = (0, 0, 0, 0)
"""Stands for the whole image."""
Piece = tuple[int, Box]
"""A sample, and a part of its image."""
Found = dict[Piece, tuple[Tensor, bytes]]
"""The embedding and the thumbnail of each piece."""
_BYTES = 4
"""Of a float32."""


class Embedded(Mapping[Piece, tuple[Tensor, bytes]]):
    """The embedding and the thumbnail of each piece, read when they are asked for."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` is where the temporary files lie."""
        self._folder = folder
        self._rows: dict[Piece, int] = {}
        self._embeddings, self._thumbnails = Spill(folder), Spill(folder)
        self._ends = array("q", [0])
        """Of the thumbnails, from the start of the first."""
        self._width = 0
        """Bytes of an embedding."""

    def __getitem__(self, piece: Piece) -> tuple[Tensor, bytes]:
        row = self._rows[piece]
        embedding = bytearray(self._embeddings.read(*self._vector(row)))
        return torch.frombuffer(embedding, dtype=torch.float32), self._thumbnails.read(*self._file(row))

    def __iter__(self) -> Iterator[Piece]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, part: Mapping[str, Tensor], wanted: Container[Piece]) -> None:
        """Adds those pieces of a part that are wanted and missing.

        Raises KeyError, IndexError, TypeError or ValueError for tensors that are not those of `part_of`, and adds none.
        """
        pieces = [
            (row, piece) for row, piece in enumerate(_pieces(part)) if piece in wanted and piece not in self
        ]
        vectors = part["embeddings"][[row for row, _ in pieces]].float().contiguous()
        data, offsets = part["thumbnail_bytes"], part["thumbnail_offsets"]
        files = [packed_file(data, offsets, row) for row, _ in pieces]
        if not pieces:
            return
        self._width = _BYTES * vectors.shape[1]
        self._embeddings.append(vectors.numpy().tobytes())
        self._thumbnails.append(b"".join(files))
        for (_, piece), file in zip(pieces, files, strict=True):
            self._rows[piece] = len(self._rows)
            self._ends.append(self._ends[-1] + len(file))

    def embeddings(self, pieces: Sequence[Piece]) -> Float[Tensor, "piece dim"]:
        """The embedding of each piece."""
        spans = [self._vector(self._rows[piece]) for piece in pieces]
        found = self._copied(self._embeddings, spans)
        return found.tensor(torch.float32, len(pieces), self._width // _BYTES)

    def thumbnails(
        self, pieces: Sequence[Piece]
    ) -> tuple[UInt8[Tensor, " byte"], Int[Tensor, " piece_plus_one"]]:
        """The thumbnail of each piece, packed as `concepts.pack` does."""
        spans = [self._file(self._rows[piece]) for piece in pieces]
        found = self._copied(self._thumbnails, spans)
        offsets = torch.tensor([0, *(stop - start for start, stop in spans)], dtype=torch.int64).cumsum(0)
        return found.tensor(torch.uint8, found.size), offsets

    def _vector(self, row: int) -> tuple[int, int]:
        return row * self._width, (row + 1) * self._width

    def _file(self, row: int) -> tuple[int, int]:
        return self._ends[row], self._ends[row + 1]

    def _copied(self, source: Spill, spans: Sequence[tuple[int, int]]) -> Spill:
        copy = Spill(self._folder)
        for start, stop in _joined(spans):
            copy.append(source.read(start, stop))
        return copy


def _joined(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans, those that follow one another as one, up to some MB."""
    first = last = 0
    for start, stop in spans:
        if start != last or stop - first > BLOCK:
            yield first, last
            first = start
        last = stop
    yield first, last


def part_of(found: Found) -> dict[str, Tensor]:
    """The pieces as tensors, as they are saved; for one or more."""
    data, offsets = pack([thumbnail for _, thumbnail in found.values()])
    return {
        "ids": torch.tensor([sample for sample, _ in found], dtype=torch.int64),
        "boxes": torch.tensor([box for _, box in found], dtype=torch.int32),
        "embeddings": torch.stack([embedding for embedding, _ in found.values()]),
        "thumbnail_bytes": data,
        "thumbnail_offsets": offsets,
    }


def _pieces(part: Mapping[str, Tensor]) -> list[Piece]:
    ids, boxes = part["ids"], part.get("boxes")
    if boxes is None:
        return [(sample, WHOLE) for sample in ids.tolist()]
    # One object stands for all boxes of whole images.
    boxed = (WHOLE if not any(box) else tuple(box) for box in boxes.int().tolist())
    return list(zip(ids.tolist(), boxed, strict=True))
