"""Lenses over 1, 2 and 4 workers of every engine against one process, and the memory of 5,000 and 50,000 samples.

Each worker has one thread, as the process that it is compared with has, and is warm: it has imported torch. Those of
submitit are never warm, for each of its jobs is a process of its own. Shards are shuffled, another way in each build.
"""

import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

import numpy as np
import psutil
import torch
import torchvision
from PIL import Image
from torch import nn

import semanticlens_widgets as slw
from semanticlens_widgets.executors import Shard, shards_of, spreading
from tests.colour_world import ColourSpace, to_tensor
from tests.faults.saved import change, content

N, SIDE = 256, 64
FEW, MANY = 5_000, 50_000
SPAWN = multiprocessing.get_context("spawn")


class Generated:
    """Pictures that are made when they are read: nothing of them is held."""

    parallel = True

    def __init__(self, n: int, side: int) -> None:
        self.n, self.side, self.fingerprint = n, side, f"generated {n} {side}"

    def __len__(self) -> int:
        return self.n

    def image(self, sample: int) -> Image.Image:
        generator = np.random.default_rng(sample)
        return Image.fromarray(generator.integers(0, 256, (self.side, self.side, 3), dtype=np.uint8))

    def label(self, _: int) -> None:
        return None

    def name(self, sample: int) -> str:
        return f"{sample}"


def make_model() -> nn.Module:
    """A ResNet-18 with fixed random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return torchvision.models.resnet18().eval()


def build(executor: object = None) -> slw.Lens:
    torch.set_num_threads(1)
    return slw.Lens.build(
        make_model if executor else make_model(), Generated(N, SIDE), ["layer3", "layer4"],
        foundation_model=ColourSpace(), transform=to_tensor, batch_size=16, memory_format=torch.channels_last,
        executor=executor, progress=False,
    )  # fmt: skip


def timed(executor: object = None) -> tuple[float, float, dict[str, object]]:
    """Seconds by the clock, seconds of processors, and the database."""
    started, used = time.perf_counter(), processor_seconds()
    with patch.object(spreading, "shards_of", shuffled):
        lens = build(executor)
    return time.perf_counter() - started, processor_seconds() - used, content(lens)


def shuffled(*arguments: Any) -> list[Shard]:
    """The shards in a random order."""
    shards = shards_of(*arguments)
    random.shuffle(shards)
    return shards


def processor_seconds() -> float:
    """Of this process and all below it, those that have ended among them."""
    this, total = psutil.Process(), 0.0
    for process in [this, *this.children(recursive=True)]:
        with suppress(psutil.Error):
            spent = process.cpu_times()
            total += spent.user + spent.system + spent.children_user + spent.children_system
    return total


@contextmanager
def processes(n: int) -> Iterator[object]:
    with ProcessPoolExecutor(n, SPAWN) as pool:
        yield pool


@contextmanager
def dask(n: int) -> Iterator[object]:
    from dask.distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def ray(n: int) -> Iterator[object]:
    import ray as engine

    os.environ.setdefault("RAY_raylet_start_wait_time_s", "120")
    engine.init(num_cpus=n, include_dashboard=False, log_to_driver=False)
    try:
        yield slw.RayExecutor()
    finally:
        engine.shutdown()


@contextmanager
def submitit(n: int) -> Iterator[object]:
    import submitit as engine

    with tempfile.TemporaryDirectory() as folder:
        yield slw.Workers(engine.LocalExecutor(folder), n)


ENGINES: dict[str, Callable[[int], Any]] = {
    "concurrent.futures": processes,
    "Dask": dask,
    "Ray": ray,
    "submitit": submitit,
}


def figures() -> Iterator[dict[str, Any]]:
    alone, used_alone, expected = timed()
    yield figure(f"executors: 1 process, ResNet-18, {N} images of {SIDE} pixels", alone, "s", "none")
    for name, engine in ENGINES.items():
        stays = name != "submitit"  # each of whose jobs is a process of its own
        for n in (1, 2, 4):
            with engine(n) as executor:
                if stays:
                    timed(executor)
                seconds, used, found = timed(executor)
            differs = change(found, expected)
            same, bad = differs or "the same database bit for bit", differs is not None
            told = f"executors: {name}, workers {n}, against 1 process"
            yield figure(f"{told}: {same}; time", seconds / alone, "x", "the same database", falls_short=bad)
            yield figure(f"{told}: processor time", used / used_alone, "x", "none")
    few, many = (in_a_process(n) for n in (FEW, MANY))
    yield figure(
        f"executors: peak memory over {MANY:,} samples less that over {FEW:,}",
        many - few,
        "MB",
        "at most 50",
        falls_short=many - few > 50,
    )


def figure(name: str, ours: float, unit: str, target: str, *, falls_short: bool = False) -> dict[str, Any]:
    return {"name": name, "ours": round(ours, 2), "unit": unit, "target": target, "falls_short": falls_short}


def in_a_process(n: int) -> float:
    """Peak memory in MB of a process that builds a lens of n samples."""
    with ProcessPoolExecutor(1, SPAWN) as pool:
        return pool.submit(peak, n).result()


def peak(n: int) -> float:
    torch.set_num_threads(1)
    with torch.random.fork_rng(), tempfile.TemporaryDirectory() as cache:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Conv2d(3, 64, 3), nn.ReLU())
        slw.Lens.build(
            model, Generated(n, 16), ["1"], foundation_model=ColourSpace(), transform=to_tensor, batch_size=32,
            memory_format=torch.contiguous_format, cache=cache, progress=False,
        )  # fmt: skip
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
