"""JSON of files that may be damaged or hostile: read strictly, and checked against the types that it should have."""

import hashlib
import json
import math
import types
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints, is_typeddict

_DIGEST = "digest"


def parse(content: bytes) -> Any:
    """The JSON value; raises ValueError for bad UTF-8, repeated keys, NaN, infinity and nesting without end."""
    try:
        return json.loads(
            content.decode(),
            object_pairs_hook=_unique,
            parse_constant=_refuse,
            parse_float=_finite,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def signed(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The object with the digest of its content."""
    return {**tree, _DIGEST: content_digest(tree)}


def is_signed(tree: Mapping[str, Any]) -> bool:
    """True if the object's digest is that of its content."""
    rest = {name: value for name, value in tree.items() if name != _DIGEST}
    return tree.get(_DIGEST) == content_digest(rest)


def content_digest(value: Any) -> str:
    """A hash of a JSON value, equal for equal values."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def check_type(value: Any, hint: Any, name: str) -> None:
    """Raises ValueError, naming the place, unless the JSON value has a type as annotations write it.

    Numbers that count are not below 0 where their name begins with "n_".
    """
    origin = get_origin(hint)
    if is_typeddict(hint):
        _check_object(value, hint, name)
    elif origin in (Union, types.UnionType):
        _check_union(value, get_args(hint), name)
    elif origin is Literal:
        _check(value in get_args(hint), value, f"one of {get_args(hint)}", name)
    elif origin in (list, Sequence):
        _check(isinstance(value, list), value, "a list", name)
        for number, part in enumerate(value):
            check_type(part, get_args(hint)[0], f"{name}[{number}]")
    elif origin in (dict, Mapping):
        _check(isinstance(value, dict), value, "an object", name)
        for key, part in value.items():
            check_type(part, get_args(hint)[1], f"{name}[{key!r}]")
    else:
        _check(_is_plain(value, hint), value, _WORDS.get(hint, "null"), name)


_WORDS = {str: "text", int: "an integer", float: "a number", bool: "true or false"}


def _is_plain(value: Any, hint: Any) -> bool:
    if hint in (object, Any):
        return True
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))


def _check_object(value: Any, hint: Any, name: str) -> None:
    _check(isinstance(value, dict), value, "an object", name)
    hints = get_type_hints(hint)
    for key in hint.__required_keys__ - value.keys():
        raise ValueError(f"{name} lacks {key!r}")
    for key, part in value.items():
        if key not in hints:
            raise ValueError(f"{name} has {key[:80]!r}, which has no meaning")
        check_type(part, hints[key], f"{name}.{key}")


def _check_union(value: Any, hints: tuple[Any, ...], name: str) -> None:
    *plain, last = sorted(hints, key=lambda hint: hint is not type(None))
    if not any(_is_plain(value, hint) for hint in plain):
        check_type(value, last, name)


def _check(right: bool, value: Any, wanted: str, name: str) -> None:
    if not right:
        raise ValueError(f"{name} must be {wanted}, not {repr(value)[:80]}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(
            f"it has the key {next(name for name in names if names.count(name) > 1)[:80]!r} twice"
        )
    return found


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"it holds {word}, which is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:80]} is too large")
    return number
