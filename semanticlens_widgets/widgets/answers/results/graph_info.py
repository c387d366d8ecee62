"""The graph of a class as the browser gets it, and the changes without some of its nodes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from semanticlens_widgets.explanations import ClassGraph
from semanticlens_widgets.lens.memo import Key
from semanticlens_widgets.widgets.answers.results.protocol import (
    GraphEdge,
    GraphNode,
    GraphResult,
    WithoutResult,
)
from semanticlens_widgets.widgets.kernel.request import Answer, Handler, Request, number

SLOW = frozenset({"graph_without"})
"""Kinds of request that may take many seconds."""
EXAMPLES = 9
"""Examples of a node, best first."""
DRAWS = 3
"""Draws of random components: the model runs once for each."""


@dataclass(frozen=True)
class WithoutKey(Key[pd.DataFrame]):
    """The changes of a graph's nodes without some of them."""

    graph: str
    nodes: tuple[str, ...]
    n_draws: int


def graph_handlers(graphs: Mapping[str, ClassGraph]) -> dict[str, Handler]:
    """Returns the handlers of the requests about graphs, which are known by id."""
    return {
        "graph": lambda request: Answer(graph_info(_named(graphs, request))),
        "graph_without": lambda request: _without(_named(graphs, request), request),
    }


def graph_info(graph: ClassGraph) -> GraphResult:
    """Describes a graph: its layers by columns, its nodes with their examples, and its edges."""
    columns = columns_of(graph)
    rows = graph.nodes.to_dict("records")
    numbers = {row["component"]: node for node, row in enumerate(rows)}
    examples = graph.lens.database.examples
    return {
        "class_name": graph.class_name,
        "n_samples": graph.n_samples,
        "weak_below": graph.weak_below,
        "layers": [
            {"name": layer, "column": columns[layer], "n_components": examples[layer].n_components}
            for layer in graph.layers
        ],
        "nodes": [_node(graph, row) for row in rows],
        "edges": [_edge(numbers, row) for row in graph.edges.to_dict("records")],
    }


def columns_of(graph: ClassGraph) -> dict[str, int]:
    """Layer -> its column: those side by side in the model share one."""
    columns: dict[str, int] = {}
    for layer in graph.layers:
        columns[layer] = columns[graph.feeds[layer]] + 1 if layer in graph.feeds else 0
    return columns


def without_info(graph: ClassGraph, changes: pd.DataFrame) -> WithoutResult:
    """Describes what `graph.without` returned."""
    numbers = {name: node for node, name in enumerate(graph.nodes["component"])}
    return {
        "changes": [
            {
                "node": numbers[row["component"]],
                "before": number(row["before"]),
                "after": number(row["after"]),
                "share": number(row["share"]),
                "random": number(row.get("random", math.nan)),
            }
            for row in changes.to_dict("records")
        ]
    }


def _named(graphs: Mapping[str, ClassGraph], request: Request) -> ClassGraph:
    found = graphs.get(request.get("graph", str))
    if found is None:
        raise ValueError("this graph is no longer held by a widget; run its cell again")
    return found


def _without(graph: ClassGraph, request: Request) -> Answer[WithoutResult]:
    names = graph.check_nodes("nodes", request.get("nodes", list))
    n_draws = DRAWS if request.get("control", bool) else 0
    without = names[0] if len(names) == 1 else f"{len(names)} neurons"
    what = "comparing with random neurons" if n_draws else f"measuring without {without}"

    def report(done: int, total: int) -> None:
        request.check()
        request.report(done, total, what)

    session = graph.lens._session
    key = WithoutKey(request.get("graph", str), tuple(sorted(names)), n_draws)
    measure = partial(graph.without, names, n_draws=n_draws, report=report)
    changes = session.memo.get(key, measure, session.running)
    return Answer(without_info(graph, changes))


def _node(graph: ClassGraph, row: Mapping[Any, Any]) -> GraphNode:
    return {
        "name": row["component"],
        "layer": row["layer"],
        "component": int(row["index"]),
        "place": graph.places[row["component"]],
        "label": row["label"],
        "verdict": row["verdict"],
        "relevance": number(row["relevance"]),
        "share": number(row["share"]),
        "samples": _samples(graph, row["layer"], int(row["index"])),
    }


def _samples(graph: ClassGraph, layer: str, component: int) -> list[int]:
    return graph.lens.database.example_rows(layer, component)[:EXAMPLES] if layer else []


def _edge(numbers: Mapping[str, int], row: Mapping[Any, Any]) -> GraphEdge:
    source, target = numbers[row["source"]], numbers[row["target"]]
    return {"source": source, "target": target, "edge": float(row["edge"]), "share": float(row["share"])}
