"""Decoding images in threads or processes, ahead of their use."""

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from typing import TypeVar

from PIL import Image

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.images._processes import processes
from semanticlens_widgets.images._protocol import Images

Transform = Callable[[Image.Image], object]
Item = TypeVar("Item")

SOURCE_LOCK = threading.RLock()
"""Held while a user's dataset is read: it may keep a cursor, one open file or one buffer."""


def decode_ahead(
    images: Images,
    samples: Iterable[int],
    transform: Transform,
    *,
    workers: int | None = None,
    depth: int = 32,
) -> Generator[tuple[int, object], None, None]:
    """Yields `(sample, transform(image))` in the order of `samples`, computed in threads ahead of use.

    Images are decoded in the threads if `images.parallel` is true, as it is for files and arrays; otherwise one at a
    time in the thread that takes the values, so that a user's dataset is always read by the same thread. With
    `images.num_workers` above 0 so many processes decode and transform instead, each with its own copy. For an image
    that cannot be decoded or transformed the value is the Exception, so that the caller can record and skip it. At most
    `depth` values are computed ahead; `workers=None` means one thread per processor, at most 8. The threads start with
    the first value and end with the last, or when the generator is closed.
    """
    workers = default_workers() if workers is None else workers
    check_at_least("workers", workers, 1)
    check_at_least("depth", depth, 1)
    return computed_ahead(
        images, images.image, samples, lambda _, image: transform(image), workers=workers, depth=depth
    )


def first_decoded(images: Images, transform: Transform) -> object | None:
    """The transformed image of the first sample that can be read and transformed; None without one."""
    with closing(decode_ahead(images, range(len(images)), transform, depth=1)) as stream:
        return next((value for _, value in stream if not isinstance(value, Exception)), None)


def default_workers() -> int:
    """The number of threads: one per processor that this process may use, at most 8."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(8, usable)


def computed_ahead(
    images: object,
    read: Callable[[Item], Image.Image],
    items: Iterable[Item],
    compute: Callable[[Item, Image.Image], object],
    *,
    workers: int | None = None,
    depth: int = 32,
) -> Generator[tuple[Item, object], None, None]:
    """Like `decode_ahead`, for any items that have an image; yields `(item, compute(item, image))`."""
    n_processes: int = getattr(images, "num_workers", 0)
    parallel: bool = getattr(images, "parallel", False)
    ahead = (
        processes(partial(_decoded, read, compute), n_processes)
        if n_processes
        else _threads(read, compute, parallel, workers)
    )
    waiting: deque[tuple[Item, Callable[[], object]]] = deque()
    with ahead as submit:
        for item in items:
            waiting.append((item, submit(item)))
            if len(waiting) >= depth:
                yield _next(waiting)
        while waiting:
            yield _next(waiting)


@contextmanager
def _threads(
    read: Callable[[Item], Image.Image],
    compute: Callable[[Item, Image.Image], object],
    parallel: bool,
    workers: int | None,
) -> Iterator[Callable[[Item], Callable[[], object]]]:
    """As `processes`, in threads."""
    pool = ThreadPoolExecutor(workers or default_workers(), thread_name_prefix="decode")

    def submit(item: Item) -> Callable[[], object]:
        image = partial(read, item) if parallel else _read_now(read, item)
        return pool.submit(_value, compute, item, image).result

    try:
        yield submit
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _decoded(
    read: Callable[[Item], Image.Image], compute: Callable[[Item, Image.Image], object], item: Item
) -> object:
    """In a process, which reads alone."""
    return _value(compute, item, partial(read, item))


def _read_now(read: Callable[[Item], Image.Image], item: Item) -> Callable[[], Image.Image]:
    """Returns the image, or raises the error of reading it, when called."""
    try:
        with SOURCE_LOCK:
            image = read(item)
    except Exception as error:  # noqa: BLE001 - raised again where the value is computed
        return partial(_raise, error)
    return lambda: image


def _raise(error: Exception) -> Image.Image:
    raise error


def _next(waiting: deque[tuple[Item, Callable[[], object]]]) -> tuple[Item, object]:
    item, value = waiting.popleft()
    return item, value()


def _value(
    compute: Callable[[Item, Image.Image], object], item: Item, image: Callable[[], Image.Image]
) -> object:
    try:
        return compute(item, image())
    except Exception as error:  # noqa: BLE001 - one broken image must not end the pass; the caller records why
        return error
