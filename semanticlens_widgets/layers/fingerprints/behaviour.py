"""Behaviour of a model beside its weights: hooks, plain attributes, and the code of functions that are not installed.

Equal in every process of one version of Python: values are written out, objects without their address. It is part of
the keys of caches; a saved lens, which other versions open, is recognised by its weights and architecture.
"""

import dis
import hashlib
import importlib.metadata
import platform
import sys
import sysconfig
import weakref
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from enum import Enum
from functools import lru_cache, partial
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from semanticlens_widgets.layers._evaluating import alone_with
from semanticlens_widgets.layers.fingerprints.content import printed, tensor_bytes

SIZE = 20
FUNCTION = "function "
"""Begins the identity of a function."""
_HOOKS = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")
_INTERNAL = {*vars(nn.Module()), "_compiled_call_impl"}
"""Attributes that torch keeps for every module."""
_PLAIN = (type(None), bool, int, float, complex, str, bytes, Enum, torch.dtype, torch.Size, range, slice)
_DECIDING = (*_PLAIN, FunctionType, property, list, tuple)
_NAMES = ("__module__", "__doc__", "__qualname__", "__firstlineno__")
_NOT_DEEP = (
    type,
    ModuleType,
    CodeType,
    FunctionType,
    MethodType,
    partial,
    staticmethod,
    classmethod,
    property,
)
_DEEPEST = 40


_CHANGED: "weakref.WeakKeyDictionary[nn.Module, dict[str, tuple[str, str]]]" = weakref.WeakKeyDictionary()
"""Model -> name of a module -> its hash as it was found, and as a pass of ours left it."""


def model_behaviour(model: nn.Module) -> str:
    """A hash of the model's hooks, attributes, buffers outside the state dict, and code of your own.

    A part that changed while the model ran in `keeping_behaviour`, such as a counter, a map size or what a hook
    collects, counts as it was before.
    """
    with alone_with(model):  # another thread may have it prepared for attribution
        return _hash(part for entry in _as_found(model).items() for part in entry)


def versions_now() -> dict[str, str]:
    """The versions of what decides a model's behaviour and how it is hashed."""
    found = {name: importlib.metadata.version(name) for name in ("semanticlens-widgets", "torch")}
    return {**found, "python": ".".join(platform.python_version_tuple()[:2])}


@contextmanager
def keeping_behaviour(model: nn.Module) -> Iterator[None]:
    """Tells changes that running the model makes inside the context from those of the user."""
    with alone_with(model):
        found = _as_found(model)
        try:
            yield
        finally:
            left = _parts(model)
            _CHANGED[model] = {
                name: (found[name], left[name]) for name in left if found.get(name, left[name]) != left[name]
            }


def _as_found(model: nn.Module) -> dict[str, str]:
    changed = _CHANGED.get(model, {})
    found = _parts(model)
    return {
        name: changed[name][0] if name in changed and changed[name][1] == part else part
        for name, part in found.items()
    }


def _parts(model: nn.Module) -> dict[str, str]:
    writer = _Writer()
    return {name: _hash(writer.module(module)) for name, module in model.named_modules()}


def identity_of(value: object) -> str | int | None:
    """Text and numbers as they are; of a function "function" and a hash of its code, with the values that it uses."""
    if value is None or isinstance(value, str | int):
        return value
    return f"{FUNCTION}{_hash(_Writer().value(value))}"


def deep_identity(value: object) -> tuple[str, str]:
    """Hashes of functions with all that they use, and of the numbers alone, which do not depend on Python's version.

    Unlike in `identity_of`, the attributes of modules count, and those of objects from installed packages.
    """
    writer = _Writer(deep=True)
    return _hash(writer.value(value)), _hash(writer.arrays)


class _Writer:
    """Writes values as texts; an object that was met before as its number, so that rings end."""

    def __init__(self, *, deep: bool = False) -> None:
        self._deep = deep
        self.arrays: list[str] = []
        """The arrays met so far, as texts."""
        self._met: dict[int, int] = {}
        self._kept: list[object] = []
        """Keeps objects alive, so that no other has their id."""

    def module(self, module: nn.Module) -> Iterator[str]:
        """The parts of one module, without its children and its state dict."""
        for hooks in _HOOKS:
            for hook in filter(_acts, getattr(module, hooks, {}).values()):
                yield f"hook {hooks}"
                yield from self.value(hook)
        for key in sorted(getattr(module, "_non_persistent_buffers_set", ())):
            yield f"buffer {key}"
            yield from self.value(module._buffers.get(key))
        for key in sorted(vars(module).keys() - _INTERNAL):
            yield f"attribute {key}"
            yield from self.value(vars(module)[key])
        yield from self.value(type(module))

    def value(self, value: Any, depth: int = 0) -> Iterator[str]:
        """The parts of any value."""
        if isinstance(value, _PLAIN):
            yield f"{type(value).__name__} {value!r}"
        elif isinstance(value, Tensor | np.ndarray):
            self.arrays.append(_array(value))
            yield self.arrays[-1]
        elif depth > _DEEPEST or id(value) in self._met:
            yield f"met {self._met.get(id(value), -1)}"
        else:
            self._met[id(value)] = len(self._met)
            self._kept.append(value)
            yield from self._object(value, depth + 1)

    def _object(self, value: Any, depth: int) -> Iterator[str]:
        if isinstance(value, Mapping):
            entries = [(_hash(self.value(key, depth)), part) for key, part in value.items()]
            parts = [part for entry in entries for part in entry]
        elif isinstance(value, list | tuple):
            parts = list(value)
        elif isinstance(value, Set):
            parts = sorted(_hash(self.value(part, depth)) for part in value)
        else:
            parts = list(self._deep_members(value) if self._deep else _members(value))
        yield f"{type(value).__qualname__} of {len(parts)}"
        for part in parts:
            yield from self.value(part, depth)

    def _deep_members(self, value: Any) -> Iterator[object]:
        yield from _members(value)
        if isinstance(value, nn.Module):
            yield [list(self.module(part)) for part in value.modules()]
        elif not isinstance(value, _NOT_DEEP) and _is_installed(type(value)):
            yield from (getattr(value, "__dict__", None), _reduced(value))


