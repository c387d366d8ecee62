"""The knowledge of a layer as the browser gets it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from semanticlens_widgets.analysis import Knowledge
from semanticlens_widgets.analysis.knowledge.summary import KNOWN_BEYOND
from semanticlens_widgets.widgets.answers.results.protocol import Answering, KnowledgeResult, KnownWord
from semanticlens_widgets.widgets.kernel.request import Answer, Request, number


def answer_knowledge(known: Mapping[str, Knowledge], request: Request) -> Answer[KnowledgeResult]:
    """Answers with the knowledge of an id; raises ValueError if its widget no longer exists."""
    found = known.get(request.get("knowledge", str))
    if found is None:
        raise ValueError("this knowledge is no longer held by a widget; run its cell again")
    return Answer(knowledge_info(found))


def knowledge_info(knowledge: Knowledge) -> KnowledgeResult:
    """Describes what a layer knows: the words with components below their hypernyms, and the holes beside them."""
    nodes = knowledge.nodes
    rows = nodes[nodes["n_components"] > 0]
    places = {node: place for place, node in enumerate(rows["id"])}
    holes = _holes(nodes, places)
    return {
        "n_components": knowledge.n_components,
        "n_labelled": int(nodes.loc[nodes["depth"] == 0, "n_components"].sum()),
        "has_relevance": bool(nodes["relevance"].notna().any()),
        "words": [
            _word(row, places.get(row["parent"], -1), holes.get(place, []))
            for place, row in enumerate(rows.to_dict("records"))
        ],
        "holes": holes.get(-1, []),
    }


def _word(row: Mapping[Any, Any], parent: int, holes: list[str]) -> KnownWord:
    return {
        **_answering(row["n_components"], row["relevance"], row["expected"], row["chance_percentile"]),
        "word": str(row["word"]),
        "parent": parent,
        "own": _answering(row["n_own"], row["relevance_own"], row["expected_own"], row["percentile_own"])
        if row["n_own"]
        else None,
        "holes": holes,
    }


def _answering(n: float, relevance: float, expected: float, percentile: float) -> Answering:
    return {
        "n": int(n),
        "relevance": number(relevance),
        "expected": round(float(expected), 3),
        "percentile": round(float(percentile), 4),
        "known": bool(percentile >= KNOWN_BEYOND),
    }


def _holes(nodes: pd.DataFrame, places: Mapping[str, int]) -> dict[int, list[str]]:
    """The words that nothing answers to, by the place of the nearest hypernym that is in the list."""
    above = dict(zip(nodes["id"], nodes["parent"], strict=True))
    found: dict[int, list[str]] = {}
    for node, word in nodes.loc[nodes["in_vocabulary"] & (nodes["n_components"] == 0), ["id", "word"]].values:
        while node and node not in places:
            node = above[node]
        found.setdefault(places.get(node, -1), []).append(str(word))
    return found
