"""Cost curves of building a lens over samples, layers, components and latents: processor time and peak memory.

Its lines are of the same run: `build` (collecting, embedding by colour, thumbnails), `collect`, the bare forward pass
over the same images, and collecting by `semanticlens` 0.2.1 where it is installed. Each point is one run, after a short
one, in a process of its own with one thread. Processor time, unlike the clock's, hardly depends on what else the
machine does. Images are made when they are read; none is held. A table goes to stderr, a picture to build/curves.svg.
"""

import importlib.util
import logging
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import torch
import torchvision
from torch import nn

import semanticlens_widgets as slw
from semanticlens_widgets.collection import collect
from semanticlens_widgets.images import Images, as_images, decode_ahead, subset
from semanticlens_widgets.passes import kept_buffers
from semanticlens_widgets.passes._batches import next_batch, stack
from tests.benchmarks.bench_executors import Generated
from tests.benchmarks.line_chart import Chart, chart
from tests.colour_world import ColourSpace, to_tensor

CURVES = {
    "samples": (500, 1_000, 2_000, 4_000),
    "layers": (1, 2, 4, 8),
    "components": (64, 512, 2_048, 8_192),
    "latents": (64, 512, 2_048, 8_192),
}
"""Curve -> its points. What is not varied is 1,000 samples and, of the first, four layers."""
LINES = {
    "bare": "bare forward pass",
    "collect": "collect",
    "build": "build",
    "semanticlens": "semanticlens 0.2.1",
}
N_SAMPLES, SIDE, BATCH, WIDTH = 1_000, 64, 32, 64
FORMAT = torch.channels_last
BLOCKS = [f"layer{stage}.{block}" for stage in (1, 2, 3, 4) for block in (0, 1)]
SERVER = multiprocessing.get_context("forkserver")
PICTURE = Path(__file__).resolve().parents[2] / "build" / "curves.svg"

Layers = Sequence[str]
Point = Mapping[str, float]
"""Of "seconds" and "megabytes"."""


def figures() -> Iterator[dict[str, Any]]:
    """Two figures a point of ours: processor time beside that of the bare pass, and memory."""
    SERVER.set_forkserver_preload([__name__])  # imports torch once
    found: dict[str, dict[str, dict[int, Point]]] = {}
    for curve, sizes in CURVES.items():
        lines = found[curve] = {line: {} for line in LINES if is_possible(line, curve)}
        for n in sizes:
            for line in lines:
                lines[line][n] = in_own_process(line, curve, n)
            yield from of_point(curve, n, {line: points[n] for line, points in lines.items()})
    print("\n".join(table(found)), file=sys.stderr)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(chart([panel(curve, lines) for curve, lines in found.items()]), encoding="utf-8")


def is_possible(line: str, curve: str) -> bool:
    """False for what `semanticlens` does not have, and for all of it where it is not installed."""
    return line != "semanticlens" or (curve != "latents" and importlib.util.find_spec(line) is not None)


def in_own_process(line: str, curve: str, n: int) -> Point:
    with ProcessPoolExecutor(1, SERVER) as pool:
        return pool.submit(measured, line, curve, n).result()


def of_point(curve: str, n: int, lines: Mapping[str, Point]) -> Iterator[dict[str, Any]]:
    bare = lines["bare"]["seconds"]
    for line, point in lines.items():
        told = f"{n:,} {curve}: {LINES[line]} (load {os.getloadavg()[0]:.1f})"
        shared = {"target": "none", "falls_short": False}
        seconds = point["seconds"]
        yield {"name": told, "ours": seconds, "peer": bare, "ratio": seconds / bare, "unit": "s", **shared}
        yield {"name": f"{told}, peak memory", "ours": point["megabytes"], "unit": "MB", **shared}