def _reduced(value: Any) -> object:
    """The numbers of an installed object without attributes, such as a sparse matrix or a tree, where it tells them."""
    state = getattr(value, "__getstate__", None)
    try:
        return state() if state is not None and not hasattr(value, "__dict__") else None
    except Exception:  # noqa: BLE001 (code of whoever made the value)
        return None


def _acts(hook: Any) -> bool:
    """False for a hook that this library set for passes of another thread."""
    is_idle = getattr(getattr(hook, "__self__", hook), "_semanticlens_is_idle", None)
    return is_idle is None or not is_idle()


def _members(value: Any) -> Iterator[object]:
    """The values that an object consists of, as far as they decide what it does."""
    if isinstance(value, CodeType):
        yield from (value.co_code, value.co_names, value.co_consts, value.co_varnames[: value.co_argcount])
    elif isinstance(value, FunctionType):
        yield from _function(value)
    elif isinstance(value, MethodType):
        yield from (value.__func__, value.__self__)
    elif isinstance(value, partial):
        yield from (value.func, value.args, value.keywords)
    elif isinstance(value, staticmethod | classmethod | property):
        yield from (
            getattr(value, "__func__", None),
            *(getattr(value, part, None) for part in ("fget", "fset")),
        )
    elif isinstance(value, type):
        yield from _class(value)
    elif isinstance(value, nn.Module):
        # Modules outside the module tree, in a plain list, are in no state dict.
        yield from (type(value), dict(value.state_dict()), printed(value))
    elif isinstance(value, ModuleType | torch.device):
        # Neither the path of a package nor the device of a model decides what it does.
        yield getattr(value, "__name__", "device")
    elif _is_installed(type(value)):
        yield f"{type(value).__module__} {printed(value)}"
    else:
        slots = getattr(type(value), "__slots__", ())
        yield from (type(value), getattr(value, "__dict__", None))
        yield {name: getattr(value, name, None) for name in ([slots] if isinstance(slots, str) else slots)}


def _function(function: FunctionType) -> Iterator[object]:
    yield f"{function.__module__}.{function.__qualname__}"
    yield from (function.__defaults__, function.__kwdefaults__)
    yield [_content(cell) for cell in function.__closure__ or ()]
    if not _is_installed_file(function.__code__.co_filename):
        yield function.__code__
        names = sorted(global_names(function.__code__) & function.__globals__.keys())
        yield {name: function.__globals__[name] for name in names}


def _content(cell: Any) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # a name that was not given a value yet
        return None


@lru_cache(4096)
def global_names(code: CodeType) -> frozenset[str]:
    """The names of global variables that code reads, functions within it too."""
    names = frozenset(
        step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    )
    return names.union(*(global_names(part) for part in code.co_consts if isinstance(part, CodeType)))


def _class(kind: type) -> Iterator[object]:
    """Its name; the functions and plain values of classes of your own, and the functions put into an installed one."""
    yield f"{kind.__module__}.{kind.__qualname__}"
    for owner in kind.__mro__:
        if owner in (object, nn.Module) or owner.__module__ == "builtins":
            continue
        own = not _is_installed(owner)
        for name, part in sorted(vars(owner).items()):
            function = getattr(part, "__func__", part)
            patched = isinstance(function, FunctionType) and not _is_installed_file(
                function.__code__.co_filename
            )
            if patched or (own and name not in _NAMES and isinstance(part, _DECIDING)):
                yield from (name, part)


def _is_installed(kind: type) -> bool:
    module = sys.modules.get(kind.__module__)
    return kind.__module__ != "__main__" and _is_installed_file(
        getattr(module, "__file__", None) or "<built-in>"
    )


@lru_cache(4096)
def _is_installed_file(file: str) -> bool:
    """True for files of the standard library and of installed packages, and for code that they generate."""
    if file.startswith("<"):
        return file.startswith(("<frozen", "<built-in", "<__array_function__"))
    homes = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    path = Path(file)
    return "site-packages" in path.parts or any(path.is_relative_to(home) for home in homes if home)


def _array(value: Any) -> str:
    if isinstance(value, Tensor):
        content, shape = tensor_bytes(value), () if value.is_nested else tuple(value.shape)
    else:
        content, shape = value.tobytes() if value.dtype != object else printed(value).encode(), value.shape
    return f"{value.dtype} {shape} {hashlib.blake2b(content, digest_size=SIZE).hexdigest()}"


def _hash(parts: Iterable[str]) -> str:
    total = hashlib.blake2b(digest_size=SIZE)
    for part in parts:
        total.update(f"{len(part)}:{part}".encode("utf-8", "surrogatepass"))
    return total.hexdigest()
