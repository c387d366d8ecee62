"""Lenses over two processes, of which one, or the whole run, is killed at a random moment.

Afterwards the database is that of one process, and no finished shard was run again.
"""

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import torch
from PIL import Image

import semanticlens_widgets as slw
from tests.faults.outcome import Group, Outcome, main
from tests.faults.saved import change, content
from tests.noise_world import Net, Watched, build

N, SHARD, EMBEDDED = 384, 48, 64
"""Images, and those of the largest shard of the model and of the foundation model, with 2 workers."""
SPAWN = multiprocessing.get_context("spawn")
BYTES = 8
"""Of each line of the log."""


class Logged(Watched):
    """Writes every sample that is read into a file, and takes its time."""

    def __init__(self, n: int, log: Path) -> None:
        super().__init__(n)
        self.log = log

    def image(self, sample: int) -> Image.Image:
        time.sleep(0.004)
        with self.log.open("ab", buffering=0) as file:
            file.write(f"{sample:7}\n".encode())
        return super().image(sample)


def built(folder: Path, executor: object = None) -> slw.Lens:
    """The lens, cached in the folder."""
    torch.set_num_threads(1)
    images = Logged(N, folder / "log")
    return build(executor, model=Net(), images=images, cache=folder / "cache", batch_size=8)


def over_two(folder: Path) -> slw.Lens:
    """The same over a pool of its own."""
    with ProcessPoolExecutor(2, SPAWN) as pool:
        return built(folder, pool)


class Trials:
    """The lens that is expected, and how many images are read for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "first").mkdir()
        self.expected = content(built(folder / "first"))
        started = time.perf_counter()
        (folder / "whole").mkdir()
        over_two(folder / "whole")
        self.seconds = time.perf_counter() - started
        self.read = self.lines(folder / "whole")

    def lines(self, folder: Path) -> int:
        """The number of images that were read."""
        log = folder / "log"
        return log.stat().st_size // BYTES if log.exists() else 0

    def fault(self, place: Path, lens: slw.Lens, lost: int) -> str | None:
        """The fault of a lens, for which as many images may have been read again as were lost."""
        if said := change(content(lens), self.expected):
            return said
        again = self.lines(place) - self.read
        return f"{again} images were read again, not {lost} at most" if again > lost else None

    def worker(self, moment: float, place: Path) -> str | None:
        """The fault after one of two workers was killed at a moment."""
        with ProcessPoolExecutor(2, SPAWN) as pool:
            list(pool.map(abs, range(2)))
            timer = threading.Timer(moment, self.kill_one, [pool])
            timer.start()
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "shard")
                lens = built(place, pool)
            timer.cancel()
        return self.fault(place, lens, 2 * (SHARD + EMBEDDED))

    @staticmethod
    def kill_one(pool: ProcessPoolExecutor) -> None:
        """Kills the first process of a pool."""
        for process in list(pool._processes)[:1]:
            os.kill(process, signal.SIGKILL)

    def whole(self, moment: float, place: Path) -> str | None:
        """The fault after this process and its workers were killed at a moment, and another one went on."""
        command = [sys.executable, "-m", "tests.faults.workers", "build", str(place)]
        run = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 120
        while not self.lines(place) and run.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(moment)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        return self.fault(place, over_two(place), 2 * (SHARD + EMBEDDED))


def at_random(trials: Trials, task: str, generator: random.Random) -> Iterator[Outcome]:
    """Kills at a random moment of the time that the task takes."""
    moment = generator.uniform(0, trials.seconds * 0.5)
    name, place = f"{task} killed after {moment:.2f} s", Path(tempfile.mkdtemp(dir=trials.folder))
    try:
        said = getattr(trials, task)(moment, place)
        yield Outcome(name, "silent" if said else "right", said or "")
    except Exception as error:  # noqa: BLE001
        yield Outcome(name, "crashed", f"{type(error).__name__}: {error}")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def groups(trials: Trials) -> dict[str, Group]:
    """Name -> trials."""
    return {
        f"{task} {part}": partial(at_random, trials, task)
        for task in ("worker", "whole")
        for part in range(10)
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["build"]:
        over_two(Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(groups(Trials(Path(folder))), __doc__)
