"""What is written on a card, and in the detail view of one component."""

from collections import Counter
from typing import Any

import torch
from jaxtyping import Int
from torch import Tensor

from semanticlens_widgets.analysis import served_classes
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings
from semanticlens_widgets.widgets.kernel.request import number

_LABELS = 5
_SIMILAR = 8
_CLASSES = 5
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
        "look_alikes": _look_alikes(rankings.lens.database, layer, component),
        "classes": _classes(rankings.lens.database, layer, component),
        "similar": similar,
        "mean": number(float(examples.mean[component])),
        "variance": number(float(examples.variance[component])),
        "n_samples": examples.n_samples,
        "nearest": similar[0]["name"] if similar else None,
    }


def example_labels(database: ConceptDatabase, layer: str, component: int) -> list[tuple[str, int]]:
    """What a component's examples show, the most frequent first, and how many of them do."""
    return _labels(database, _rows(database, layer, component))


def _rows(database: ConceptDatabase, layer: str, component: int) -> list[int]:
    return _present(database, database.examples[layer].sample_ids[component])


def _present(database: ConceptDatabase, sample_ids: Int[Tensor, " k"]) -> list[int]:
    return [row for row in database.samples.rows(sample_ids).tolist() if row >= 0]


def _labels(database: ConceptDatabase, rows: list[int]) -> list[tuple[str, int]]:
    counts = Counter(label for row in rows if (label := database.samples.labels[row]) is not None)
    return counts.most_common(_LABELS)


def _examples(database: ConceptDatabase, layer: str, component: int) -> list[dict[str, Any]]:
    scores = database.examples[layer].scores[component].tolist()
    rows, boxes = _rows(database, layer, component), _boxes(database, layer, component)
    return [
        {**sample_info(database, row), "score": number(score), "box": box}
        for row, score, box in zip(rows, scores, boxes, strict=False)
    ]


def _boxes(database: ConceptDatabase, layer: str, component: int) -> list[list[float] | None]:
    """Left, top, right and bottom of each example's crop as shares of its image; None where it is the whole image."""
    crops = database.crops
    if crops is None or layer not in crops.rows:
        return [None] * database.examples[layer].k
    rows = crops.rows[layer][component]
    rows = rows[rows >= 0]
    return (crops.boxes[rows] / crops.sizes[rows].repeat(1, 2)).tolist()


def sample_info(database: ConceptDatabase, row: int) -> dict[str, Any]:
    """What is said of a sample, by its row in the database's table."""
    samples = database.samples
    return {
        "sample": int(samples.ids[row]),
        "row": row,
        "label": samples.labels[row],
        "name": samples.names[row],
    }


def _look_alikes(database: ConceptDatabase, layer: str, component: int) -> list[dict[str, Any]]:
    """Those of the best example first, each once; none where the lens does not keep them."""
    if layer not in database.look_alikes:
        return []
    rows = dict.fromkeys(_present(database, database.look_alikes[layer][component]))
    return [sample_info(database, row) for row in rows]


def _classes(database: ConceptDatabase, layer: str, component: int) -> list[dict[str, Any]]:
    """The classes that the component adds to most; none where the layer was not attributed."""
    if layer not in database.relevance:
        return []
    served = served_classes(database.relevance[layer], component)
    best = served[served["relevance"] > 0].head(_CLASSES)
    columns = ["class", "relevance", "share", "n_samples"]
    return [
        {"name": name, "relevance": number(mean), "share": number(share), "n_samples": int(n)}
        for name, mean, share, n in best[columns].itertuples(index=False)
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
