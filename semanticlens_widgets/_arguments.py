"""Checks at the public door: one sentence with the name, the rule, the value and the way out."""

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, options: Iterable[str], limit: int = 3) -> str:
    """The tail of an error message that offers near names: "; did you mean 'a' or 'b'?", or what there is."""
    options = list(options)
    near = difflib.get_close_matches(name, options, n=limit, cutoff=0.5)
    if near:
        return f"; did you mean {_either(near)}?"
    shown = ", ".join(repr(option) for option in options[:6])
    return f"; there are {shown}{', ...' if len(options) > 6 else ''}" if options else ""


def check_choice(name: str, value: object, options: Iterable[str]) -> None:
    """Raises ValueError unless `value` is one of `options`."""
    options = list(options)
    if value not in options:
        raise ValueError(f"{name} must be {_either(options)}, not {value!r}{_near(value, options)}")


def check_at_least(name: str, value: object, minimum: int) -> None:
    """Raises TypeError unless `value` is a whole number, ValueError when it is below `minimum`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not {value!r}")
    if value < minimum:
        raise ValueError(f"{name} must be at least {minimum}, not {value}")


def _either(options: list[str]) -> str:
    quoted = [repr(option) for option in options]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _near(value: object, options: list[str]) -> str:
    near = difflib.get_close_matches(str(value), options, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
