"""Envelopes: the items of a message from the browser, each a request with its own buffers or a misfit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.widgets.kernel.request import Buffer


@dataclass(frozen=True)
class Envelope:
    """One request as it arrived."""

    rid: str
    kind: str
    params: Mapping[str, Any]
    slot: str | None
    buffers: Sequence[Buffer]


@dataclass(frozen=True)
class Misfit:
    """An item that is no request."""

    rid: str | None
    """The id that the browser waits for; None for an item without one."""
    reason: str


def envelopes(items: Sequence[object], buffers: Sequence[Buffer]) -> Iterator[Envelope | Misfit]:
    """Yields every item once, in order.

    After an item that claims a wrong number of buffers nobody can tell whose the rest are: from there on only items
    without buffers are requests.
    """
    rest = iter(buffers)
    for item in items:
        own = list(islice(rest, _n_buffers(item, len(buffers))))
        try:
            yield _envelope(item, own)
        except ValueError as error:
            yield Misfit(_rid(item), str(error))


def _envelope(item: object, buffers: Sequence[Buffer]) -> Envelope:
    if not isinstance(item, Mapping):
        raise ValueError(f"a request must be an object with rid, kind and params, not {shown(item)}")
    if (rid := _rid(item)) is None:
        raise ValueError("a request must have a rid, under which it is answered")
    claimed = item.get("n_buffers", 0)
    if type(claimed) is not int or claimed != len(buffers):
        raise ValueError(f"n_buffers must be the number of buffers that belong to it, not {shown(claimed)}")
    params = item.get("params")
    if not isinstance(params, Mapping | None):
        raise ValueError(f"params must be an object, not {shown(params)}")
    return Envelope(rid, _text(item, "kind"), params or {}, _slot(item), buffers)


def _n_buffers(item: object, most: int) -> int | None:
    """Returns how many buffers belong to an item; None, which stands for all that are left, if it claims nonsense."""
    claimed = item.get("n_buffers", 0) if isinstance(item, Mapping) else 0
    return claimed if type(claimed) is int and 0 <= claimed <= most else None


def _rid(item: object) -> str | None:
    rid = item.get("rid") if isinstance(item, Mapping) else None
    if rid is None:
        return None
    text = rid if isinstance(rid, str) else shown(rid)
    return text.encode(errors="replace").decode()  # half a character cannot be sent back


def _slot(item: Mapping[Any, Any]) -> str | None:
    return None if item.get("slot") is None else _text(item, "slot")


def _text(item: Mapping[Any, Any], name: str) -> str:
    text = item.get(name)
    if not isinstance(text, str):
        raise ValueError(f"{name} must be text, not {shown(text)}")
    return text
