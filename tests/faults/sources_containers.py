"""Containers that people keep images in: lists, tables, archives, streams, folders with odd names."""

import io
import itertools
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch.utils.data import ConcatDataset, DataLoader, IterableDataset, Subset

from tests.faults.source import TRUE, N, Source
from tests.faults.sources_labels import NUMBERS, PICTURES, Items


class Stream(IterableDataset):
    """Items without numbers."""

    def __iter__(self) -> Any:
        return iter(zip(PICTURES, NUMBERS, strict=True))


class Table:
    """The used members of a `datasets.Dataset`."""

    def __init__(
        self, format_: Callable[[dict[str, Any]], dict[str, Any]] | None, fingerprint: str = "abc"
    ) -> None:
        self._format, self._fingerprint = format_, fingerprint
        self.column_names = ["image", "label"]
        self.features = {"image": type("Image", (), {})(), "label": SimpleNamespace(names=["a", "b", "c"])}

    def __len__(self) -> int:
        return N

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return {"image": PICTURES, "label": NUMBERS}[key]
        row = {"image": PICTURES[key], "label": NUMBERS[key]}
        return self._format({name: [value] for name, value in row.items()}) if self._format else row


def _flipping(rows: dict[str, Any]) -> dict[str, Any]:
    """A random augmentation, as set with `with_transform`."""
    flipped = [image.rotate(random.choice([0, 90, 180])) for image in rows["image"]]  # noqa: S311
    return {"image": flipped[0], "label": rows["label"][0]}


def _to_pixel_values(rows: dict[str, Any]) -> dict[str, Any]:
    """The output of a processor of transformers: normalized, under another name."""
    pixels = np.asarray(rows["image"][0], np.float32).transpose(2, 0, 1) / 127.5 - 1
    return {"pixel_values": torch.from_numpy(pixels), "label": rows["label"][0]}


def _paths(folder: Path) -> list[Path]:
    for number, picture in enumerate(PICTURES):
        picture.save(folder / f"{number:02d}.png")
    return sorted(folder.glob("*.png"))


def _labelled_paths(folder: Path) -> dict[Path, int]:
    return dict(zip(_paths(folder), NUMBERS, strict=True))


def _zip(folder: Path) -> str:
    with zipfile.ZipFile(folder / "images.zip", "w") as archive:
        for path in _paths(folder):
            archive.write(path, path.name)
    return str(folder / "images.zip")


def _closed(folder: Path) -> list[Image.Image]:
    found = []
    for path in _paths(folder):
        with Image.open(path) as image:
            found.append(image)
    return found


def _badly_named(folder: Path) -> str:
    for number, path in enumerate(_paths(folder)):
        os.rename(os.fsencode(path), os.fsencode(folder) + b"/%02d\xff\xfe.png" % number)  # noqa: PTH104
    return str(folder)


def _looping(folder: Path) -> str:
    _paths(folder)
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "self").symlink_to(folder / "self")
    return str(folder)


def _pipe(folder: Path) -> str:
    _paths(folder)
    os.mkfifo(folder / "zz.png")
    return str(folder)


def _bomb(side: int, folder: Path) -> str:
    """A PNG that declares side x side pixels, and holds few of its rows."""
    _paths(folder)
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(3 * side + 1))), (b"IEND", b"")]
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    (folder / "zz.png").write_bytes(content)
    return str(folder)


def _in_memory(picture: Image.Image) -> io.BytesIO:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file


def _mixed(folder: Path) -> list[Any]:
    return [*_paths(folder)[:6], *PICTURES[6:]]


def _frame(folder: Path) -> pd.DataFrame:
    return pd.DataFrame({"file": list(map(str, _paths(folder))), "label": NUMBERS})


def _ragged() -> np.ndarray:
    found = np.empty(N, dtype=object)
    found[:] = list(TRUE)
    return found


_TWICE = np.concatenate([TRUE, TRUE])
_MISSING = np.concatenate([TRUE, TRUE[:1]])
_TEXTS = [str(number) for number in NUMBERS]
_SAID = "left out|cannot"

CONTAINERS = [
    Source("containers/pictures", lambda _: PICTURES, TRUE),
    Source("containers/paths", _paths, TRUE),
    Source("containers/texts of paths", lambda folder: list(map(str, _paths(folder))), TRUE),
    Source("containers/array of paths", lambda folder: np.array(list(map(str, _paths(folder)))), TRUE),
    Source("containers/paths twice", lambda folder: [*_paths(folder), *_paths(folder)], _TWICE),
    Source("containers/paths and pictures", _mixed, TRUE),
    Source("containers/dict of labels", _labelled_paths, TRUE, _TEXTS, forbidden="split"),
    Source("containers/zipped lists", lambda _: zip(PICTURES, NUMBERS, strict=True), TRUE, _TEXTS),
    Source("containers/generator", lambda _: (picture for picture in PICTURES), TRUE),
    Source("containers/endless generator", lambda _: itertools.cycle(PICTURES)),
    Source("containers/iterable dataset", lambda _: Stream(), TRUE, _TEXTS),
    Source("containers/loader", lambda _: DataLoader(Items(PICTURES)), TRUE),  # pyright: ignore[reportArgumentType]
    Source("containers/table", _frame, TRUE),
    Source("containers/column", lambda folder: _frame(folder)["file"], TRUE),
    Source("containers/zip file", _zip, TRUE),
    Source("containers/set", lambda folder: set(_paths(folder))),
    Source("containers/bytes", lambda _: [_in_memory(picture).getvalue() for picture in PICTURES], TRUE),
    Source("containers/open files", lambda _: [_in_memory(picture) for picture in PICTURES], TRUE),
    Source("containers/closed pictures", _closed, TRUE, forbidden="AssertionError"),
    Source("containers/addresses", lambda _: ["https://example.org/1.png"] * 3),
    Source("containers/nested lists", lambda _: [[picture] for picture in PICTURES], TRUE),
    Source("containers/object array", lambda _: _ragged(), TRUE),
    Source("containers/subset", lambda _: Subset(Items(PICTURES), range(3, 9)), TRUE[3:9]),  # pyright: ignore[reportArgumentType]
    Source("containers/concatenated", lambda _: ConcatDataset([Items(PICTURES)] * 2), _TWICE),  # pyright: ignore[reportArgumentType]
    Source("containers/splits", lambda _: {"train": Table(None), "test": Table(None)}),
    Source("hugging face/plain", lambda _: Table(None), TRUE, ["abc"[n] for n in NUMBERS]),
    Source("hugging face/random transform", lambda _: Table(_flipping)),
    Source("hugging face/pixel_values", lambda _: Table(_to_pixel_values), forbidden="KeyError"),
    Source("folders/names that are not UTF-8", _badly_named, TRUE),
    Source("folders/loops of links", _looping, TRUE),
    Source("folders/pipe", _pipe, _MISSING, left_out=[N], warning=_SAID),
    Source("folders/empty", lambda folder: str(folder)),
    Source("folders/without images", lambda folder: [(folder / "a.txt").write_text("a"), str(folder)][1]),
    Source("folders/bomb of 3.6 gigapixels", partial(_bomb, 60_000), _MISSING, left_out=[N], warning=_SAID),
    Source("folders/bomb of 121 megapixels", partial(_bomb, 11_000), _MISSING, left_out=[N], warning=_SAID),
]  # fmt: skip
