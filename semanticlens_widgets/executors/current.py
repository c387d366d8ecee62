"""The executor that passes of the present context are spread over."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import torch

from semanticlens_widgets._arguments import check_at_least

now: ContextVar["Workers | None"] = ContextVar("workers", default=None)


@dataclass(frozen=True)
class Workers:
    """An executor, and the number of its workers where it does not say that itself, as of SLURM.

    Attributes:
        executor: Anything with `submit(function, *arguments)` that returns an object with `result()`; or "gpus", a
            process for each GPU of this machine.
        n: The number of shards that are worked on at a time.
    """

    executor: Any
    n: int | None = None

    def __post_init__(self) -> None:
        """Raises TypeError without `submit`, ValueError for "gpus" without any and for an `n` below 1."""
        if self.n is not None:
            check_at_least("n", self.n, 1)
        if isinstance(self.executor, str):
            _check_gpus(self.executor)
        elif isinstance(self.executor, type):
            raise TypeError(
                f"executor must be an object: {self.executor.__name__}(...), not the class itself"
            )
        elif not callable(getattr(self.executor, "submit", None)):
            raise TypeError(
                "executor must have a method submit(function, *arguments), as those of concurrent.futures, Dask, "
                f"submitit and slw.RayExecutor have, and {type(self.executor).__name__} has none"
            )


def workers_now() -> Workers | None:
    """The workers of the present context; None where passes run here."""
    return now.get()


def _check_gpus(name: str) -> None:
    if name != "gpus":
        raise ValueError(f"executor must be 'gpus' or an object with a method submit, not {name!r}")
    if not torch.cuda.device_count():
        raise ValueError(
            "executor='gpus' needs a GPU that torch can use, and there is none; leave executor= out, or pass a pool of "
            "processes: concurrent.futures.ProcessPoolExecutor(4, mp_context=multiprocessing.get_context('spawn'))"
        )
