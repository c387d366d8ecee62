"""The requests about labels: one that waits until a layer's neurons are named, one that reads the names off."""

from collections.abc import Mapping
from typing import Any

from semanticlens_widgets.analysis import CLEAR_ABOVE
from semanticlens_widgets.widgets.answers.labels.labels import Naming
from semanticlens_widgets.widgets.kernel.request import Answer, Handler, Request, number

SLOW = frozenset({"name"})
"""The kinds that wait for long."""
_MOST = 500
_NUMBERS = ("margin", "alignment", "null_z_score")


def naming_handlers(naming: Naming) -> dict[str, Handler]:
    """The answer to every kind of request about the labels of one lens."""
    return {
        "name": lambda request: _name(naming, request),
        "labels": lambda request: _labels(naming, request),
    }


def _name(naming: Naming, request: Request) -> Answer:
    layer = naming.lens.database.layer(request.get("layer", str))
    vocabulary = naming.get(request.get("vocabulary", str))
    table = naming.labels(layer, vocabulary, request.report, request.check)
    return Answer({"n": len(table), "n_clear": int(table["clear"].sum()), "clear_above": CLEAR_ABOVE})


def _labels(naming: Naming, request: Request) -> Answer:
    layer = naming.lens.database.layer(request.get("layer", str))
    components = request.get("components", list)
    n = naming.lens.database.examples[layer].n_components
    if len(components) > _MOST or not all(type(index) is int and 0 <= index < n for index in components):
        raise ValueError(f"labels: at most {_MOST} components of 0 to {n - 1}, not {str(components)[:100]}")
    table = naming.labels(layer, naming.get(request.get("vocabulary", str)), request.report, request.check)
    return Answer({"labels": [_label(row) for row in table.iloc[components].to_dict("records")]})


def _label(row: Mapping[Any, Any]) -> dict[str, Any]:
    """One component's label for the browser; `label` is "" where none is clear, `best` where there is none at all."""
    return {
        "component": int(row["index"]),
        **{name: row[name] for name in ("label", "best", "runner_up")},
        **{name: number(row[name]) for name in _NUMBERS},
        "chance": number(row["chance_percentile"] / 100),
        "shares": [[text, number(share)] for text, share in row["labels"]],
    }
