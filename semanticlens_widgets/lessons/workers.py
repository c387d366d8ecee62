"""Work over workers that a lesson can count and stop, and the checks of the answers about it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch

from semanticlens_widgets.executors import shards_of
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lessons.exercises import UNANSWERED, Check

SHARDS_EACH = 4
"""For each worker, as executors whose workers stay are given."""


class Counted:
    """Executor that hands shards on to another one, counts them, and interrupts the build that asks for too many.

    Attributes:
        sizes: The number of images of each shard so far.
    """

    def __init__(self, executor: Any, n_workers: int = 2, most: int | None = None) -> None:
        """Counts the shards for `executor`, which has `n_workers`, and hands on `most` at most; None for all."""
        self.executor, self.n_workers, self.most = executor, n_workers, most
        self.sizes: list[int] = []

    def submit(self, function: Callable[..., Any], head: object, items: Sequence[Any], *rest: object) -> Any:
        """The future of the other executor; raises KeyboardInterrupt for one shard more than `most`."""
        if len(self.sizes) == self.most:
            raise KeyboardInterrupt
        self.sizes.append(len(items))
        return self.executor.submit(function, head, items, *rest)

    def scatter(self, data: bytes) -> bytes:
        """The data itself, sent with each shard; an executor that has this method gets four shards a worker."""
        return data


def same(one: Lens, other: Lens) -> bool:
    """True where examples, statistics, embeddings and thumbnails are equal bit for bit."""
    first, second = (list(_bits(lens)) for lens in (one, other))
    return first == second


def check_batch(batch: int, n_images: int = 60, n_workers: int = 8) -> Check:
    """Lesson 8: the largest batch size with which every worker has a shard."""
    if batch is ...:
        return UNANSWERED
    if not isinstance(batch, int) or batch < 1:
        return Check(False, f"a batch size is a whole number from 1 on, not {batch!r}.")
    n, more = (len(shards_of(n_images, size, SHARDS_EACH * n_workers)) for size in (batch, batch + 1))
    said = f"{n_images} images in batches of {batch} make {n} shards"
    if n < n_workers:
        return Check(False, f"{said}, so that {n_workers - n} of {n_workers} workers have none.")
    if more >= n_workers:
        return Check(False, f"{said}, enough for {n_workers} workers, but so do batches of {batch + 1}.")
    return Check(True, f"{said}, and one image more in a batch leaves a worker without.")


def check_executor(build: Callable[..., Lens], one: Lens, executor: Any) -> Check:
    """Lesson 8: an executor of one's own, over which `build(executor)` gives the lens of one process."""
    if executor is ...:
        return UNANSWERED
    if not callable(getattr(executor, "submit", None)):
        return Check(False, "an executor has a method submit(function, *arguments).")
    if type(executor).__module__.startswith(("concurrent", "distributed", "semanticlens_widgets")):
        return Check(False, f"{type(executor).__name__} is there already; write a class of your own.")
    counted = Counted(executor)
    try:
        found = build(counted)
    except Exception as error:  # noqa: BLE001 - whatever the learner's class raises
        return Check(False, f"the build ended with {type(error).__name__}: {error}.")
    if not same(one, found):
        return Check(False, "the database is another one than that of one process.")
    return Check(
        True, f"{len(counted.sizes)} shards went through it, and the database is that of one process."
    )


def _bits(lens: Lens) -> Iterator[tuple[str, str, bytes]]:
    database = lens.database
    parts = {**{name: vars(found) for name, found in database.examples.items()}, "": vars(database.samples)}
    parts["embeddings"] = dict(database.component_embeddings)
    for part, fields in parts.items():
        for name, value in fields.items():
            if isinstance(value, torch.Tensor):
                yield f"{part} {name}", str(value.dtype), value.contiguous().numpy().tobytes()
