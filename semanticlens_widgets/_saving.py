"""Long work is saved now and then, and when it ends before its end."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SECONDS_BETWEEN_SAVES = 20.0


@contextmanager
def saving(save: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """Gives what to call after every piece of work: it saves when that is due.

    Saves on the way out too, however the work ended: what was done is kept when the user interrupts.
    """
    last = time.monotonic()

    def now_and_then() -> None:
        nonlocal last
        if time.monotonic() - last > _SECONDS_BETWEEN_SAVES:
            save()
            last = time.monotonic()

    try:
        yield now_and_then
    finally:
        save()
