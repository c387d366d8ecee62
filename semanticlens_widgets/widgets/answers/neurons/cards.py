"""Cards and the detail view of components."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from semanticlens_widgets.analysis import served_classes
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.widgets.answers.neurons.histograms import histogram
from semanticlens_widgets.widgets.answers.neurons.protocol import (
    Card,
    Controls,
    DetailResult,
    ExampleInfo,
    SampleInfo,
    ServedClass,
    SimilarComponent,
)
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings
from semanticlens_widgets.widgets.kernel.request import number

_LABELS = 5
_SIMILAR = 8
_CLASSES = 5


def cards(rankings: Rankings, layer: str, components: Sequence[int], n_samples: int) -> list[Card]:
    """Describes components: their names, scores, most frequent labels and best samples."""
    scores = rankings.scores_of(layer, components)
    return [_card(rankings.lens.database, layer, row, n_samples) for row in scores]


def _card(database: ConceptDatabase, layer: str, scores: Mapping[str, Any], n_samples: int) -> Card:
    component = int(scores["index"])
    rows = database.example_rows(layer, component)
    return {
        "component": component,
        "name": scores["component"],
        "clarity": number(scores["clarity"]),
        "polysemanticity": number(scores["polysemanticity"]),
        "redundancy": number(scores["redundancy"]),
        "maximum": number(scores["maximum"]),
        "firing_rate": number(scores["firing_rate"]),
        "n_examples": len(rows),
        "labels": database.example_labels(layer, component)[:_LABELS],
        "samples": rows[:n_samples],
    }


def detail(rankings: Rankings, layer: str, component: int, controls: list[Controls]) -> DetailResult:
    """Describes a component with all its examples, statistics, classes and the most similar components."""
    examples = rankings.lens.database.examples[layer]
    similar = _similar(rankings.lens.database, layer, component)
    return {
        "card": cards(rankings, layer, [component], examples.k)[0],
        "examples": _examples(rankings.lens.database, layer, component),
        "look_alikes": _look_alikes(rankings.lens.database, layer, component),
        "controls": controls,
        "histogram": histogram(rankings.lens.database, layer, component),
        "classes": _classes(rankings.lens.database, layer, component),
        "similar": similar,
        "mean": number(float(examples.mean[component])),
        "variance": number(float(examples.variance[component])),
        "n_samples": examples.n_samples,
        "nearest": similar[0]["name"] if similar else None,
    }


def _examples(database: ConceptDatabase, layer: str, component: int) -> list[ExampleInfo]:
    scores = database.examples[layer].scores[component].tolist()
    rows, boxes = database.example_rows(layer, component), _boxes(database, layer, component)
    return [
        {**sample_info(database, row), "score": number(score), "box": box}
        for row, score, box in zip(rows, scores, boxes, strict=False)
    ]


def _boxes(database: ConceptDatabase, layer: str, component: int) -> list[list[float] | None]:
    """Returns left, top, right and bottom of each example's crop as shares of its image; None for a whole image."""
    crops = database.crops
    if crops is None or layer not in crops.rows:
        return [None] * database.examples[layer].k
    rows = crops.rows[layer][component]
    rows = rows[rows >= 0]
    return (crops.boxes[rows] / crops.sizes[rows].repeat(1, 2)).tolist()


def sample_info(database: ConceptDatabase, row: int) -> SampleInfo:
    """Describes the sample in a row of the database's table."""
    samples = database.samples
    return {
        "sample": int(samples.ids[row]),
        "row": row,
        "label": samples.labels[row],
        "name": samples.names[row],
    }


def _look_alikes(database: ConceptDatabase, layer: str, component: int) -> list[SampleInfo]:
    """Returns each look-alike once, those of the best example first; none if the lens does not keep them."""
    if layer not in database.look_alikes:
        return []
    rows = dict.fromkeys(database.samples.rows(database.look_alikes[layer][component]).tolist())
    return [sample_info(database, row) for row in rows if row >= 0]


def _classes(database: ConceptDatabase, layer: str, component: int) -> list[ServedClass]:
    """Returns the classes with the highest relevance of the component; none without a relevance of the layer."""
    if layer not in database.relevance:
        return []
    served = served_classes(database.relevance[layer], component)
    best = served[served["relevance"] > 0].head(_CLASSES)
    columns = ["class", "relevance", "share", "n_samples"]
    return [
        {"name": name, "relevance": number(mean), "share": number(share), "n_samples": int(n)}
        for name, mean, share, n in best[columns].itertuples(index=False)
    ]


def _similar(database: ConceptDatabase, layer: str, component: int) -> list[SimilarComponent]:
    embeddings, dead = database.component_embeddings[layer], database.examples[layer].dead
    if dead[component]:
        return []
    similarity = (embeddings @ embeddings[component]).masked_fill(dead, -torch.inf)
    similarity[component] = -torch.inf
    best = torch.topk(similarity, min(_SIMILAR, int((~dead).sum()) - 1))
    name = database.examples[layer].name
    return [
        {"component": index, "name": name(index), "similarity": number(value)}
        for index, value in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    ]
