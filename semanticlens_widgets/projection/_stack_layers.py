"""Embeddings of one or several layers, stacked as the rows of one table."""

import math
from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.tensors._cosine import normalized

Embeddings = Tensor | Mapping[str, Tensor]
"""Component embeddings (component dim): of one layer, or layer -> embeddings for a joint map."""


def stack_layers(embeddings: Embeddings) -> tuple[Float[Tensor, "component dim"], dict[str, slice]]:
    """Returns the layers one after the other as float32 rows of length 1 on the CPU, and the rows of each layer.

    A single table counts as a layer without a name. Raises TypeError or ValueError for anything else than
    tables of the same width, NonFiniteError for NaN or infinity.
    """
    layers = embeddings if isinstance(embeddings, Mapping) else {"": embeddings}
    if not layers:
        raise ValueError("embeddings must hold at least one layer, not {}; pass {layer: embeddings}")
    for name, table in layers.items():
        _check(name, table)
    _check_widths(layers)
    starts = [0]
    for table in layers.values():
        starts.append(starts[-1] + len(table))
    tables = [normalized(table.detach().float().cpu()) for table in layers.values()]
    vectors = tables[0] if len(tables) == 1 else torch.cat(tables)
    return vectors, {name: slice(*ends) for name, *ends in zip(layers, starts, starts[1:], strict=False)}


def _check(name: str, table: object) -> None:
    where = f"embeddings of layer {name!r}" if name else "embeddings"
    if not isinstance(table, Tensor):
        raise TypeError(f"{where} must be a tensor (component, dim), not {type(table).__name__}")
    if table.ndim != 2 or not table.is_floating_point():
        raise ValueError(
            f"{where} must be floats of the shape (component, dim), not {tuple(table.shape)} {table.dtype}"
        )
    # The extremes take a tenth of the time of table.isfinite().
    if table.numel() and not all(map(math.isfinite, table.aminmax())):
        row = int((~table.isfinite().all(1)).nonzero()[0])
        raise NonFiniteError(f"{where} hold NaN or infinity, first in row {row}; a row of zeros is left out")


def _check_widths(layers: Mapping[str, Tensor]) -> None:
    widths = {name: table.shape[1] for name, table in layers.items()}
    if len(set(widths.values())) > 1:
        raise ValueError(f"layers on one map must be embedded in the same space, not in {widths} dimensions")
