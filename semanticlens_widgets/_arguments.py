"""Checks of public arguments; each error is one sentence with name, rule, value and way out."""

import difflib
import os
import reprlib
from collections.abc import Iterable
from numbers import Integral
from pathlib import Path
from typing import Any

_BRIEF = reprlib.Repr()
_BRIEF.maxlist = _BRIEF.maxtuple = _BRIEF.maxset = _BRIEF.maxdict = 10
_BRIEF.maxlevel, _BRIEF.maxstring, _BRIEF.maxother = 4, 100, 100
_LONGEST = 300
"""Characters of a value in an error."""


def shown(value: object) -> str:
    """The repr of a value as an error shows it: long ones are cut, and one that fails is replaced by the type."""
    try:
        text = _BRIEF.repr(value)
    except Exception:  # noqa: BLE001 - the repr is the user's code, and Python has limits of its own
        return f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def did_you_mean(name: object, options: Iterable[str], limit: int = 3) -> str:
    """The end of an error message with near names: "; did you mean 'a' or 'b'?", or else the first options."""
    options = list(options)
    near = difflib.get_close_matches(str(name), options, n=limit, cutoff=0.5)
    if near:
        return f"; did you mean {_either(near)}?"
    first = ", ".join(repr(option) for option in options[:6])
    return f"; there are {first}{', ...' if len(options) > 6 else ''}" if options else ""


def check_choice(name: str, value: object, options: Iterable[str]) -> None:
    """Raises ValueError unless `value` is one of `options`."""
    options = list(options)
    if value not in options:
        raise ValueError(f"{name} must be {_either(options)}, not {shown(value)}{_near(value, options)}")


def check_at_least(name: str, value: object, minimum: int) -> int:
    """The value as an int; raises TypeError unless it is a whole number, ValueError when it is below `minimum`."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, not {shown(value)}")
    if value < minimum:
        raise ValueError(f"{name} must be at least {minimum}, not {value}")
    return int(value)


def check_path(name: str, value: object) -> Path:
    """Expands `~` in a path; raises TypeError unless it is a path."""
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{name} must be a path, not {shown(value)}")
    return Path(value).expanduser()


def check_new_file(name: str, value: object) -> Path:
    """The path of a file to write; raises ValueError for a folder, and for a file in a folder that does not exist."""
    path = check_path(name, value)
    if path.is_dir():
        raise ValueError(f"{name} must be a file, and {str(path)!r} is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise ValueError(
            f"{name} must be in an existing folder, and {str(path.parent)!r} does not exist; make it first"
        )
    return path


def check_texts(name: str, value: object) -> list[Any]:
    """One text or several as a list; raises TypeError for any other type."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a text or a list of texts, not {shown(value)}")
    return list(value)


def _either(options: list[str]) -> str:
    quoted = [repr(option) for option in options]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _near(value: object, options: list[str]) -> str:
    near = difflib.get_close_matches(value, options, n=1, cutoff=0.6) if isinstance(value, str) else []
    return f"; did you mean {near[0]!r}?" if near else ""
