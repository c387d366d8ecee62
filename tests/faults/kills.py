"""Processes that fail while they build, attribute, save and replace a lens: killed at random, and in every window.

The windows lie between two operations on files. In each the process is killed, interrupted, or finds the disk full.
Afterwards the lens is the old one or the new one, the next run ends with the same database, does no finished work
again, and leaves nothing behind.
"""

import errno
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import torch

import semanticlens_widgets as slw
from semanticlens_widgets.concepts.folder import _save
from semanticlens_widgets.errors import LensFileError
from semanticlens_widgets.layers.axes._probe_runs import is_probing
from semanticlens_widgets.passes import _files, _progress
from tests import colour_world
from tests.faults.outcome import Group, Outcome, main
from tests.faults.saved import build, change, content

BATCH, EMBEDDED = 4, 32
"""Images that are lost when the process is killed while it saves: of the model, of the foundation model."""
KILLED, REFUSED = 77, 78
ENDS = {"kill": {KILLED}, "interrupt": {KILLED}, "full": {0, REFUSED}}
FORK = get_context("fork")
Kill = Callable[[Callable[[], object], Path], str]
"""Runs a task that works in a folder, and fails it somehow; returns how."""
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
    struck: "Synchronized[int]" = FORK.Value("i", 0)
    """1 once an operation was made to fail."""

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
        except KeyboardInterrupt:
            os._exit(KILLED)
        except LensFileError:
            os._exit(REFUSED)
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


