"""Worker processes that decode and transform, for images that threads decode too slowly.

They come from a fork server that has imported torch: forking this process would copy the locks of its threads, and a
spawned one would import torch for every pass. Windows spawns. Ctrl+C reaches this process alone, which ends them.
"""

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import cloudpickle
import torch
from torch import Tensor

from semanticlens_widgets.errors import WorkerError

Item = TypeVar("Item")
_compute: Callable[[Any], object]
"""In a worker: the value of an item."""


@contextmanager
def processes(value: Callable[[Item], object], n: int) -> Iterator[Callable[[Item], Callable[[], object]]]:
    """Gives a function that hands an item to one of `n` processes and returns what waits for its value.

    `value` may be any function that cloudpickle can send, and returns its exceptions instead of raising them: they
    come back as exceptions of the same name and text, tensors as their bytes. Raises TypeError for what cannot be
    sent, WorkerError when a process ends.
    """
    sent = _sendable(value)
    windows = sys.platform == "win32"
    context = multiprocessing.get_context("spawn" if windows else "forkserver")
    if not windows:
        context.set_forkserver_preload([__name__])
    pool = ProcessPoolExecutor(n, context, _begin, (sent,))
    try:
        yield lambda item: _waiting(pool.submit(_run, item))
    except BrokenProcessPool as error:
        raise WorkerError(_LOST) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_LOST = (
    "a process that decodes images has ended: it may lack memory (pass a lower num_workers), or the script lacks the "
    'line if __name__ == "__main__": around its work, which processes need'
)


def _sendable(value: Callable[..., object]) -> bytes:
    try:
        return cloudpickle.dumps(value)
    except Exception as error:
        raise TypeError(
            "num_workers needs images and a transform that can be sent to a process "
            f"({type(error).__name__}: {error}); let them open files when they read them, or pass num_workers=0"
        ) from error


def _waiting(future: "Future[object]") -> Callable[[], object]:
    return lambda: _mapped(future.result(), _received)


def _begin(sent: bytes) -> None:
    global _compute
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    _compute = cloudpickle.loads(sent)


def _run(item: object) -> object:
    return _mapped(_compute(item), _packed)


def _packed(part: object) -> object:
    if isinstance(part, Tensor):
        return _Bytes(part)
    return _Failure(type(part).__name__, str(part)) if isinstance(part, Exception) else part


def _received(part: object) -> object:
    if isinstance(part, _Bytes):
        return part.tensor()
    return type(part.name, (Exception,), {})(part.message) if isinstance(part, _Failure) else part


def _mapped(value: object, change: Callable[[object], object]) -> object:
    """The value, or the parts of a tuple, changed."""
    return tuple(map(change, value)) if type(value) is tuple else change(value)


@dataclass(frozen=True)
class _Failure:
    """An exception, whose own class may not bear being sent."""

    name: str
    message: str


class _Bytes:
    """A tensor as its bytes: the way of torch takes a file descriptor each."""

    def __init__(self, tensor: Tensor) -> None:
        self.dtype, self.shape = tensor.dtype, tuple(tensor.shape)
        self.data = bytearray(
            tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
        )

    def tensor(self) -> Tensor:
        """The tensor, of the same numbers and shape, contiguous."""
        if not self.data:
            return torch.empty(self.shape, dtype=self.dtype)
        return torch.frombuffer(self.data, dtype=self.dtype).reshape(self.shape)
