"""What the browser asks, what it is answered, and how it takes a question back."""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, SupportsFloat


class Cancelled(Exception):  # noqa: N818 - not an error: nobody waits for the answer any longer
    """Raised inside a handler whose request was taken back."""


@dataclass(eq=False)
class Request:
    """One question of the browser; it gets exactly one answer."""

    rid: str
    kind: str
    params: Mapping[str, Any]
    buffers: Sequence[bytes | memoryview]
    report: Callable[[int, int, str], None] = lambda done, total, what: None
    """Tells the browser how far the work is: done, total, what."""
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Lets the next `check` raise."""
        self._cancelled.set()

    def check(self) -> None:
        """Raises Cancelled when nobody waits for the answer any longer; long handlers call it as they go."""
        if self._cancelled.is_set():
            raise Cancelled

    def get(self, name: str, kind: type, default: Any = None) -> Any:
        """A parameter of the given type; raises ValueError when it is missing or of another type."""
        value = self.params.get(name, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ValueError(f"{self.kind}: {name} must be {kind.__name__}, not {value!r}")
        return value

    def number(self, name: str) -> float:
        """A parameter that is a number, whole or not; raises ValueError when it is missing or something else."""
        value = self.params.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{self.kind}: {name} must be a number, not {value!r}")
        return float(value)


@dataclass(frozen=True)
class Answer:
    """JSON and bytes."""

    result: Mapping[str, Any]
    buffers: Sequence[bytes | memoryview] = ()


Handler = Callable[[Request], Answer]


def number(value: SupportsFloat) -> float | None:
    """JSON has no NaN and no infinity: None stands for them."""
    plain = float(value)
    return plain if math.isfinite(plain) else None
