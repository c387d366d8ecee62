"""Requests of the browser and their answers, as handlers see them."""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, SupportsFloat, TypeVar

from semanticlens_widgets._arguments import shown

Result = TypeVar("Result", bound=Mapping[str, Any], covariant=True)
Buffer = bytes | memoryview
MAX_CHARACTERS = 10_000
"""Most characters of a text in a request."""
_MOST = 1e9
"""Largest amount of a number in a request."""


class Cancelled(Exception):  # noqa: N818 - not an error: nothing waits for the answer any longer
    """Raised inside a handler whose request was cancelled."""


@dataclass(eq=False)
class Request:
    """One request of the browser, which gets exactly one answer."""

    rid: str
    kind: str
    params: Mapping[str, Any]
    buffers: Sequence[Buffer]
    report: Callable[[int, int, str], None] = lambda done, total, what: None
    """Reports progress to the browser: done, total, and a description of the work."""
    slot: str | None = None
    """The slot in which a later request supersedes this one."""
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Makes the next `check` raise."""
        self._cancelled.set()

    def check(self) -> None:
        """Raises Cancelled if the request was cancelled; long handlers call it between steps."""
        if self._cancelled.is_set():
            raise Cancelled

    def reporter(self, what: str) -> Callable[[int, int], None]:
        """Returns a callback that reports progress, and ends the work if the request was cancelled."""

        def report(done: int, total: int) -> None:
            self.check()
            self.report(done, total, what)

        return report

    def get(self, name: str, kind: type, default: Any = None) -> Any:
        """Returns a parameter of type `kind`; raises ValueError if it is missing, of another type or a long text."""
        value = self.params.get(name, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ValueError(f"{self.kind}: {name} must be {kind.__name__}, not {shown(value)}")
        if isinstance(value, str) and len(value) > MAX_CHARACTERS:
            raise ValueError(
                f"{self.kind}: {name} has {len(value):,} characters, and {MAX_CHARACTERS:,} at most"
            )
        return value

    def number(self, name: str) -> float:
        """Returns a finite number within +-1e9 as a float; raises ValueError for anything else."""
        value = self.params.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not -_MOST <= value <= _MOST:
            raise ValueError(f"{self.kind}: {name} must be a number within {_MOST:g}, not {shown(value)}")
        return float(value)


@dataclass(frozen=True)
class Answer(Generic[Result]):
    """The JSON and the binary parts of an answer."""

    result: Result
    buffers: Sequence[Buffer] = ()


Handler = Callable[[Request], Answer[Any]]


def number(value: SupportsFloat) -> float | None:
    """Converts a number to JSON, which has no NaN and no infinity: they become None."""
    plain = float(value)
    return plain if math.isfinite(plain) else None
