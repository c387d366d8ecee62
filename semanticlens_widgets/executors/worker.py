"""The side of a worker: it takes parcels in, runs a shard, and answers in tensors and JSON, never by an exception.

Models and images stay with the process. Each is lent to one thread at a time, so that threads have their own.
"""

import json
import multiprocessing
import os
import socket
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from safetensors.torch import save
from torch import nn

from semanticlens_widgets.executors.parcels import unpacked
from semanticlens_widgets.layers import (
    Layout,
    model_behaviour,
    model_fingerprint,
    remember_layouts,
    versions_now,
)

_guard = threading.Lock()
_making = threading.Lock()
"""Held while a user's function makes something: it may seed the generators that all threads share."""
_free: dict[str, list[Any]] = {}
"""Key -> objects that no thread uses at present."""
_of_name: dict[str, str] = {}
"""Name of a parcel -> the key of the latest: earlier ones are let go."""

_work = ("", b"")
"""Key and bytes of the latest work, which all threads share."""

Answer = tuple[str, Any, str, str]
"""("done", tensors as bytes, the rest as JSON, name of the process), ("needs", "", "", name), or ("failed", name of the
exception, JSON of its message and traceback, name)."""


@dataclass(frozen=True)
class Shared:
    """An object that many shards use: its bytes, or those of the function that makes it."""

    value: Any
    made: bool = False
    layouts: tuple[tuple[str, Layout], ...] = ()
    """Of a model's layers, as decided or given at home."""
    identity: tuple[str, str] | None = None
    """Of a model that a function makes: hashes of its weights, and of its hooks, attributes and code."""


class RefusedError(Exception):
    """A worker that cannot do the work, with the sentence that says why."""


class _MissingError(Exception):
    """A shared object that this worker does not have, or that another thread uses."""


def run_shard(head: dict[str, Any], items: list[Any], *parcels: bytes | None) -> Answer:
    """The answer to one shard.

    The names and keys of the parcels are `head["parcels"]`; None stands for one that was not sent along. The last is
    the work, a function from items to tensors and JSON, which refers to the objects in the others.
    """
    try:
        check_versions(head["versions"])
        torch.set_num_threads(head["threads"])
        work = _latest_work(head["parcels"][-1][1], parcels[-1])
        with lent(head, parcels[:-1]) as others:
            tensors, rest = _opened("work", partial(unpacked, work, others))(items)
        data = save({name: one.cpu().contiguous() for name, one in tensors.items()})
        return "done", data, json.dumps(rest), this_process()
    except _MissingError:
        return "needs", "", "", this_process()
    except Exception as error:  # noqa: BLE001 - it is raised at home
        said = json.dumps([str(error), traceback.format_exc()])
        return "failed", type(error).__name__, said, this_process()


def check_versions(expected: dict[str, str]) -> None:
    """Raises RefusedError where the worker has other versions."""
    own = versions_now()
    for name, version in expected.items():
        if own.get(name) != version:
            raise RefusedError(
                f"a worker on {socket.gethostname()} has {name} {own.get(name)} and this process {version}; give the "
                "workers the same environment"
            )


def _latest_work(key: str, data: bytes | None) -> bytes:
    global _work
    with _guard:
        if data is not None:
            _work = (key, data)
        if _work[0] != key:
            raise _MissingError
        return _work[1]


@contextmanager
def lent(head: dict[str, Any], data: Sequence[bytes | None]) -> Iterator[list[Any]]:
    """The shared objects for as long as the context is open, for this thread alone."""
    taken: list[tuple[str, Any]] = []
    try:
        for (name, key), own in zip(head["parcels"], data, strict=False):
            taken.append((key, _take(name, key, own, head)))
        yield [value for _, value in taken]
    finally:
        with _guard:
            for key, value in taken:
                if key in _of_name.values():
                    _free.setdefault(key, []).append(value)


def _take(name: str, key: str, data: bytes | None, head: dict[str, Any]) -> Any:
    with _guard:
        if (before := _of_name.get(name)) != key:
            _free.pop(before or "", None)
            _of_name[name] = key
        if _free.get(key):
            return _free[key].pop()
    if data is None:
        raise _MissingError
    shared: Shared = _opened(name, partial(unpacked, data))
    with _making:
        value = _opened(name, shared.value) if shared.made else shared.value
    return _placed(value, shared, head) if isinstance(value, nn.Module) else value


def _placed(model: nn.Module, shared: Shared, head: dict[str, Any]) -> nn.Module:
    weights, behaviour = shared.identity or (None, None)
    if weights is not None and model_fingerprint(model) != weights:
        raise RefusedError(
            "the function that makes the model gave other weights to a worker than here; let it load a checkpoint, or "
            "set the seed in it"
        )
    if behaviour is not None and model_behaviour(model) != behaviour:
        raise RefusedError(
            "the model here has other hooks, attributes or code than the function gives to a worker (an ablation, for "
            "example); pass the model itself"
        )
    if head["process"] != this_process():
        model = model.to(own_device())
    remember_layouts(model, dict(shared.layouts))
    return model


def let_go() -> None:
    """Forgets the shared objects of this process: threads of a pool here would keep a model each."""
    global _work
    with _guard:
        _free.clear()
        _of_name.clear()
        _work = ("", b"")


def own_device() -> torch.device:
    """The GPU of this worker, in turns where it sees several; the CPU without one."""
    n = torch.cuda.device_count()
    if not n:
        return torch.device("cpu")
    place = (multiprocessing.current_process()._identity or (1,))[-1] - 1
    return torch.device("cuda", (place + int(os.environ.get("SLURM_LOCALID", "0"))) % n)


def this_process() -> str:
    """A name that no other process has."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _opened(name: str, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except Exception as error:
        raise RefusedError(
            f"a worker cannot make the {name} ({type(error).__name__}: {error}); keep its code in a module that "
            "workers can import, and its files where they can read them"
        ) from error
