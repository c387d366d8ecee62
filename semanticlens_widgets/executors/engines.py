"""Differences between executors: their number of workers, their way to send what many shards need, and lost workers."""

import multiprocessing
import os
import threading
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from typing import Any

import torch

from semanticlens_widgets.executors.current import Workers
from semanticlens_widgets.executors.parcels import Parcel

_JOBS = 8
"""Shards at a time on a cluster that does not say how many it can take."""

_SENT: "weakref.WeakKeyDictionary[Any, set[str]]" = weakref.WeakKeyDictionary()
"""Executor -> keys of the parcels that its workers got."""


class Engine:
    """An executor as far as shards are concerned. Safe to use from several threads."""

    def __init__(self, workers: Workers) -> None:
        self.executor = _gpus() if workers.executor == "gpus" else workers.executor
        _check_not_forking(self.executor)
        self.n = workers.n or _count(self.executor)
        self.keeps = _is_dask(self.executor) or isinstance(
            self.executor, ProcessPoolExecutor | ThreadPoolExecutor
        )
        """True if workers stay, and no more shards are submitted than there are: parcels go to those that ask."""
        self.shards_each = 4 if self.keeps or hasattr(self.executor, "scatter") else 1
        """For each worker, so that a slow one or a lost one holds up little; 1 where each shard starts a process."""
        self._own = [self.executor] if self.executor is not workers.executor else []
        self._references: dict[str, Any] = {}
        self._guard, self._turn = threading.Lock(), threading.Lock()

    def sent(self, parcels: Sequence[Parcel]) -> list[Any]:
        """The parcels as arguments of a task: by reference where the executor can, otherwise whole."""
        scatter = getattr(self.executor, "scatter", None)
        if scatter is None:
            return [parcel.data for parcel in parcels]
        if _is_dask(self.executor):  # data of the same hash may just be on its way out
            scatter = partial(scatter, hash=False)
        with self._guard:
            for parcel in parcels:
                if parcel.key not in self._references:
                    self._references[parcel.key] = scatter(parcel.data)
            return [self._references[parcel.key] for parcel in parcels]

    def is_new(self, parcels: Sequence[Parcel]) -> bool:
        """True the first time that the executor's workers need one of these, or where they do not stay."""
        if not self.keeps:
            return True
        with self._guard:
            sent, keys = _SENT.setdefault(self.executor, set()), {parcel.key for parcel in parcels}
            new = not keys <= sent
            sent |= keys
            return new

    def renew(self, lost: object) -> None:
        """Makes a pool like the one that lost a worker and takes no more tasks, and sends parcels anew."""
        with self._guard:
            self._references.clear()
            if self.executor is lost and isinstance(lost, ProcessPoolExecutor):
                pool: Any = lost
                self.executor = ProcessPoolExecutor(
                    self.n, pool._mp_context, pool._initializer, pool._initargs
                )
                self._own.append(self.executor)

    def in_turn(self, attempt: int) -> AbstractContextManager[object]:
        """Lets lost shards of a pool run again one by one: with one worker the pool loses the shards of all."""
        return self._turn if attempt and isinstance(self.executor, ProcessPoolExecutor) else nullcontext()

    def close(self) -> None:
        """Ends the pools that were made here."""
        for pool in self._own:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def opened(workers: Workers) -> Iterator[Engine]:
    """The engine of the workers for as long as the context is open."""
    with ExitStack() as undo:
        engine = Engine(workers)
        undo.callback(engine.close)
        yield engine


def _gpus() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(torch.cuda.device_count(), multiprocessing.get_context("spawn"))


def _count(executor: Any) -> int:
    """The number of workers, from what executors call it."""
    if isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor):
        return executor._max_workers
    if _is_dask(executor):
        return max(1, sum(executor.nthreads().values()))
    if type(executor).__module__.startswith("submitit") and getattr(executor, "cluster", "local") != "local":
        return _JOBS
    return getattr(executor, "n_workers", None) or os.cpu_count() or 1


def _is_dask(executor: Any) -> bool:
    return type(executor).__module__.startswith("distributed.")


def _check_not_forking(executor: Any) -> None:
    context = executor._mp_context if isinstance(executor, ProcessPoolExecutor) else None
    if context is not None and context.get_start_method() == "fork":
        raise ValueError(
            "executor must start its processes anew, as forked ones hang in torch: "
            "ProcessPoolExecutor(4, mp_context=multiprocessing.get_context('spawn'))"
        )
