"""Requests of a browser as they should be, and ways to garble them."""

import copy
import random
from collections.abc import Iterator
from typing import Any

_CLASS = {"layer": "bn1", "class_name": "bird", "valid": ["bird"], "spurious": ["car"], "threshold": 2.75}
VALID: dict[str, dict[str, Any]] = {
    "rank": {"layer": "bn1", "query": "bird", "query_image": "", "sort": "alignment", "descending": True},
    "cards": {"layer": "bn1", "components": [0, 1, 2]},
    "detail": {"layer": "bn1", "component": 3},
    "thumbnails": {"samples": [0, 1, 2], "size": "small"},
    "example_crops": {"layer": "bn1", "examples": [[0, 0], [1, 0]], "size": "small"},
    "example_heatmaps": {"layer": "bn1", "examples": [[0, 0], [1, 0]], "size": "small"},
    "image": {},
    "prepare": {},
    "name": {"layer": "bn1", "vocabulary": "v"},
    "labels": {"layer": "bn1", "components": [0, 1], "vocabulary": "v"},
    "map": {"layers": ["bn1"], "method": "pca", "have": ""},
    "encoding": {"layers": ["bn1"], "encoding": "clarity", "query": "bird", "query_image": ""},
    "probe": {"layers": ["bn1"], "method": "pca", "have": "pca", "query": "bird", "query_image": ""},
    "audit_classes": {"layer": "bn1"},
    "audit": _CLASS,
    "audit_suspects": _CLASS,
    "audit_agreement": _CLASS,
    "audit_before": _CLASS | {"before_id": "gone"},
    "audit_summary": {"layer": "bn1", "requirements": [{"class_name": "bird", "valid": ["bird"]}], "threshold": 2.75},
    "audit_within": {"layer": "bn1", "requirements": [{"class_name": "bird", "valid": ["bird"]}], "threshold": 2.75},
    "audit_samples": {"layer": "bn1", "component": 1, "limit": 4, "of": "class", "class_name": "bird"},
    "audit_pictures": {"samples": [0, 2], "size": "small"},
    "audit_heatmap": {"layer": "bn1", "component": 1, "samples": [0]},
    "attribute": {"layer": "bn1", "requirements": []},
    "ablate": {"components": ["bn1:0"], "class_name": "bird", "threshold": None},
    "audit_export": {
        "layer": "bn1", "format": "csv", "requirements": [{"class_name": "bird", "valid": ["bird"]}],
        "threshold": 2.75, "within_class": False, "max_spurious": 0.1,
        "ablation": {"components": ["bn1:0"], "class_name": "bird", "threshold": None},
    },
    "complete": {"text": "bi"},
    "shown": {},
    "cancel": {"rid": "r1"},
    "no such kind": {},
}  # fmt: skip
"""Kind -> parameters, about the lens `tests.fakes.attributed_lens`."""

JUNK: list[Any] = [
    None, True, False, 0, -1, 1, 7, 2**31, 2**63, -(2**70), 0.5, float("nan"), float("inf"), "", " ", "bn1", "bn2",
    "#1", "bird - tree", "\x00", "\ud800", "x" * 100_000, "a - " * 500, "<img src=x onerror=1>", "\u202ecba",
    "#99999999999", [], [[]], [None],
    [0, 0, 0], list(range(1000)), ["bn1", "bn1"], [{}], {}, {"a": 1}, {"bn1": []}, [[0, -1]],
    [[0, 0, 0]], [0.5], ["0"], [True], [2**70], {"class_name": 3}, [{"class_name": "bird", "valid": [3]}],
]  # fmt: skip


def garbled(rid: str, generator: random.Random) -> dict[str, Any]:
    """One request with up to three things wrong."""
    kind = generator.choice(list(VALID))
    request: dict[str, Any] = {"rid": rid, "kind": kind, "params": copy.deepcopy(VALID[kind])}
    for _ in range(generator.choice([0, 1, 1, 1, 2, 3])):
        _garble(request, generator)
    request["rid"] = rid
    return request


def _garble(request: dict[str, Any], generator: random.Random) -> None:
    way = generator.choice(
        ["parameter", "parameter", "parameter", "within", "delete", "envelope", "envelope"]
    )
    params = request.get("params")
    if way == "envelope" or not isinstance(params, dict) or not params:
        request[generator.choice(["kind", "params", "slot", "n_buffers", "extra"])] = copy.deepcopy(
            generator.choice(JUNK)
        )
    elif way == "delete":
        del params[generator.choice(list(params))]
    else:
        holders = list(_holders(params)) if way == "within" else [(params, key) for key in params]
        holder, key = generator.choice(holders)
        holder[key] = copy.deepcopy(generator.choice(JUNK))


def _holders(tree: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else []
    for key in keys:
        yield tree, key
        yield from _holders(tree[key])
