"""Types of requests and answers as TypeScript."""

from typing import Any, get_type_hints

from semanticlens_widgets.widgets.answers.audit import protocol as audit
from semanticlens_widgets.widgets.answers.comparisons import protocol as comparisons
from semanticlens_widgets.widgets.answers.labels import protocol as labels
from semanticlens_widgets.widgets.answers.map import protocol as map_protocol
from semanticlens_widgets.widgets.answers.neurons import protocol as neurons
from semanticlens_widgets.widgets.answers.predictions import protocol as predictions
from semanticlens_widgets.widgets.answers.results import protocol as results
from semanticlens_widgets.widgets.kernel.protocol import REQUESTS as KERNEL_REQUESTS
from semanticlens_widgets.widgets.typescript.types import declaration, mentioned, written

REQUESTS: dict[str, tuple[Any, Any]] = {
    **KERNEL_REQUESTS,
    **neurons.REQUESTS,
    **labels.REQUESTS,
    **map_protocol.REQUESTS,
    **audit.REQUESTS,
    **comparisons.REQUESTS,
    **results.REQUESTS,
    **predictions.REQUESTS,
}
"""Types of the parameters and of the answer by kind, for all requests."""


_ALIASES = {
    "Sort": neurons.Sort,
    "Size": neurons.Size,
    "Encoding": map_protocol.Encoding,
    "Method": map_protocol.Method,
    "Order": predictions.Order,
}


def protocol() -> str:
    """Writes the whole file."""
    found: dict[type, None] = {}
    for pair in REQUESTS.values():
        for cls in pair:
            _collect(cls, found)
    aliases = [f"export type {name} = {written(hint)};\n" for name, hint in _ALIASES.items()]
    return "\n".join([*aliases, *map(declaration, found), _table()])


def _table() -> str:
    kinds = [
        f"  {kind}: {{ params: {params.__name__}; result: {result.__name__} }};"
        for kind, (params, result) in REQUESTS.items()
    ]
    head = ["/** Parameters and answer by kind of request. */", "export type Requests = {"]
    return "\n".join([*head, *kinds, "};", ""])


def _collect(cls: type, found: dict[type, None]) -> None:
    """Adds a TypedDict to `found` after those in its fields."""
    for hint in get_type_hints(cls).values():
        for part in mentioned(hint):
            _collect(part, found)
    found.setdefault(cls)
