"""Peak memory of building, attributing and saving a lens as its samples grow; VmHWM of a process of its own.

`bench_latents` measures sparse latents.

Images are generated when they are read. A foundation model of 512 dimensions stands in for CLIP: a fixed projection of
the pixels.
"""

import multiprocessing
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import nn

import semanticlens_widgets as slw
from tests.benchmarks.bench_executors import Generated
from tests.colour_world import ColourSpace, to_tensor

FEW, MANY = 5_000, 50_000
SIDE = 32
DIM = 512
COMPONENTS = (64, 1024)
ATTRIBUTED, WIDTH = (20_000, 200_000), 2048
HELD = 200
"""MB by which the peak may rise from few to many samples whose relevance and scores have 1.6 GB."""
MOST_MORE = 50
"""MB by which the peak may rise from few to many samples."""


class ProjectedSpace:
    """Embeds images by a fixed projection of their pixels."""

    name, dim, logit_scale, recipe = "projected pixels", DIM, 100.0, None

    def __init__(self) -> None:
        self._axes = torch.randn(SIDE * SIDE * 3, DIM, generator=torch.Generator().manual_seed(0))

    @property
    def fingerprint(self) -> str:
        return f"projected pixels {SIDE} {DIM}"

    def embed_images(self, images: Sequence[Image.Image]) -> torch.Tensor:
        return torch.stack([to_tensor(image.resize((SIDE, SIDE))).flatten() for image in images]) @ self._axes

    def embed_texts(self, texts: Sequence[str]) -> torch.Tensor:
        return torch.ones(len(texts), DIM)


def figures() -> Iterator[dict[str, Any]]:
    for n in COMPONENTS:
        few, many = (in_a_process(partial(build, n, n_samples)) for n_samples in (FEW, MANY))
        told = f"building and saving {n:,} components over {MANY:,} samples"
        yield figure(f"{told} ({many:.0f} MB) less that over {FEW:,} ({few:.0f} MB)", many - few, MOST_MORE)
    few, many = (in_a_process(partial(attribute, n_samples)) for n_samples in ATTRIBUTED)
    told = f"attributing {ATTRIBUTED[1]:,} samples x {WIDTH:,} components, and saving"
    yield figure(f"{told} ({many:.0f} MB) less {ATTRIBUTED[0]:,} ({few:.0f} MB)", many - few, HELD)


def figure(name: str, ours: float, most: float) -> dict[str, Any]:
    limits = {"target": f"at most {most}", "falls_short": ours > most}
    return {"name": f"memory: {name}", "ours": round(ours, 1), "unit": "MB", **limits}


def in_a_process(work: Callable[[], object]) -> float:
    """Peak memory in MB of a process that does the work."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(peak, work).result()


def peak(work: Callable[[], object]) -> float:
    torch.set_num_threads(1)
    work()
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def build(n_components: int, n_samples: int) -> None:
    with torch.random.fork_rng(), tempfile.TemporaryDirectory() as folder:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Conv2d(3, n_components, 3, stride=4), nn.ReLU())
        lens = slw.Lens.build(
            model, Generated(n_samples, SIDE), ["1"], foundation_model=ProjectedSpace(), transform=to_tensor,
            batch_size=32, memory_format=torch.contiguous_format, cache=Path(folder, "cache"), progress=False,
        )  # fmt: skip
        lens.save(Path(folder, "a.lens"))


def attribute(n_samples: int) -> None:
    """Relevance of a dense layer: a linear model, whose numbers are drawn with each image."""
    with torch.random.fork_rng(), tempfile.TemporaryDirectory() as folder:
        torch.manual_seed(0)
        inner, outer = nn.Linear(8 * 8 * 3, WIDTH), nn.Linear(WIDTH, 10)
        model = nn.Sequential(nn.Flatten(), inner, nn.ReLU(), outer)
        options = {"transform": to_tensor, "batch_size": 64, "memory_format": torch.contiguous_format}
        lens = slw.Lens.build(
            model, Generated(n_samples, 8), ["2"], foundation_model=ColourSpace(), k=1, cache=Path(folder, "cache"),
            classes=[f"class {number}" for number in range(10)], progress=False, **options,
        )  # fmt: skip
        lens.attribute(targets="prediction", batch_size=64, progress=False)
        lens.save(Path(folder, "a.lens"))
