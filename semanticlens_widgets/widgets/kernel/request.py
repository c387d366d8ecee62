"""Requests of the browser and their answers, as handlers see them."""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, SupportsFloat, TypeVar

Result = TypeVar("Result", bound=Mapping[str, Any], covariant=True)


class Cancelled(Exception):  # noqa: N818 - not an error: nothing waits for the answer any longer
    """Raised inside a handler whose request was cancelled."""


@dataclass(eq=False)
class Request:
    """One request of the browser, which gets exactly one answer."""

    rid: str
    kind: str
    params: Mapping[str, Any]
    buffers: Sequence[bytes | memoryview]
    report: Callable[[int, int, str], None] = lambda done, total, what: None
    """Reports progress to the browser: done, total, and a description of the work."""
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Makes the next `check` raise."""
        self._cancelled.set()

    def check(self) -> None:
        """Raises Cancelled if the request was cancelled; long handlers call it between steps."""
        if self._cancelled.is_set():
            raise Cancelled

    def get(self, name: str, kind: type, default: Any = None) -> Any:
        """Returns a parameter of type `kind`; raises ValueError if it is missing or of another type."""
        value = self.params.get(name, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ValueError(f"{self.kind}: {name} must be {kind.__name__}, not {value!r}")
        return value

    def number(self, name: str) -> float:
        """Returns an int or float parameter; raises ValueError if it is missing or of another type."""
        value = self.params.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{self.kind}: {name} must be a number, not {value!r}")
        return float(value)


@dataclass(frozen=True)
class Answer(Generic[Result]):
    """The JSON and the binary parts of an answer."""

    result: Result
    buffers: Sequence[bytes | memoryview] = ()


Handler = Callable[[Request], Answer[Any]]


def number(value: SupportsFloat) -> float | None:
    """Converts a number to JSON, which has no NaN and no infinity: they become None."""
    plain = float(value)
    return plain if math.isfinite(plain) else None
