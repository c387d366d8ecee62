"""A mapping whose values are read on first access."""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

Value = TypeVar("Value")


class Lazy(Mapping[str, Value]):
    """A mapping that reads each value once, on first access; thread-safe."""

    def __init__(self, names: list[str], read: Callable[[str], Value]) -> None:
        self._names, self._read = names, read
        self._values: dict[str, Value] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Value:
        if name not in self._names:
            raise KeyError(name)
        with self._lock:
            if name not in self._values:
                self._values[name] = self._read(name)
            return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
