"""Tables of a graph: its nodes with their shares of relevance, and its edges that are not weak."""

from collections.abc import Mapping, Sequence

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.concepts import ConceptExamples, Relevance


def most_relevant(relevance: Relevance, class_name: str, top: int) -> list[int]:
    """The `top` components with the largest mean relevance in size, among those that have any."""
    size = relevance.of(class_name).abs()
    order = size.argsort(descending=True, stable=True)[:top]
    return order[size[order] > 0].tolist()


def node_rows(
    relevance: Relevance, examples: ConceptExamples, class_name: str, rows: Sequence[int]
) -> pd.DataFrame:
    """The nodes of a layer."""
    mean = relevance.of(class_name)
    return pd.DataFrame(
        {
            "component": [examples.name(row) for row in rows],
            "layer": str(relevance.layer),
            "index": list(rows),
            "relevance": mean[list(rows)].numpy(),
            "share": (mean / _size(mean))[list(rows)].numpy(),
        }
    )


def edge_rows(
    sources: Mapping[int, str],
    targets: Sequence[str],
    edges: Float[Tensor, "target component"],
    weak_below: float,
) -> pd.DataFrame:
    """The edges that are not weak, from nodes of one layer; `edges` are from all of its components."""
    shares = edges / torch.stack([_size(row) for row in edges]).unsqueeze(1)
    return pd.DataFrame(
        [
            (name, target, float(edges[k, row]), float(shares[k, row]))
            for k, target in enumerate(targets)
            for row, name in sources.items()
            if abs(float(shares[k, row])) >= weak_below and shares[k, row] != 0
        ],
        columns=["source", "target", "edge", "share"],
    )


def _size(values: Tensor) -> Tensor:
    return values.abs().sum().clamp(min=torch.finfo(values.dtype).tiny)
