"""Differences between executors: their number of workers, their way to send what many shards need, and lost workers."""

import os
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from importlib.util import find_spec
from typing import Any

from semanticlens_widgets.errors import WorkerError
from semanticlens_widgets.executors.current import Workers
from semanticlens_widgets.executors.parcels import Parcel

_SAME = "give them the environment of this process"

_JOBS = 8
"""Shards at a time on a cluster that does not say how many it can take."""

_SENT: "weakref.WeakKeyDictionary[Any, set[str]]" = weakref.WeakKeyDictionary()
"""Executor -> keys of the parcels that its workers got."""

_REPLACED: "weakref.WeakKeyDictionary[Any, ProcessPoolExecutor]" = weakref.WeakKeyDictionary()
"""Pool that lost a worker -> the one in its place, for as long as somebody holds the first."""


def hopeless(error: BaseException) -> WorkerError | None:
    """The sentence about an error that every further try would meet; None where a worker was lost."""
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, ImportError) or "No module named" in said:
        return WorkerError(f"workers cannot import what they need ({said}); {_SAME}")
    if "No valid workers" in said:
        return WorkerError(
            "the Dask cluster has no workers; start some, and wait for them: client.wait_for_workers(1)"
        )
    if "after shutdown" in said:
        return WorkerError("the executor was shut down and takes no more work; pass one that runs")
    return None


class Engine:
    """An executor as far as shards are concerned. Safe to use from several threads."""

    def __init__(self, workers: Workers) -> None:
        self.given: Any = workers.executor
        pool = isinstance(self.given, ProcessPoolExecutor)
        self.executor: Any = _REPLACED.get(self.given, self.given) if pool else self.given
        _check_not_forking(self.executor)
        _check_client(self.executor)
        self.n = workers.n or _count(self.executor)
        self.keeps = _is_dask(self.executor) or isinstance(
            self.executor, ProcessPoolExecutor | ThreadPoolExecutor
        )
        """True if workers stay, and no more shards are submitted than there are: parcels go to those that ask."""
        self.shards_each = 4 if self.keeps or hasattr(self.executor, "scatter") else 1
        """For each worker, so that a slow one or a lost one holds up little; 1 where each shard starts a process."""
        self._references: dict[str, Any] = {}
        self._guard, self._turn = threading.Lock(), threading.Lock()

    @property
    def way_out(self) -> str:
        """Advice about shards that always lose their worker."""
        advice = "look at the worker's own log, give it more memory, or leave out what ends it"
        script = "; in a script the call must stand below if __name__ == '__main__':, as every process runs the script"
        return advice + (script if isinstance(self.executor, ProcessPoolExecutor) else "")

    def sent(self, parcels: Sequence[Parcel]) -> list[Any]:
        """The parcels as arguments of a task: by reference where the executor can, otherwise whole."""
        scatter = getattr(self.executor, "scatter", None)
        if scatter is None:
            return [parcel.data for parcel in parcels]
        if _is_dask(self.executor):  # to all, of which one may end; data of that hash may be on its way out
            scatter = partial(scatter, broadcast=True, hash=False)
        with self._guard:
            for parcel in parcels:
                if parcel.key not in self._references:
                    self._references[parcel.key] = scatter(parcel.data)
            return [self._references[parcel.key] for parcel in parcels]

    def unsent(self, parcels: Sequence[Parcel]) -> set[str]:
        """The keys of parcels that the executor's workers need for the first time; all where workers do not stay."""
        keys = {parcel.key for parcel in parcels}
        if not self.keeps:
            return keys
        with self._guard:
            sent = _SENT.setdefault(self.executor, set())
            new = keys - sent
            sent |= keys
            return new

    def renew(self, lost: object) -> None:
        """Puts a pool like it in the place of one that lost a worker, which takes no more tasks; sends parcels anew."""
        with self._guard:
            self._references.clear()
            if self.executor is lost and isinstance(lost, ProcessPoolExecutor):
                pool: Any = lost
                self.executor = ProcessPoolExecutor(
                    self.n, pool._mp_context, pool._initializer, pool._initargs
                )
                _REPLACED[self.given] = self.executor
                weakref.finalize(self.given, self.executor.shutdown, wait=False, cancel_futures=True)

    def in_turn(self, attempt: int) -> AbstractContextManager[object]:
        """Lets lost shards of a pool run again one by one: with one worker the pool loses the shards of all."""
        return self._turn if attempt and isinstance(self.executor, ProcessPoolExecutor) else nullcontext()


def _count(executor: Any) -> int:
    """The number of workers, from what executors call it."""
    if isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor):
        return vars(executor)["_max_workers"]
    if _is_dask(executor):
        return max(1, sum(executor.nthreads().values()))
    if type(executor).__module__.startswith("submitit") and "local" not in str(
        getattr(executor, "cluster", type(executor).__name__.lower())
    ):
        return _JOBS
    return getattr(executor, "n_workers", None) or os.cpu_count() or 1


def _is_dask(executor: Any) -> bool:
    return type(executor).__module__.startswith("distributed.")


def _check_client(executor: Any) -> None:
    """Refuses a client of Dask that cannot wait, is closed, or has workers that end at a function of the package."""
    if not _is_dask(executor):
        return
    if executor.asynchronous:
        raise ValueError("executor must be a Dask client that waits for results: leave asynchronous=True out")
    if executor.status != "running":
        raise ValueError(
            f"executor must be a Dask client that runs, and this one is {executor.status}: make a new one"
        )
    for address, spec in executor.run(find_spec, "semanticlens_widgets", on_error="return").items():
        if spec is None or isinstance(spec, BaseException):
            raise WorkerError(f"the worker {address} cannot import semanticlens_widgets; {_SAME}")


def _check_not_forking(executor: Any) -> None:
    context = executor._mp_context if isinstance(executor, ProcessPoolExecutor) else None
    if context is not None and context.get_start_method() == "fork":
        raise ValueError(
            "executor must start its processes anew, as forked ones hang in torch: "
            "ProcessPoolExecutor(4, mp_context=multiprocessing.get_context('spawn'))"
        )
