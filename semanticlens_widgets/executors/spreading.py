"""Shards of a job, each submitted to an executor until its result is there."""

import builtins
import json
import multiprocessing
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import torch
from safetensors.torch import load
from torch import Tensor, nn

from semanticlens_widgets import errors
from semanticlens_widgets._arguments import shown
from semanticlens_widgets._warn import warn_user
from semanticlens_widgets.errors import WorkerError
from semanticlens_widgets.executors import worker
from semanticlens_widgets.executors.current import Workers, now
from semanticlens_widgets.executors.engines import Engine, hopeless
from semanticlens_widgets.executors.models import maker_of
from semanticlens_widgets.executors.parcels import Parcel, packed
from semanticlens_widgets.executors.shards import Shard, shards_of
from semanticlens_widgets.executors.worker import Shared
from semanticlens_widgets.layers import layouts_of, model_behaviour, model_fingerprint, versions_now

_TRIES = 3
_MOMENT = 5
"""Seconds that a build that ends early waits for a finished result to be unpacked."""

Result = tuple[dict[str, Tensor], Any]
"""Tensors under flat names, and JSON for the rest."""


@dataclass(frozen=True, eq=False)
class Job:
    """A function over items, in batches whose borders count."""

    work: Callable[[list[Any]], Result]
    """Can be sent, and refers to the `shared` objects."""
    items: Sequence[Any]
    """Numbers and tuples of them."""
    batch: int
    shared: Mapping[str, object]
    """Name -> object that every worker keeps: "model", "images"."""

    def parcels(self) -> list[Parcel]:
        """The shared objects and the work; raises TypeError for what cannot be sent."""
        others = list(self.shared.values())
        return [
            *(packed(name, _shared(value)) for name, value in self.shared.items()),
            packed("work", self.work, others),
        ]


def spread(
    job: Job,
    workers: Workers,
    *,
    done: Iterable[Shard] = (),
    keep: Callable[[Shard, Result], object],
    advance: Callable[[str], object],
) -> None:
    """Gives the result of every shard that is not `done` to `keep`, in any order.

    `advance` is told the state at the start, after every result and after every loss, as "3 of 8 shards, 2 running". A
    shard whose worker is lost runs again, three times at most, with a warning. Results that are there are kept also
    when the work ends early. Raises what the work raises, TypeError for what cannot be sent and for an executor that
    gives no futures, and WorkerError.
    """
    engine = Engine(workers)
    shards = shards_of(len(job.items), job.batch, engine.shards_each * engine.n, done)
    if shards:
        _Crew(job, engine, job.parcels(), deque(shards)).run(keep, advance)


@contextmanager
def spreading_to(executor: object) -> Iterator[None]:
    """Spreads all passes inside over the executor, or `Workers`; None runs them here."""
    given = executor if isinstance(executor, Workers) or executor is None else Workers(executor)
    with ExitStack() as undo:
        if given is not None and isinstance(given.executor, str):
            given = Workers(undo.enter_context(_gpus()), given.n)
        before = now.set(given)
        undo.callback(now.reset, before)
        if given is not None:
            undo.callback(worker.let_go)
        yield


