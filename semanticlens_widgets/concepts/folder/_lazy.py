"""Values that are read on first access."""

import dataclasses
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

Value = TypeVar("Value")


class Lazy(Mapping[str, Value]):
    """A mapping that reads each value once, on first access; thread-safe.

    `check` is called at every later access, and may raise.
    """

    def __init__(
        self,
        names: list[str],
        read: Callable[[str], Value],
        check: Callable[[str], object] = lambda name: None,
    ) -> None:
        self._names, self._read, self._check = names, read, check
        self._values: dict[str, Value] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Value:
        if name not in self._names:
            raise KeyError(name)
        with self._lock:
            if name in self._values:
                self._check(name)
            else:
                self._values[name] = self._read(name)
            return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def lazily(kind: type[Value], read: Callable[[], Mapping[str, Any]], **known: Any) -> Value:
    """A dataclass of the kind whose fields are read on first access of one that is not `known`."""
    value: Any = object.__new__(type(kind.__name__, (_Unread, kind), {}))
    value.__dict__.update(known, _read=read)
    return value


class _Unread:
    """Mixin for a dataclass whose fields are not there yet."""

    def __getattr__(self, name: str) -> Any:
        if name not in {field.name for field in dataclasses.fields(self)}:  # pyright: ignore[reportArgumentType]
            raise AttributeError(name)
        self.__dict__.update(self.__dict__["_read"]())
        return self.__dict__[name]
