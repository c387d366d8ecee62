"""Memo of what a lens has computed: bounded, thread-safe, by typed keys."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

Value = TypeVar("Value")


class Key(Generic[Value]):
    """Base of the keys. A key is a frozen dataclass of all that decides the value; values are never None."""

    kept: ClassVar[int] = 64
    """The number of values kept under this type of key; the least recently used one leaves first."""


@dataclass(eq=False)
class _Turn:
    """The right to compute one key: one thread has it, the others wait."""

    lock: threading.RLock = field(default_factory=threading.RLock)  # pyright: ignore[reportInvalidTypeForm]
    n_threads: int = 0
    forgotten: bool = False


class Memo:
    """Values by typed keys. Two threads that ask for the same key compute it once; other keys do not wait."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._values: dict[type, OrderedDict[Any, Any]] = {}
        self._turns: dict[Any, _Turn] = {}

    def get(
        self,
        key: Key[Value],
        compute: Callable[[], Value],
        lock: AbstractContextManager[object] | None = None,
    ) -> Value:
        """The value of a key, computed when it is first asked for.

        A `lock` that `compute` takes must be named here: it is taken before the wait for another thread that computes
        the same key, because that thread may be waiting for the lock.
        """
        found = self.peek(key)
        if found is not None:
            return found
        with lock or nullcontext(), self._turn(key) as turn:
            found = self.peek(key)
            return self._computed(key, compute, turn) if found is None else found

    def peek(self, key: Key[Value]) -> Value | None:
        """The value of a key where it is kept; never computes, never waits."""
        with self._guard:
            values = self._values.get(type(key))
            if values is None or key not in values:
                return None
            values.move_to_end(key)
            return values[key]

    def put(self, key: Key[Value], value: Value) -> Value:
        """Keeps a value and returns it; a value that is already kept stays, and is returned."""
        with self._guard:
            return self._kept(key, value)

    def latest(self, kind: type[Key[Value]]) -> Value | None:
        """The most recently used value of a type of key."""
        with self._guard:
            return next(reversed(self._values.get(kind, {}).values()), None)

    def forget(self, kind: type[Key[Value]], which: Callable[[Any], bool] = lambda key: True) -> None:
        """Drops the values of a type of key; what is being computed meanwhile is returned, but not kept."""
        with self._guard:
            values = self._values.get(kind, OrderedDict())
            for key in [key for key in values if which(key)]:
                del values[key]
            for key, turn in self._turns.items():
                turn.forgotten |= isinstance(key, kind) and which(key)

    def __len__(self) -> int:
        with self._guard:
            return sum(map(len, self._values.values()))

    def _computed(self, key: Key[Value], compute: Callable[[], Value], turn: _Turn) -> Value:
        turn.forgotten = False
        value = compute()
        with self._guard:
            return value if turn.forgotten else self._kept(key, value)

    def _kept(self, key: Key[Value], value: Value) -> Value:
        values = self._values.setdefault(type(key), OrderedDict())
        value = values.setdefault(key, value)
        values.move_to_end(key)
        while len(values) > key.kept:
            values.popitem(last=False)
        return value

    @contextmanager
    def _turn(self, key: Key[Any]) -> Iterator[_Turn]:
        with self._guard:
            turn = self._turns.setdefault(key, _Turn())
            turn.n_threads += 1
        try:
            with turn.lock:
                yield turn
        finally:
            with self._guard:
                turn.n_threads -= 1
                if not turn.n_threads:
                    del self._turns[key]
