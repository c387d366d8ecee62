"""Decoding images in threads, ahead of their use."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from PIL import Image

from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.images._protocol import Images

Transform = Callable[[Image.Image], object]


def decode_ahead(
    images: Images,
    samples: Iterable[int],
    transform: Transform,
    *,
    workers: int | None = None,
    depth: int = 32,
) -> Generator[tuple[int, object], None, None]:
    """Yields `(sample, transform(image))` in the order of `samples`, computed in threads ahead of use.

    For an image that cannot be decoded or transformed the value is the Exception, so that the caller can record and
    skip it. At most `depth` values are computed ahead; `workers=None` means one thread per processor, at most 8. The
    threads start with the first value and end with the last, or when the generator is closed.
    """
    workers = default_workers() if workers is None else workers
    check_at_least("workers", workers, 1)
    check_at_least("depth", depth, 1)
    return computed_ahead(lambda sample: transform(images.image(sample)), samples, workers, depth)


def default_workers() -> int:
    """The number of threads: one per processor that this process may use, at most 8."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(8, usable)


def computed_ahead(
    compute: Callable[[int], object], samples: Iterable[int], workers: int | None = None, depth: int = 32
) -> Generator[tuple[int, object], None, None]:
    """Like `decode_ahead`, for any function of a sample."""
    waiting: deque[tuple[int, Future[object]]] = deque()
    pool = ThreadPoolExecutor(workers or default_workers(), thread_name_prefix="decode")
    try:
        for sample in samples:
            waiting.append((sample, pool.submit(_value, compute, sample)))
            if len(waiting) >= depth:
                yield _next(waiting)
        while waiting:
            yield _next(waiting)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _next(waiting: deque[tuple[int, Future[object]]]) -> tuple[int, object]:
    sample, future = waiting.popleft()
    return sample, future.result()


def _value(compute: Callable[[int], object], sample: int) -> object:
    try:
        return compute(sample)
    except Exception as error:  # noqa: BLE001 - one broken image must not end the pass; the caller records why
        return error
