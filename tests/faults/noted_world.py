"""Noted world: a random network and a foundation model that note, in a file, which samples workers run through them.

The number of a picture is written into its first pixel, so that a batch says of which samples it is.
"""

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

import semanticlens_widgets as slw
from semanticlens_widgets.layers.axes._probe_runs import is_probing
from semanticlens_widgets.passes import Entry
from tests.colour_world import ColourSpace
from tests.noise_world import Net, Watched, build

LOG = "SEMANTICLENS_WIDGETS_TEST_LOG"
"""The environment variable that names the file."""
PER_BATCH = 0.03
"""Seconds that a batch of the network, or of the foundation model, takes beside its arithmetic."""

Done = tuple[str, int]
"""A model, "network" or "space", and a sample that ran through it."""


@dataclass(frozen=True)
class Line:
    """One batch."""

    at: float
    """Seconds since the epoch."""
    done: tuple[Done, ...]


class NotedNet(Net):
    """The network of the noise world."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - as `nn.Sequential` calls it
        if not is_probing():
            note("network", [_number(*pixel) for pixel in (input[:, :2, 0, 0] * 255).round().int().tolist()])
        return super().forward(input)


class NotedSpace(ColourSpace):
    """The foundation model of the colour world."""

    fingerprint = "noted colour space 1"

    def embed_images(self, images: Sequence[Image.Image]) -> Tensor:
        pixels: list[Any] = [image.getpixel((0, 0)) for image in images]
        note("space", [_number(*pixel[:2]) for pixel in pixels])
        return super().embed_images(images)


class Numbered(Watched):
    """Random pictures that bear their numbers."""

    def __init__(self, n: int) -> None:
        super().__init__(n)
        self.fingerprint = f"numbered {n}"
        for number in range(n):
            self.pixels[number, 0, 0] = number // 256, number % 256, 0


def _number(high: int, low: int) -> int:
    return 256 * high + low


def note(model: str, samples: Sequence[int]) -> None:
    """Adds a line to the file; does nothing outside of workers."""
    if multiprocessing.parent_process() is None:
        return
    time.sleep(PER_BATCH)
    with Path(os.environ[LOG]).open("ab", buffering=0) as file:
        file.write(f"{time.time()} {model} {' '.join(map(str, samples))}\n".encode())


@contextmanager
def noting(folder: Path) -> Iterator[None]:
    """Workers that start inside the context note what they do in this folder."""
    os.environ[LOG] = str(folder / "log")
    try:
        yield
    finally:
        del os.environ[LOG]


def noted(folder: Path) -> list[Line]:
    """All that workers noted, in order."""
    log = folder / "log"
    rows = [row.split() for row in log.read_text().splitlines()] if log.exists() else []
    return [Line(float(at), tuple((model, int(one)) for one in samples)) for at, model, *samples in rows]


def finished(folder: Path) -> set[Done]:
    """Results that are safe in the cache: of finished shards, and of the whole first pass where the next began."""
    if any(model == "space" for line in noted(folder) for model, _ in line.done):
        found = {
            ("network", sample) for line in noted(folder) for model, sample in line.done if model == "network"
        }
    else:
        found = set()
    for path in (folder / "cache").rglob("*.safetensors"):
        stored = None if any(part.startswith(".") for part in path.parts) else Entry(path).load()
        if stored is None:
            continue
        if "shard" in stored[1]:
            found |= {("network", sample) for sample in range(*stored[1]["shard"])}
        elif path.parent.name == "embedded":
            found |= {("space", sample) for sample in stored[0]["ids"].tolist()}
    return found


def built(folder: Path, n: int, executor: object = None) -> slw.Lens:
    """The lens of `n` pictures, cached in the folder."""
    torch.set_num_threads(1)
    return build(
        executor,
        model=NotedNet(),
        images=Numbered(n),
        foundation_model=NotedSpace(),
        cache=folder / "cache",
        batch_size=8,
    )
