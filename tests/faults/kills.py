"""Processes that are killed while they build, attribute, save and replace a lens: at random, and in every window.

Afterwards the lens is the old one or the new one, the next run ends with the same database, does no finished work
again, and leaves nothing behind.
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import torch

import semanticlens_widgets as slw
from semanticlens_widgets.concepts import _save
from semanticlens_widgets.errors import LensFileError
from semanticlens_widgets.layers._probe import is_probing
from semanticlens_widgets.passes import _files, _progress
from tests import colour_world
from tests.faults.outcome import Group, Outcome, main
from tests.faults.saved import build, change, content

BATCH, EMBEDDED = 4, 32
"""Images that are lost when the process is killed while it saves: of the model, of the foundation model."""
KILLED = 77
FORK = get_context("fork")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
EVENTS = {
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "os.truncate",
    "os.link",
    "os.symlink",
    "os.chmod",
}


class Counts:
    """Images that models saw, in all processes."""

    seen: "Synchronized[int]" = FORK.Value("i", 0)
    embedded: "Synchronized[int]" = FORK.Value("i", 0)

    @classmethod
    def take(cls) -> tuple[int, int]:
        """Both since the last call."""
        found = cls.seen.value, cls.embedded.value
        cls.seen.value = cls.embedded.value = 0
        return found


class Counted(colour_world.ColourModel):
    """Counts its images."""

    def forward(self, pixels):
        if not is_probing():
            Counts.seen.value += len(pixels)
        return super().forward(pixels)


class CountedSpace(colour_world.ColourSpace):
    """Counts its images."""

    def embed_images(self, images):
        Counts.embedded.value += len(images)
        return super().embed_images(images)


def in_child(
    task: Callable[[], object], before: Callable[[], object] = bool, seconds: float = 60.0
) -> int | None:
    """The exit code of a task in a process of its own; None if it was killed after so many seconds."""

    def run() -> None:
        before()
        try:
            task()
        except BaseException as error:  # noqa: BLE001
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(1)
        os._exit(0)

    process = FORK.Process(target=run)
    process.start()
    process.join(seconds)
    code = process.exitcode
    if code is None and process.pid is not None:
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    return code


def kill_before(place: Path, n: int) -> None:
    """Ends this process before its n-th operation on files below `place`; some end with half a file written."""
    count, prefix = 0, str(place)

    def due(event: str, arguments: tuple) -> None:
        nonlocal count
        opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
        if (opens or event in EVENTS) and str(arguments[0]).startswith(prefix):
            count += 1
            if count >= n:
                os._exit(KILLED)

    def save(written: Callable, tensors: Mapping, path: Path, *rest: object) -> None:
        nonlocal count
        due("os.mkdir", (path,))
        written(tensors, path, *rest)
        if count + 1 >= n:
            os.truncate(path, path.stat().st_size // 2)
        due("os.mkdir", (path,))

    for module in (_files, _save):
        setattr(module, "save_file", partial(save, module.save_file))  # noqa: B010
    sys.addaudithook(due)


class Trials:
    """A task, and what has to be true after it was killed and run again."""

    def __init__(self, folder: Path) -> None:
        _progress._SECONDS_BETWEEN_SAVES = -1.0
        self.folder = folder
        self.lens = self.build(folder / "first")
        self.expected = content(self.lens)
        self.whole = Counts.take()
        self.build(folder / "first")
        self.warm = Counts.take()
        self.kinds = self.listing(folder / "first")
        self.other = content(self.make_old(folder / "old" / "tiny.lens"))

    def build(self, cache: Path) -> slw.Lens:
        """The lens, with relevance."""
        return build(cache, Counted(), CountedSpace())

    def make_old(self, path: Path) -> slw.Lens:
        """Saves a lens that is to be replaced."""
        lens = slw.Lens(self.lens.database.__class__(**{**vars(self.lens.database), "relevance": {}}))
        lens.save(path)
        return lens

    def listing(self, place: Path) -> dict[str, int]:
        """Kind -> number of files; the parts of what grows count as one."""
        files = [file for file in place.rglob("*") if file.is_file()]
        names = {"embedded" if file.parent.name == "embedded" else str(file) for file in files}
        kinds = [Path(name).parent.name or name for name in names]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    def built(
        self, kill: Callable[[Callable[[], object], Path], int | None], place: Path
    ) -> tuple[str | None, bool]:
        """What is wrong after a killed build was run again, and True if it was killed."""
        Counts.take()
        code = kill(lambda: self.build(place), place)
        if in_child(lambda: check(self.build(place), self.expected)) != 0:
            return "the next build fails or gives another database", code != 0
        seen, embedded = Counts.take()
        redone = seen - self.whole[0] - self.warm[0], embedded - self.whole[1] - self.warm[1]
        if redone[0] > BATCH or redone[1] > EMBEDDED:
            return f"{redone[0]} images were run and {redone[1]} embedded again", code != 0
        left = self.listing(place)
        return None if left == self.kinds else f"the cache holds {left}, not {self.kinds}", code != 0

    def saved(
        self, kill: Callable[[Callable[[], object], Path], int | None], place: Path, *, over: bool
    ) -> tuple[str | None, bool]:
        """The same for a lens that is saved, over another one if `over`."""
        path = place / "tiny.lens"
        if over:
            self.make_old(path)
        code = kill(lambda: self.lens.save(path, overwrite=True), place)
        try:
            found = content(slw.open(path))
            if change(found, self.expected) and (not over or change(found, self.other)):
                return "neither the old lens nor the new one", code != 0
        except LensFileError as error:
            if over or "there is no lens" not in str(error):
                return str(error), code != 0
        self.lens.save(path, overwrite=True)
        if said := change(content(slw.open(path)), self.expected):
            return said, code != 0
        left = [file.name for file in place.iterdir()]
        return None if left == ["tiny.lens"] else f"left over: {left}", code != 0

    def tasks(self) -> dict[str, Callable]:
        """Name -> a function of a way to kill and a folder."""
        return {
            "build": self.built,
            "save": partial(self.saved, over=False),
            "overwrite": partial(self.saved, over=True),
        }


def check(lens: slw.Lens, expected: Mapping[str, object]) -> None:
    """Raises AssertionError unless the lens is the expected one."""
    if said := change(content(lens), expected):
        raise AssertionError(said)


def judged(name: str, trials: Trials, task: str, kill: Callable, number: int) -> tuple[Outcome, bool]:
    """The outcome of one kill, and False if the task was over before it."""
    place = trials.folder / f"{task} {number}"
    place.mkdir()
    try:
        said, killed = trials.tasks()[task](kill, place)
    except Exception as error:  # noqa: BLE001
        return Outcome(name, "crashed", f"{type(error).__name__}: {error}"), True
    return Outcome(name, "silent" if said else "right", said or ""), killed


def killed_before(n: int, run: Callable[[], object], place: Path) -> int:
    """The exit code of a task that is killed before its n-th operation; raises RuntimeError if it fails by itself."""
    code = in_child(run, partial(kill_before, place, n))
    if code not in (0, KILLED):
        raise RuntimeError("it has no end" if code is None else "it fails by itself")
    return code


def windows(trials: Trials, task: str, first: int, step: int, _generator: random.Random) -> Iterator[Outcome]:
    """One kill before every `step`-th operation from the `first`, until the task runs through."""
    n, killed = first, True
    while killed:
        kill = partial(killed_before, n)
        outcome, killed = judged(f"{task} killed before operation {n}", trials, task, kill, n)
        yield outcome
        n += step


def at_random(trials: Trials, task: str, times: int, generator: random.Random) -> Iterator[Outcome]:
    """Kills at random moments of the time that the task takes."""
    place = trials.folder / f"{task} timed"
    place.mkdir()
    started = time.perf_counter()
    trials.tasks()[task](lambda run, _: in_child(run), place)
    spent = (time.perf_counter() - started) / 2
    for number in range(times):
        moment = generator.uniform(0, spent)
        kill = partial(lambda seconds, run, _: in_child(run, seconds=seconds), moment)
        yield judged(f"{task} killed after {moment:.3f} s", trials, task, kill, 10_000 + number)[0]


def _groups(trials: Trials) -> dict[str, Group]:
    found: dict[str, Group] = {}
    for task, step in (("build", 12), ("save", 3), ("overwrite", 3)):
        for first in range(1, step + 1):
            found[f"{task} window {first}"] = partial(windows, trials, task, first, step)
    found |= {f"build random {part}": partial(at_random, trials, "build", 4) for part in range(5)}
    return found | {f"{task} random": partial(at_random, trials, task, 10) for task in ("save", "overwrite")}


if __name__ == "__main__":
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        main(_groups(Trials(Path(folder))), __doc__)
