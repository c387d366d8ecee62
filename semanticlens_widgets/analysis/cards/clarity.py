"""Clarity of components above chance: components that show something at all, by no vocabulary."""

import torch
from jaxtyping import Float
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


def _clarity(table: Float[Tensor, "row dim"], rows: Tensor) -> Float[Tensor, " group"]:
    parts = rows.split(_CHUNK)
    missing = [(part < 0).unsqueeze(2) for part in parts]
    return torch.cat(
        [
            clarity(table[part.clamp(min=0)].masked_fill(none, torch.nan))
            for part, none in zip(parts, missing, strict=True)
        ]
    )