def table(found: Mapping[str, Mapping[str, Mapping[int, Point]]]) -> Iterator[str]:
    """Lines of a table for the docs."""
    yield f"| | {' | '.join(LINES.values())} |"
    yield f"|---|{'---|' * len(LINES)}"
    for curve, lines in found.items():
        for n in CURVES[curve]:
            cells = (cell(lines[line][n]) if line in lines else "-" for line in LINES)
            yield f"| {n:,} {curve} | {' | '.join(cells)} |"


def cell(point: Point) -> str:
    return f"{point['seconds']:.3g} s, {point['megabytes']:.0f} MB"


def panel(curve: str, lines: Mapping[str, Mapping[int, Point]]) -> Chart:
    named = {
        LINES[line]: {n: point["seconds"] for n, point in points.items()} for line, points in lines.items()
    }
    return Chart(f"processor seconds over {curve}", named)


def world(line: str, curve: str, n: int) -> tuple[nn.Module, Layers, Images]:
    """Model, layers and images of a point; the bare pass of latents has their products as its last layer."""
    torch.manual_seed(0)
    images = as_images(Generated(n if curve == "samples" else N_SAMPLES, SIDE))
    if curve in ("samples", "layers"):
        n_layers = n if curve == "layers" else 4
        each = len(BLOCKS) // n_layers
        return torchvision.models.resnet18().eval(), BLOCKS[each - 1 :: each], images
    body, products = [nn.Conv2d(3, WIDTH, 8, 8), nn.ReLU()], nn.Conv2d(WIDTH, n, 1, bias=False)
    if curve == "latents" and line != "bare":
        latents = slw.Latents("1", encode=products.weight.detach()[:, :, 0, 0])
        return nn.Sequential(*body).eval(), [latents], images
    return nn.Sequential(*body, products).eval(), ["2"], images


@torch.no_grad()
def bare(model: nn.Module, _: Layers, images: Images) -> None:
    stream = decode_ahead(images, range(len(images)), to_tensor, depth=2 * BATCH)
    with kept_buffers():
        while (batch := next_batch(stream, BATCH)).sample_ids:
            model(stack(batch, FORMAT))


OPTIONS = {
    "transform": to_tensor,
    "pooling": "mean",
    "batch_size": BATCH,
    "memory_format": FORMAT,
    "progress": False,
}


def collected(model: nn.Module, layers: Layers, images: Images) -> None:
    collect(model, images, layers, **OPTIONS)


def built(model: nn.Module, layers: Layers, images: Images) -> None:
    slw.Lens.build(model, images, layers, foundation_model=ColourSpace(), **OPTIONS)


def by_semanticlens(model: nn.Module, layers: Layers, images: Images) -> None:
    """With its defaults: batches of 32, mean pooling, no workers."""
    from semanticlens.component_visualization.activation_based import ActivationComponentVisualizer

    class Dataset(torch.utils.data.Dataset):
        name = "generated"

        def __len__(self) -> int:
            return len(images)

        def __getitem__(self, sample: int) -> tuple[torch.Tensor, int]:
            return to_tensor(images.image(sample)), 0

    logging.getLogger("semanticlens").setLevel(logging.ERROR)
    model.name = "model"  # pyright: ignore[reportArgumentType] - it names its files by it
    ActivationComponentVisualizer(model, Dataset(), Dataset(), list(layers), num_samples=20).run()


WORK: Mapping[str, Callable[[nn.Module, Layers, Images], None]] = {
    "bare": bare,
    "collect": collected,
    "build": built,
    "semanticlens": by_semanticlens,
}


def measured(line: str, curve: str, n: int) -> Point:
    """Processor time of the run, and the most memory that the process had above what it began with."""
    torch.set_num_threads(1)
    before = psutil.Process().memory_info().rss
    model, layers, images = world(line, curve, n)
    WORK[line](model, layers, subset(images, range(2 * BATCH)))
    started = time.process_time()
    WORK[line](model, layers, images)
    seconds = time.process_time() - started
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": seconds, "megabytes": (most - before) / 2**20}
