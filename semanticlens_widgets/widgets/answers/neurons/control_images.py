"""Ordinary images beside a component's best examples, so that the examples do not mislead."""

from collections.abc import Iterator

import torch
from jaxtyping import Int
from torch import Tensor

from semanticlens_widgets.concepts import ConceptDatabase, Relevance
from semanticlens_widgets.widgets.answers.neurons.cards import sample_info
from semanticlens_widgets.widgets.answers.neurons.protocol import Controls, ScoredSample
from semanticlens_widgets.widgets.kernel.request import number

_QUANTILES = (0.99, 0.9, 0.5)
_IN_A_ROW = 4
_WITHIN = 0.05
"""Largest distance of an image's own quantile, at most half of the way to the highest score."""


def controls(database: ConceptDatabase, layer: str, component: int) -> list[Controls]:
    """Returns rows of images that the lens keeps: around lower quantiles of the component's scores, and random ones.

    Quantiles are among all attributed samples; without attribution there is only the random row (`quantile` is None),
    without scores. A quantile that lies among the examples, or far from every kept image, has no row.
    """
    relevance = database.relevance.get(layer)
    rows = [] if relevance is None else list(_around_quantiles(database, relevance, component))
    return [*rows, _row(database, relevance, component, None, _random(database, layer, component))]


def _around_quantiles(database: ConceptDatabase, relevance: Relevance, component: int) -> Iterator[Controls]:
    # Many samples share the score 0; among these the order is random.
    order = _shuffled(len(relevance.sample_ids), component)
    order = order[relevance.scores[order, component].float().argsort(descending=True, stable=True)]
    ids, examples = relevance.sample_ids[order], database.examples[relevance.layer].sample_ids[component]
    kept = (torch.isin(ids, database.samples.ids) & ~torch.isin(ids, examples)).nonzero().flatten()
    for quantile in _QUANTILES:
        place = (1 - quantile) * (len(order) - 1)
        near = kept[(kept - place).abs().argsort(stable=True)[:_IN_A_ROW]]
        near = near[(near - place).abs() <= min(_WITHIN, (1 - quantile) / 2) * len(order)].sort().values
        if place >= (examples >= 0).sum() and len(near):
            yield _row(database, relevance, component, quantile, database.samples.rows(ids[near]))


def _random(database: ConceptDatabase, layer: str, component: int) -> Int[Tensor, " row"]:
    drawn = _shuffled(len(database.samples), component)
    examples = database.samples.rows(database.examples[layer].sample_ids[component])
    return drawn[~torch.isin(drawn, examples)][:_IN_A_ROW]


def _shuffled(n: int, component: int) -> Int[Tensor, " n"]:
    """Returns a random permutation that is the same for a component every time."""
    return torch.randperm(n, generator=torch.Generator().manual_seed(component))


def _row(
    database: ConceptDatabase,
    relevance: Relevance | None,
    component: int,
    quantile: float | None,
    rows: Int[Tensor, " row"],
) -> Controls:
    scores = _scores(database, relevance, component, rows)
    samples: list[ScoredSample] = [
        {**sample_info(database, row), "score": score}
        for row, score in zip(rows.tolist(), scores, strict=True)
    ]
    return {"quantile": quantile, "samples": samples}


def _scores(
    database: ConceptDatabase, relevance: Relevance | None, component: int, rows: Int[Tensor, " row"]
) -> list[float | None]:
    if relevance is None:
        return [None] * len(rows)
    ids = database.samples.ids[rows]
    places = torch.searchsorted(relevance.sample_ids, ids).clamp(max=len(relevance.sample_ids) - 1)
    known = relevance.sample_ids[places] == ids
    found = relevance.scores[places, component].tolist()
    return [
        number(score) if is_known else None for score, is_known in zip(found, known.tolist(), strict=True)
    ]
