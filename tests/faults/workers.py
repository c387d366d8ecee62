"""Lenses over two workers, of which one, or the whole run, is killed at a random moment.

Afterwards the database is that of one process. Counted by the samples that workers ran through the network and through
the foundation model, nothing that was finished is done twice; of what a killed worker had under way, each sample is
done twice at most.
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
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import semanticlens_widgets as slw
from tests.faults.noted_world import Done, Line, built, finished, noted, noting
from tests.faults.outcome import Group, Outcome, main
from tests.faults.saved import change, content

N, SHARD, EMBEDDED = 384, 48, 64
"""Images, and those of the largest shard of the network and of the foundation model, with 2 workers."""
SPAWN = multiprocessing.get_context("spawn")
Running = tuple[object, list[int]]
"""An executor, and the numbers of its workers' processes."""


@contextmanager
def processes() -> Iterator[Running]:
    with ProcessPoolExecutor(2, SPAWN) as pool:
        list(pool.map(abs, range(2)))
        yield pool, list(pool._processes)


@contextmanager
def dask() -> Iterator[Running]:
    from dask.distributed import Client, LocalCluster

    options: Any = {"threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": "CRITICAL"}
    with LocalCluster(n_workers=2, **options) as cluster, Client(cluster) as client:
        numbers: Any = client.run(os.getpid)
        yield client, list(numbers.values())


ENGINES = {"processes": processes, **({"dask": dask} if find_spec("distributed") else {})}
N_TRIALS = {"processes": 10, "dask": 3}
"""Of a worker killed, and of the whole run killed."""


def over_two(engine: str, folder: Path) -> slw.Lens:
    """The lens over two workers."""
    with noting(folder), ENGINES[engine]() as (executor, _):
        return built(folder, N, executor)


def samples_of(lines: list[Line]) -> Counter[Done]:
    """The times that each sample ran through each model."""
    return Counter(done for line in lines for done in line.done)


class Trials:
    """The database that is expected, and the time that two workers take for it once they have begun."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.expected = content(built(self.place(), N))
        first = self.place()
        over_two("processes", first)
        self.once = samples_of(noted(first))
        assert set(self.once.values()) == {1}, "without a kill some samples ran twice"
        self.seconds = noted(first)[-1].at - noted(first)[0].at

    def place(self) -> Path:
        """A fresh folder."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def worker(self, engine: str, moment: float) -> tuple[str | None, str]:
        """The fault after one of two workers was killed at a moment, and the counts."""
        place, before = self.place(), Before()

        def kill(process: int) -> None:
            await_first(place)
            time.sleep(moment)
            before.look(place)
            os.kill(process, signal.SIGKILL)

        with noting(place), ENGINES[engine]() as (executor, workers):
            killer = threading.Thread(target=kill, args=workers[:1])
            killer.start()
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "shard")
                lens = built(place, N, executor)
            killer.join()
        return self.judged(place, lens, before, most=2, lost=2 * max(SHARD, EMBEDDED))

    def whole(self, engine: str, moment: float) -> tuple[str | None, str]:
        """The fault after a process and its workers were killed at a moment, and another one went on; the counts."""
        place, before = self.place(), Before()
        command = [sys.executable, "-m", "tests.faults.workers", "build", engine, str(place)]
        run = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
        await_first(place, lambda: run.poll() is None)
        time.sleep(moment)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        before.look(place)
        return self.judged(place, over_two(engine, place), before, most=2, lost=2 * max(SHARD, EMBEDDED))

    def judged(
        self, place: Path, lens: slw.Lens, before: "Before", *, most: int, lost: int
    ) -> tuple[str | None, str]:
        """The fault of a lens, and the counts: where each sample may run `most` times, and `lost` more than once."""
        lines = noted(place)
        counts, after = samples_of(lines), samples_of(lines[before.n_lines :])
        again, twice = sorted(before.finished & after.keys()), [one for one, n in counts.items() if n > 1]
        told = (
            f"{len(before.finished)} of {len(self.once)} finished before, {len(again)} of them done again; "
            f"{len(twice)} under way done twice"
        )
        if said := change(content(lens), self.expected):
            return said, told
        if again:
            return f"{len(again)} samples were finished and done again, such as {again[0]}", told
        if missing := self.once.keys() - counts.keys():
            return f"{len(missing)} samples were never run, such as {min(missing)}", told
        if max(counts.values()) > most or len(twice) > lost:
            return f"{len(twice)} samples ran up to {max(counts.values())} times", told
        return None, told


class Before:
    """The state of a run at the moment of a kill."""

    finished: set[Done]
    n_lines: int

    def look(self, place: Path) -> None:
        """First what is finished, then what was noted: what finishes between the two counts as under way."""
        self.finished = finished(place)
        self.n_lines = len(noted(place))


def await_first(place: Path, alive: Callable[[], bool] = lambda: True) -> None:
    """Waits for the first batch, two minutes at most."""
    until = time.monotonic() + 120
    while not noted(place) and alive() and time.monotonic() < until:
        time.sleep(0.01)


def at_random(trials: Trials, task: str, engine: str, generator: random.Random) -> Iterator[Outcome]:
    """Kills at a random moment of the time that the work takes."""
    moment = generator.uniform(0, trials.seconds)
    name = f"{task} of {engine} killed after {moment:.2f} of {trials.seconds:.2f} s"
    try:
        said, told = getattr(trials, task)(engine, moment)
        yield Outcome(name, "silent" if said else "right", f"{said or ''} ({told})".strip())
    except Exception as error:  # noqa: BLE001
        yield Outcome(name, "crashed", f"{type(error).__name__}: {error}")


def groups(trials: Trials) -> dict[str, Group]:
    """Name -> trials."""
    return {
        f"{engine} {task} {part}": partial(at_random, trials, task, engine)
        for engine in ENGINES
        for task in ("worker", "whole")
        for part in range(N_TRIALS[engine])
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["build"]:
        over_two(sys.argv[2], Path(sys.argv[3]))
    else:
        folder = Path(tempfile.mkdtemp())
        try:
            main(groups(Trials(folder)), __doc__)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
