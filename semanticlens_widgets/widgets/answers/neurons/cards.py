"""Cards and the detail view of components."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from semanticlens_widgets.concepts import ConceptDatabase, ConceptExamples
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
_PRODUCTS = 16_000_000
"""Similarities computed at a time: 64 MB."""


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
    (found,) = details(rankings, layer, [component])
    return {**found, "controls": controls}


def details(rankings: Rankings, layer: str, components: Sequence[int]) -> list[DetailResult]:
    """The same of several components, in a fraction of the time; without controls."""
    database = rankings.lens.database
    examples = database.examples[layer]
    of_each = zip(
        components,
        cards(rankings, layer, components, examples.k),
        _classes(database, layer, components),
        _similar(database, layer, components),
        strict=True,
    )
    return [
        {
            "card": card,
            "examples": _examples(database, layer, component),
            "look_alikes": _look_alikes(database, layer, component),
            "controls": [],
            "histogram": histogram(database, layer, component),
            "classes": classes,
            "similar": similar,
            "mean": number(examples.mean[component]),
            "variance": number(examples.variance[component]),
            "n_samples": examples.n_samples,
            "nearest": similar[0]["name"] if similar else None,
        }
        for component, card, classes, similar in of_each
    ]


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


def _classes(database: ConceptDatabase, layer: str, components: Sequence[int]) -> list[list[ServedClass]]:
    """Returns the classes with the highest relevance of each component; none without a relevance of the layer.

    They are those of `served_classes`, looked up together.
    """
    if layer not in database.relevance:
        return [[] for _ in components]
    relevance, columns = database.relevance[layer], list(components)
    mean, share = relevance.mean[:, columns], relevance.share[:, columns]
    served = (mean > 0) & (relevance.n_samples > 0).unsqueeze(1)
    best = mean.masked_fill(~served, 0).argsort(dim=0, descending=True, stable=True)[:_CLASSES].T
    return [
        [
            {
                "name": relevance.classes[row],
                "relevance": number(mean[row, place]),
                "share": number(share[row, place]),
                "n_samples": int(relevance.n_samples[row]),
            }
            for row in rows
            if served[row, place]
        ]
        for place, rows in enumerate(best.tolist())
    ]


def _similar(
    database: ConceptDatabase, layer: str, components: Sequence[int]
) -> list[list[SimilarComponent]]:
    embeddings, examples = database.component_embeddings[layer], database.examples[layer]
    n_others = int((~examples.dead).sum()) - 1
    if n_others < 1:
        return [[] for _ in components]
    found: list[list[SimilarComponent]] = []
    for rows in torch.tensor(list(components)).split(max(1, _PRODUCTS // len(embeddings))):
        similarity = (embeddings[rows] @ embeddings.T).masked_fill_(examples.dead, -torch.inf)
        similarity[torch.arange(len(rows)), rows] = -torch.inf
        best = similarity.topk(min(_SIMILAR, n_others))
        each = zip(rows.tolist(), best.indices.tolist(), best.values.tolist(), strict=True)
        found += [[] if examples.dead[row] else _named(examples, *others) for row, *others in each]
    return found


def _named(
    examples: ConceptExamples, components: Sequence[int], similarity: Sequence[float]
) -> list[SimilarComponent]:
    return [
        {"component": index, "name": examples.name(index), "similarity": number(value)}
        for index, value in zip(components, similarity, strict=True)
    ]
