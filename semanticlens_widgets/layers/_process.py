"""Settings of the whole process under which a model runs: in full precision, and as it was written."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import torch


class Shared:
    """A setting for the time that any thread is inside: made by the first to enter, undone by the last to leave."""

    def __init__(self, setting: Callable[[], AbstractContextManager[object]]) -> None:
        self._setting = setting
        self._guard = threading.Lock()
        self._inside = 0
        self._undo = ExitStack()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """The setting, while the context is open."""
        with self._guard:
            if not self._inside:
                self._undo.enter_context(self._setting())
            self._inside += 1
        try:
            yield
        finally:
            with self._guard:
                self._inside -= 1
                if not self._inside:
                    self._undo.close()


@contextmanager
def _as_written() -> Iterator[None]:
    with ExitStack() as undo:
        # Nothing is compiled before this module is loaded, which takes a second; torch 2.6 and later can do so.
        if "torch._dynamo" in sys.modules and hasattr(torch.compiler, "set_stance"):
            undo.enter_context(torch.compiler.set_stance("force_eager"))
        yield


@contextmanager
def _in_full_precision() -> Iterator[None]:
    cudnn: Any = torch.backends.cudnn
    with ExitStack() as undo:
        try:
            undo.callback(setattr, cudnn, "allow_tf32", cudnn.allow_tf32)
            cudnn.allow_tf32 = False
        except RuntimeError:
            _set_exact(cudnn.conv, undo)
        try:
            undo.callback(torch.set_float32_matmul_precision, torch.get_float32_matmul_precision())
            torch.set_float32_matmul_precision("highest")
        except RuntimeError:
            _set_exact(torch.backends.cuda.matmul, undo)
        yield


def _set_exact(backend: Any, undo: ExitStack) -> None:
    """For a user of the names that torch 2.9 brought, after which it refuses to read the earlier ones."""
    undo.callback(setattr, backend, "fp32_precision", backend.fp32_precision)
    backend.fp32_precision = "ieee"


as_written = Shared(_as_written)
"""Runs compiled models as plain Python: they were traced without the hooks that are set later."""
in_full_precision = Shared(_in_full_precision)
"""Runs products of float32 without TF32: with it, gradients by some components are off by a tenth."""
