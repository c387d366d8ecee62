"""Type hints as TypeScript."""

import ast
import inspect
import json
import textwrap
import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

_PLAIN = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}


def declaration(cls: type) -> str:
    """Declares a TypedDict with its docstrings as comments."""
    comment, fields = _comment(inspect.getdoc(cls) or "", ""), get_type_hints(cls)
    if not fields:
        return "\n".join([*comment, f"export type {cls.__name__} = Record<string, never>;", ""])
    lines = [*comment, f"export type {cls.__name__} = {{"]
    documented = dict(_field_docs(cls))
    for name, hint in fields.items():
        lines += [*_comment(documented.get(name, ""), "  "), f"  {name}: {written(hint)};"]
    return "\n".join([*lines, "};", ""])


def written(hint: Any) -> str:
    """Writes a type hint as a TypeScript type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_typeddict(hint):
        return hint.__name__
    if origin is Literal:
        return " | ".join(json.dumps(argument) for argument in arguments)
    if origin in (Union, types.UnionType):
        return " | ".join(map(written, arguments))
    if origin is tuple:
        return f"[{', '.join(map(written, arguments))}]"
    if origin is list:
        item = written(arguments[0])
        return f"({item})[]" if " | " in item else f"{item}[]"
    raise TypeError(f"the type {hint!r} has no TypeScript; add it to {__name__}")


def mentioned(hint: Any) -> Iterator[type]:
    """Yields the TypedDicts in a type hint."""
    if is_typeddict(hint):
        yield hint
    for argument in get_args(hint):
        yield from mentioned(argument)


def _field_docs(cls: type) -> Iterator[tuple[str, str]]:
    """Yields the fields that have a docstring, those of base classes first."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - the source of a class is one
    # Read from the source, as a TypedDict keeps its bases only from Python 3.12 on.
    for name in (base.id for base in body.bases if isinstance(base, ast.Name)):
        base: Any = getattr(inspect.getmodule(cls), name, None)
        if is_typeddict(base):
            yield from _field_docs(base)
    for field, following in zip(body.body, body.body[1:], strict=False):
        match field, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)


def _comment(text: str, indent: str) -> list[str]:
    lines = text.splitlines()
    if len(lines) < 2:
        return [f"{indent}/** {text} */"] if text else []
    return [f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */"]
