"""What is written on a card, and in the detail view of one component."""

from collections import Counter
from typing import Any

import torch

from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.widgets._rankings import Rankings
from semanticlens_widgets.widgets._request import number

_LABELS = 5
_SIMILAR = 8
_SCORES = ("clarity", "polysemanticity", "redundancy", "maximum", "firing_rate")


def card(rankings: Rankings, layer: str, component: int, n_samples: int) -> dict[str, Any]:
    """One component: its name, scores, the most frequent labels and the best samples."""
    database = rankings.lens.database
    rows = _rows(database, layer, component)
    scores = rankings.scores(layer)
    return {
        "component": component,
        "name": database.examples[layer].name(component),
        **{name: number(scores[name].to_numpy(dtype=float)[component]) for name in _SCORES},
        "n_examples": len(rows),
        "labels": _labels(database, rows),
        "samples": rows[:n_samples],
    }


def detail(rankings: Rankings, layer: str, component: int) -> dict[str, Any]:
    """One component with all its examples, its statistics and the components that are most like it."""
    examples = rankings.lens.database.examples[layer]
    similar = _similar(rankings.lens.database, layer, component)
    return {
        "card": card(rankings, layer, component, examples.k),
        "examples": _examples(rankings.lens.database, layer, component),
        "similar": similar,
        "mean": number(float(examples.mean[component])),
        "variance": number(float(examples.variance[component])),
        "n_samples": examples.n_samples,
        "nearest": similar[0]["name"] if similar else None,
    }


def _rows(database: ConceptDatabase, layer: str, component: int) -> list[int]:
    rows = database.samples.rows(database.examples[layer].sample_ids[component]).tolist()
    return [row for row in rows if row >= 0]


def _labels(database: ConceptDatabase, rows: list[int]) -> list[tuple[str, int]]:
    counts = Counter(label for row in rows if (label := database.samples.labels[row]) is not None)
    return counts.most_common(_LABELS)


def _examples(database: ConceptDatabase, layer: str, component: int) -> list[dict[str, Any]]:
    examples = database.examples[layer]
    scores = examples.scores[component].tolist()
    return [
        {
            "sample": int(database.samples.ids[row]),
            "row": row,
            "score": number(scores[rank]),
            "label": database.samples.labels[row],
            "name": database.samples.names[row],
        }
        for rank, row in enumerate(_rows(database, layer, component))
    ]


def _similar(database: ConceptDatabase, layer: str, component: int) -> list[dict[str, Any]]:
    embeddings = database.component_embeddings[layer]
    similarity = embeddings @ embeddings[component]
    similarity[component] = -torch.inf
    best = torch.topk(similarity, min(_SIMILAR, len(similarity) - 1))
    name = database.examples[layer].name
    return [
        {"component": index, "name": name(index), "similarity": number(value)}
        for index, value in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    ]