@contextmanager
def _gpus() -> Iterator[ProcessPoolExecutor]:
    pool = ProcessPoolExecutor(torch.cuda.device_count(), multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class _Crew:
    """Threads that wait for futures: one for each shard that is worked on."""

    def __init__(self, job: Job, engine: Engine, parcels: list[Parcel], shards: deque[Shard]) -> None:
        self.job, self.engine, self.parcels, self.shards = job, engine, parcels, shards
        self.keys = frozenset(parcel.key for parcel in parcels)
        self.n_shards, self.n_again, self.by = len(shards), 0, set[str]()
        self.results: queue.SimpleQueue[tuple[Shard, Result | BaseException | str]] = queue.SimpleQueue()
        self.futures: dict[threading.Thread, Any] = {}
        self.stopped = False

    def run(self, keep: Callable[[Shard, Result], object], advance: Callable[[str], object]) -> None:
        """Ends with the last result, or with the first error."""
        left, unsent = len(self.shards), self.engine.unsent(self.parcels)
        for _ in range(min(self.engine.n, left)):
            threading.Thread(target=self._work, args=[unsent], daemon=True).start()
        try:
            while left:
                advance(self._standing(left))
                shard, found = self.results.get()
                if isinstance(found, BaseException):
                    raise found
                if isinstance(found, str):
                    self.n_again += 1
                    warn_user(found)
                    continue
                keep(shard, found)
                left -= 1
            advance(self._standing(left))
        finally:
            self._stop(keep)

    def _standing(self, left: int) -> str:
        """The state of the shards for the user."""
        by = f" by {len(self.by)} worker{'s' if len(self.by) > 1 else ''}" if self.by else ""
        again = f", {self.n_again} run again" if self.n_again else ""
        running = f", {min(self.engine.n, left)} running" if left else ""
        return f"{self.n_shards - left} of {self.n_shards} shards{by}{running}{again}"

    def _stop(self, keep: Callable[[Shard, Result], object]) -> None:
        self.stopped = True
        self.shards.clear()
        for thread, future in list(self.futures.items()):
            with suppress(Exception):
                future.cancel()
                if future.done():  # its thread is about to hand the result over
                    thread.join(_MOMENT)
        while not self.results.empty():
            shard, found = self.results.get()
            if isinstance(found, tuple):
                keep(shard, found)

    def _work(self, wanted: Set[str]) -> None:
        """Takes shard after shard; the first goes with the parcels that workers do not have."""
        while not self.stopped:
            try:
                shard = self.shards.popleft()
            except IndexError:
                return
            try:
                found = self._found(shard, wanted)
            except BaseException as error:  # noqa: BLE001 - raised by the thread that waits for results
                found = error
            self.results.put((shard, found))
            self.futures.pop(threading.current_thread(), None)
            wanted = frozenset() if self.engine.keeps else wanted

    def _found(self, shard: Shard, wanted: Set[str]) -> Result:
        for attempt in range(_TRIES):
            executor = self.engine.executor
            try:
                with self.engine.in_turn(attempt):
                    answer = self._answer(shard, attempt, self.keys if attempt else wanted)
            except Exception as error:
                if self.stopped or isinstance(error, TypeError):
                    raise
                if final := hopeless(error):
                    raise final from error
                said = f"{type(error).__name__}: {error}".strip(": ")
                lost = f"shard {shard.start} to {shard.stop - 1} was lost with its worker ({said})"
                tried = type(error).__name__ == "KilledWorker"  # by Dask, several times
                if tried or attempt == _TRIES - 1:
                    often = "again and again" if tried else f"{_TRIES} times"
                    raise WorkerError(f"{lost} {often}; {self.engine.way_out}") from error
                self.results.put((shard, f"{lost} and runs again"))
                self.engine.renew(executor)
            else:
                self.by.add(answer[3])
                return _result(answer)
        raise AssertionError

    def _answer(self, shard: Shard, attempt: int, wanted: Set[str]) -> worker.Answer:
        head = {
            "versions": versions_now(),
            "threads": torch.get_num_threads(),
            "process": worker.this_process(),
            "parcels": [(parcel.name, parcel.key) for parcel in self.parcels],
            "attempt": attempt,  # for executors that remember the results of equal arguments
        }
        along = [parcel for parcel in self.parcels if parcel.key in wanted]
        sent = dict(zip([parcel.key for parcel in along], self.engine.sent(along), strict=True))
        items = list(self.job.items[shard.start : shard.stop])
        data = [sent.get(parcel.key) for parcel in self.parcels]
        future = self.engine.executor.submit(worker.run_shard, head, items, *data)
        if not callable(getattr(future, "result", None)):
            raise TypeError(
                "executor.submit(function, *arguments) must return a future, an object with result(), and it returned "
                f"{shown(future)}"
            )
        self.futures[threading.current_thread()] = future
        try:
            answer = future.result()
            if not (isinstance(answer, tuple) and len(answer) == 4):
                raise TypeError(
                    "the future of executor.submit(function, *arguments) must give what the function returns, and it "
                    f"gave {shown(answer)}"
                )
        except BaseException:
            del self.futures[threading.current_thread()]
            raise
        return answer if answer[0] != "needs" else self._answer(shard, attempt, self.keys)


def _shared(value: object) -> Shared:
    maker = maker_of(value)
    if not isinstance(value, nn.Module):
        return Shared(maker or value, made=maker is not None)
    layouts = tuple(layouts_of(value).items())
    if maker is None:
        return Shared(value, layouts=layouts)
    identity = model_fingerprint(value), model_behaviour(value)
    return Shared(maker, made=True, layouts=layouts, identity=identity)


def _result(answer: worker.Answer) -> Result:
    kind, found, rest, _ = answer
    if kind == "done":
        return load(found), json.loads(rest)
    message, trace = json.loads(rest)
    known = getattr(errors, found, None) or getattr(builtins, found, None)
    if not (isinstance(known, type) and issubclass(known, Exception)):
        raise WorkerError(message if found == "RefusedError" else f"{found}: {message}") from _WorkersError(
            trace
        )
    raise known(message) from _WorkersError(trace)


class _WorkersError(Exception):
    """The traceback of a worker."""

    def __str__(self) -> str:
        return "\n" + str(self.args[0])
