"""Clarity of components above chance: components that show something at all, by no vocabulary."""

from collections.abc import Iterator

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.labels.example_groups import counted_once
from semanticlens_widgets.analysis.queries.unrelated import random_rows
from semanticlens_widgets.analysis.scores.scores import clarity
from semanticlens_widgets.analysis.sides import Side

CLEAR_BEYOND = 0.95
"""A component shows something if its examples are more alike than those of 95 % of random groups."""
_CHUNK = 256


def clarity_of(side: Side) -> tuple[Float[Tensor, " component"], Float[Tensor, " component"]]:
    """Clarity over different examples, and the share of random groups of as many images that are less clear.

    NaN for a component of fewer than two different examples.
    """
    table, _ = side.database.example_table(side.layer)
    rows = side.rows.masked_fill(~counted_once(side.rows) | ~side.present.unsqueeze(1), -1)
    sizes, own = (rows >= 0).sum(1), _clarity(table, rows)
    percentile = torch.full_like(own, torch.nan)
    pool = side.images
    for size in sizes[sizes >= 2].unique().tolist():
        drawn = _clarity(table, pool[random_rows(len(pool), size)]).sort().values
        of_size = sizes == size
        percentile[of_size] = torch.searchsorted(drawn, own[of_size] - 1e-6) / (len(drawn) + 1)
    return own, percentile


def _clarity(table: Float[Tensor, "row dim"], rows: Int[Tensor, "group k"]) -> Float[Tensor, " group"]:
    return torch.cat([clarity(examples) for examples in embedded_examples(table, rows)])


def embedded_examples(
    table: Float[Tensor, "row dim"], rows: Int[Tensor, "group k"]
) -> Iterator[Float[Tensor, "_ k dim"]]:
    """The embeddings of groups of examples, some groups at a time; NaN for none, whose row is -1."""
    for part in rows.split(_CHUNK):
        yield table[part.clamp(min=0)].masked_fill((part < 0).unsqueeze(2), torch.nan)
