"""Collecting four layers of EfficientNet-Lite0 over 600 photos: against the bare forward pass and semanticlens.

The bare pass loads the same images the same way, in the batch size and memory format that collecting chose, with
freed memory kept as collecting keeps it, without hooks. After a warm-up both take turns, now the one first and now the
other; the ratio is the median of the turns' own. All seconds are processor time, which what else the machine does
hardly changes.
`semanticlens` 0.2.1, when it can be imported, takes turns with ours too, each in its own process, with its defaults
(batch size 32, mean pooling, no workers).
"""

import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import nn

from semanticlens_widgets.collection import collect
from semanticlens_widgets.foundation_models import efficientnet_lite
from semanticlens_widgets.images import Images, as_images, decode_ahead, subset
from semanticlens_widgets.passes import format_named, kept_buffers
from semanticlens_widgets.passes._batches import next_batch, stack

PHOTOS = Path(__file__).resolve().parents[2] / "../shared/data/caltech101"
LAYERS = ["blocks.2", "blocks.4", "blocks.6", "conv_head"]
N_PHOTOS = 600
TURNS = 5
PEER_TURNS = 3


def figures() -> list[dict[str, Any]]:
    """Seconds for the whole pass, with its two targets."""
    if not PHOTOS.is_dir():
        print("bench_collection: skipped, ../shared/data/caltech101 is not there", file=sys.stderr)
        return []
    model, transform = efficientnet_lite(0)
    images = subset(as_images(PHOTOS), range(N_PHOTOS))
    ours, bare = turns(model, images, transform)
    return [against_bare(ours, bare), *against_semanticlens()]


def turns(model: nn.Module, images: Images, transform: Callable) -> tuple[list[float], list[float]]:
    """Our seconds and those of the bare pass, turn by turn."""
    ours, bare = [], []
    execution = collect(
        model, subset(images, range(64)), LAYERS, transform=transform, progress=False
    ).execution
    for turn in range(TURNS):
        if turn % 2:
            bare.append(bare_pass(model, images, transform, execution))
        seconds, execution = our_pass(model, images, transform)
        ours.append(seconds)
        if not turn % 2:
            bare.append(bare_pass(model, images, transform, execution))
        print(f"  turn: {ours[-1]:.2f} s, bare {bare[-1]:.2f} s, {execution}", file=sys.stderr)
    return ours, bare


def our_pass(model: nn.Module, images: Images, transform: Callable) -> tuple[float, dict[str, Any]]:
    """Seconds of collecting, and how it was run."""
    started = time.process_time()
    execution = collect(model, images, LAYERS, transform=transform, progress=False).execution
    return time.process_time() - started, execution


@torch.no_grad()
def bare_pass(model: nn.Module, images: Images, transform: Callable, execution: dict[str, Any]) -> float:
    """Seconds to load every image and run the model, and nothing else."""
    size, memory_format = execution["batch_size"], format_named(execution["memory_format"])
    started = time.process_time()
    stream = decode_ahead(images, range(len(images)), transform, depth=64)
    with kept_buffers():
        while (batch := next_batch(stream, size)).sample_ids:
            model(stack(batch, memory_format))
    return time.process_time() - started


def against_bare(ours: list[float], bare: list[float]) -> dict[str, Any]:
    ratio = median(own / other for own, other in zip(ours, bare, strict=True))
    return {
        "name": f"collect {len(LAYERS)} layers of EfficientNet-Lite0 over {N_PHOTOS} photos / bare forward pass",
        "ours": median(ours),
        "peer": median(bare),
        "ratio": ratio,
        "target": "<= 1.05",
        "unit": "s",
        "falls_short": ratio > 1.05,
    }


def against_semanticlens() -> list[dict[str, Any]]:
    """Each in a process of its own, as its users run it: what ran before in a process makes either slower or faster."""
    try:
        import semanticlens  # noqa: F401
    except ImportError as error:
        print(f"bench_collection: semanticlens skipped, {error}", file=sys.stderr)
        return []
    ours, peer = [], []
    for _ in range(PEER_TURNS):
        peer.append(in_own_process(semanticlens_pass))
        ours.append(in_own_process(our_own_pass))
        print(f"  turn: {ours[-1]:.2f} s, semanticlens {peer[-1]:.2f} s", file=sys.stderr)
    ratio = median(other / own for own, other in zip(ours, peer, strict=True))
    return [
        {
            "name": "the same / semanticlens 0.2.1 with its defaults (times faster)",
            "ours": median(ours),
            "peer": median(peer),
            "ratio": ratio,
            "target": ">= 3",
            "unit": "s",
            "falls_short": ratio < 3,
        }
    ]


def in_own_process(measure: Callable[[], float]) -> float:
    command = [sys.executable, "-c", f"from {__name__} import *; print({measure.__name__}())"]
    printed = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    return float(printed.stdout.split()[-1])


def our_own_pass() -> float:
    """Seconds of ours, with nothing done before."""
    model, transform = efficientnet_lite(0)
    return our_pass(model, subset(as_images(PHOTOS), range(N_PHOTOS)), transform)[0]


def semanticlens_pass() -> float:
    """Seconds of semanticlens for the same layers, images and preprocessing."""
    from semanticlens.component_visualization.activation_based import ActivationComponentVisualizer

    model, transform = efficientnet_lite(0)
    images = subset(as_images(PHOTOS), range(N_PHOTOS))

    class Dataset(torch.utils.data.Dataset):
        name = "photos"

        def __len__(self) -> int:
            return len(images)

        def __getitem__(self, sample: int) -> tuple[torch.Tensor, int]:
            return transform(images.image(sample)), 0

    logging.getLogger("semanticlens").setLevel(logging.ERROR)
    model.name = "lite0"  # pyright: ignore[reportArgumentType] - it names its files by it
    visualizer = ActivationComponentVisualizer(model, Dataset(), Dataset(), LAYERS, num_samples=20)
    started = time.process_time()
    visualizer.run()
    return time.process_time() - started