class Struck:
    """Operations of this process on files below a folder, of which the n-th fails."""

    def __init__(self, how: str, n: int, place: Path) -> None:
        """`how`: "kill" ends the process, "interrupt" is Ctrl+C, "full" a disk that takes nothing more from then on."""
        self.how, self.left, self.place = how, n, str(place)

    def begin(self) -> None:
        """Watches this process from now on; some files are then half written."""
        warnings.simplefilter("ignore")
        for module in (_files, _save):
            setattr(module, "save_file", partial(self.save, module.save_file))  # noqa: B010
        sys.addaudithook(self.due)

    def due(self, event: str, arguments: tuple) -> None:
        """An audit hook."""
        opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
        if (opens or event in EVENTS) and self._is_here(str(arguments[0])):
            self.left -= 1
            if self.left <= 0:
                self.strike(adds=bool(opens) or event == "os.mkdir")

    def save(self, written: Callable, tensors: Mapping, path: Path, *rest: object) -> None:
        """Writes a file of tensors, two operations."""
        self.due("os.mkdir", (path,))
        written(tensors, path, *rest)
        if self.left == 1 or (self.how == "full" and self.left < 1):
            os.truncate(path, path.stat().st_size // 2)
            if self.how == "kill":  # safetensors writes to a temporary file beside the one that is named
                os.replace(path, path.with_name(".tmpAbCdEf"))  # noqa: PTH105
        self.due("os.mkdir", (path,))

    def strike(self, *, adds: bool) -> None:
        """Fails."""
        Counts.struck.value = 1
        if self.how == "kill":
            os._exit(KILLED)
        if self.how == "interrupt" and self.left == 0:
            raise KeyboardInterrupt
        if self.how == "full" and adds:
            raise OSError(errno.ENOSPC, "No space left on device")

    def _is_here(self, name: str) -> bool:
        # A tree is removed by names relative to its folders.
        return name.startswith(self.place) or not (name.startswith("/") or name.isdigit())


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

    def built(self, kill: Kill, place: Path) -> str | None:
        """The fault that a killed build leaves when it is run again, or None."""
        Counts.take()
        how = kill(lambda: self.build(place), place)
        if in_child(lambda: check(self.build(place), self.expected)) != 0:
            return "the next build fails or gives another database"
        seen, embedded = Counts.take()
        redone = seen - self.whole[0] - self.warm[0], embedded - self.whole[1] - self.warm[1]
        if how != "full" and (redone[0] > BATCH or redone[1] > EMBEDDED):
            return f"{redone[0]} images were run and {redone[1]} embedded again"
        left = self.listing(place)
        return None if left == self.kinds else f"the cache holds {left}, not {self.kinds}"

    def saved(self, kill: Kill, place: Path, *, over: bool) -> str | None:
        """The same for a lens that is saved, over another one if `over`."""
        path = place / "tiny.lens"
        if over:
            self.make_old(path)
        kill(lambda: self.lens.save(path, overwrite=True), place)
        try:
            found = content(slw.open(path))
            if change(found, self.expected) and (not over or change(found, self.other)):
                return "neither the old lens nor the new one"
        except LensFileError as error:
            if over or "there is no lens" not in str(error):
                return str(error)
        self.lens.save(path, overwrite=True)
        if said := change(content(slw.open(path)), self.expected):
            return said
        left = [file.name for file in place.iterdir()]
        return None if left == ["tiny.lens"] else f"left over: {left}"

    def tasks(self) -> dict[str, Callable[[Kill, Path], str | None]]:
        """Name -> a function of a way to fail and a folder."""
        return {
            "build": self.built,
            "save": partial(self.saved, over=False),
            "overwrite": partial(self.saved, over=True),
        }


def check(lens: slw.Lens, expected: Mapping[str, object]) -> None:
    """Raises AssertionError unless the lens is the expected one."""
    if said := change(content(lens), expected):
        raise AssertionError(said)


def judged(name: str, trials: Trials, task: str, kill: Kill) -> Outcome:
    """The outcome of one kill."""
    Counts.struck.value = 0
    place = Path(tempfile.mkdtemp(dir=trials.folder))
    try:
        said = trials.tasks()[task](kill, place)
    except Exception as error:  # noqa: BLE001
        return Outcome(name, "crashed", f"{type(error).__name__}: {error}")
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return Outcome(name, "silent" if said else "right", said or "")


def struck(how: str, n: int, run: Callable[[], object], place: Path) -> str:
    """Runs a task whose n-th operation fails; raises RuntimeError if it doesn't end as it should."""
    code = in_child(run, Struck(how, n, place).begin)
    if code not in (ENDS[how] if Counts.struck.value else {0}):
        raise RuntimeError("it has no end" if code is None else f"it ends with {code}")
    return how


def windows(
    trials: Trials, task: str, how: str, first: int, step: int, _generator: random.Random
) -> Iterator[Outcome]:
    """A failure at every `step`-th operation from the `first`, until the task runs through."""
    n = first
    while True:
        yield judged(f"{task}, {how} at operation {n}", trials, task, partial(struck, how, n))
        if not Counts.struck.value:
            return
        n += step


def at_random(trials: Trials, task: str, times: int, generator: random.Random) -> Iterator[Outcome]:
    """Kills at random moments of the time that the task takes."""
    spent = 0.0

    def late(seconds: float, run: Callable[[], object], _: Path) -> str:
        nonlocal spent
        started = time.perf_counter()
        in_child(run, seconds=seconds)
        spent = max(spent, time.perf_counter() - started)
        return "kill"

    yield judged(f"{task} to its end", trials, task, partial(late, 60.0))
    for _ in range(times):
        moment = generator.uniform(0, spent)
        yield judged(f"{task} killed after {moment:.3f} s", trials, task, partial(late, moment))


def groups(trials: Trials) -> dict[str, Group]:
    """Name -> trials."""
    found: dict[str, Group] = {}
    for how in ENDS:
        for task, step in (("build", 12), ("save", 3), ("overwrite", 3)):
            for first in range(1, step + 1):
                found[f"{task} {how} {first}"] = partial(windows, trials, task, how, first, step)
    found |= {f"build random {part}": partial(at_random, trials, "build", 4) for part in range(5)}
    return found | {f"{task} random": partial(at_random, trials, task, 10) for task in ("save", "overwrite")}


if __name__ == "__main__":
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        main(groups(Trials(Path(folder))), __doc__)
