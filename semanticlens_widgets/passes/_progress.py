"""Progress of long work: a bar, reports, and saves on the way and when it ends early."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

_SECONDS_BETWEEN_SAVES = 20.0

Report = Callable[[int, int], object]
"""Receives the number of samples done and of all samples, after every batch. An exception it raises ends the work, and
what was done so far is saved."""


class Advance(Protocol):
    """Receives the number of samples done."""

    def __call__(self, n_done: int, standing: str = "", /) -> None: ...


_step: ContextVar[str] = ContextVar("step", default="")


class Steps:
    """Numbers the steps of long work: a bar within one is labelled "step 1 of 2: collecting"."""

    def __init__(self, n: int) -> None:
        self.n, self.number = n, 0

    @contextmanager
    def next(self) -> Iterator[None]:
        """The next step, for as long as the context is open."""
        self.number += 1
        before = _step.set(f"step {self.number} of {self.n}: ")
        try:
            yield
        finally:
            _step.reset(before)


@contextmanager
def watched(
    total: int,
    n_done: int,
    label: str,
    *,
    save: Callable[[], object],
    progress: bool,
    report: Report | None = None,
) -> Iterator[Advance]:
    """Gives a function to call with the number of samples done: it moves the bar, reports, and saves when that is due.

    A text after the number, such as the state of shards, is shown at the end of the bar. `label` stands before the bar,
    which `progress=False` hides. What was done is saved at the end too.
    """
    from tqdm.auto import tqdm

    name = _step.get() + label
    bar = tqdm(total=total, initial=n_done, desc=name, unit="image", disable=not progress, dynamic_ncols=True)
    with bar, saving(save) as save_when_due:

        def advance(n_done: int, standing: str = "") -> None:
            bar.set_postfix_str(standing, refresh=False)
            bar.update(n_done - bar.n)
            if standing:  # a bar that did not move is not drawn again
                bar.refresh()
            if report is not None:
                report(n_done, total)
            save_when_due()

        yield advance


@contextmanager
def saving(save: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """Gives a function to call after every piece of work: it saves when the last save is long enough ago.

    Saves on the way out too, however the work ended: an interrupt loses nothing that was done.
    """
    last = time.monotonic()

    def save_when_due() -> None:
        nonlocal last
        if time.monotonic() - last > _SECONDS_BETWEEN_SAVES:
            save()
            last = time.monotonic()

    try:
        yield save_when_due
    finally:
        save()
