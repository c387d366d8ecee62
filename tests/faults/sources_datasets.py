"""Datasets that are entered, that change, and that fail."""

import io
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from tests.faults.source import MANY, TRUE, N, Source, signature

_PAUSE = 0.0005
"""Long enough for another thread to come in between."""


class Dataset:
    """A map-style dataset of pictures."""

    pixels = TRUE

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, item: int) -> Any:
        return Image.fromarray(self.pixels[item])


class Cursor(Dataset):
    """Keeps where it reads."""

    pixels = MANY

    def __getitem__(self, item: int) -> Any:
        self.position = item
        time.sleep(_PAUSE)
        return Image.fromarray(self.pixels[self.position])


class OneFile(Dataset):
    """Seeks and reads in one open file."""

    pixels = MANY

    def __init__(self, folder: Path) -> None:
        (folder / "pixels.bin").write_bytes(self.pixels.tobytes())
        self.file = (folder / "pixels.bin").open("rb")

    def __getitem__(self, item: int) -> Any:
        size = self.pixels[0].nbytes
        self.file.seek(item * size)
        time.sleep(_PAUSE)
        return Image.fromarray(np.frombuffer(self.file.read(size), np.uint8).reshape(self.pixels[0].shape))


class OneBuffer(Dataset):
    """Gives the same memory each time."""

    pixels = MANY

    def __init__(self) -> None:
        self.buffer = np.zeros_like(MANY[0])

    def __getitem__(self, item: int) -> Any:
        self.buffer[:] = self.pixels[item]
        time.sleep(_PAUSE)
        return self.buffer


class Database(Dataset):
    """Reads blobs through one sqlite connection."""

    pixels = MANY

    def __init__(self, folder: Path, **options: Any) -> None:
        self.connection = sqlite3.connect(folder / "images.db", **options)
        self.connection.execute("create table images (id integer, blob blob)")
        rows = [(number, _png(picture)) for number, picture in enumerate(self.pixels)]
        self.connection.executemany("insert into images values (?, ?)", rows)
        self.cursor = self.connection.cursor()

    def __getitem__(self, item: int) -> Any:
        self.cursor.execute("select blob from images where id = ?", (item,))
        time.sleep(_PAUSE)
        return Image.open(io.BytesIO(self.cursor.fetchone()[0]))


class OneThread(Dataset):
    """Refuses other threads than its own, as bindings of databases and decoders do."""

    def __init__(self) -> None:
        self.home = threading.get_ident()

    def __getitem__(self, item: int) -> Any:
        if threading.get_ident() != self.home:
            raise RuntimeError("used in a thread other than that which made it")
        return super().__getitem__(item)


class Augmented(Dataset):
    """Gives another picture each time, for some items or all."""

    def __init__(self, *, every: int = 1, chance: float = 1.0, start: int = 0) -> None:
        self.random = random.Random(3)  # noqa: S311
        self.every, self.chance, self.start = every, chance, start

    def __getitem__(self, item: int) -> Any:
        changes = item % self.every == self.start and self.random.random() < self.chance
        return Image.fromarray(
            np.roll(self.pixels[item], self.random.randrange(1, 18), 0) if changes else self.pixels[item]
        )


class Failing(Dataset):
    """Fails for every second item."""

    def __getitem__(self, item: int) -> Any:
        if item % 2:
            raise OSError("the disk is gone")
        return super().__getitem__(item)


class Overlong(Dataset):
    """Promises more than it holds."""

    def __len__(self) -> int:
        return len(self.pixels) + 4

    def __getitem__(self, item: int) -> Any:
        return Image.fromarray(self.pixels[item])


def _png(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def _files(folder: Path, spoil: Callable[[bytes], bytes], which: list[int]) -> str:
    for number, picture in enumerate(TRUE):
        content = _png(picture)
        (folder / f"{number:02d}.png").write_bytes(spoil(content) if number in which else content)
    return str(folder)


def _spoiled(name: str, spoil: Callable[[bytes], bytes], which: list[int]) -> Source:
    make = partial(_files, spoil=spoil, which=which)
    return Source(f"broken/{name}", make, TRUE, left_out=which, warning=rf"\b{len(which)}\b|left out|cannot")


def _picky(image: Image.Image) -> Tensor:
    """A transform that fails for bright pictures."""
    if np.asarray(image)[0, 0, 0] > 127:
        raise RuntimeError("too bright")
    return signature(image)


_BRIGHT = [number for number in range(N) if TRUE[number, 0, 0, 0] > 127]
_HALF = list(range(0, N, 2))
_LONGER = np.concatenate([TRUE, TRUE[:4]])
_SAID = "left out|cannot"


def _part(dataset: Any) -> Any:
    return torch.utils.data.Subset(dataset, range(80))


def _spread(dataset: Callable[[], Any]) -> Any:
    return torch.utils.data.ConcatDataset([dataset(), dataset()])


DATASETS = [
    Source("threads/cursor", lambda _: Cursor(), MANY, forbidden="."),
    Source("threads/one file", OneFile, MANY, forbidden="."),
    Source("threads/one buffer", lambda _: OneBuffer(), MANY, forbidden="."),
    Source("threads/sqlite", Database, MANY, forbidden="."),
    Source("threads/sqlite, shared", partial(Database, check_same_thread=False), MANY, forbidden="."),
    Source("threads/one thread", lambda _: OneThread(), TRUE, forbidden="."),
    Source("threads/subset of a cursor", lambda _: _part(Cursor()), MANY, forbidden="."),
    Source("changing/all", lambda _: Augmented()),
    Source("changing/odd items", lambda _: Augmented(every=2, start=1)),
    Source("changing/the last item", lambda _: Augmented(every=N, start=N - 1)),
    Source("changing/half of the time", lambda _: Augmented(chance=0.5)),
    Source("changing/concatenated", lambda _: _spread(lambda: Augmented(every=3, start=2))),
    _spoiled("half truncated", lambda content: content[: len(content) // 2], _HALF),
    _spoiled("one truncated", lambda content: content[: len(content) // 2], [3]),
    _spoiled("half empty", lambda _: b"", _HALF),
    _spoiled("half text", lambda _: b"Not an image", _HALF),
    _spoiled("first empty", lambda _: b"", [0]),
    Source("broken/transform for half", lambda _: Dataset(), TRUE, left_out=_BRIGHT, transform=_picky, warning=_SAID),
    Source("broken/dataset for half", lambda _: Failing(), TRUE, left_out=list(range(1, N, 2)), warning=_SAID),
    Source("broken/overlong", lambda _: Overlong(), _LONGER, left_out=list(range(N, N + 4)), warning=_SAID),
]  # fmt: skip
