"""Role of a component: the classes that it serves, and the lower components that feed it."""

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.concepts import ConceptExamples, Relevance

WEAK_EDGE_BELOW = 0.01
"""An edge with a smaller share is left out: a layer has hundreds, most of them next to nothing."""


def served_classes(relevance: Relevance, component: int) -> pd.DataFrame:
    """A row a class that has samples, those first to whose outputs the component (a column of `relevance`) adds most.

    Columns: class; relevance (the mean over the class's samples) and maximum; share (of the class's positive relevance
    that is this component's, 0 to 1); n_samples.
    """
    table = pd.DataFrame(
        {
            "class": relevance.classes,
            "relevance": relevance.mean[:, component].numpy(),
            "maximum": relevance.maximum[:, component].numpy(),
            "share": relevance.share[:, component].numpy(),
            "n_samples": relevance.n_samples.numpy(),
        }
    )
    table = table[table["n_samples"] > 0]
    return table.sort_values("relevance", ascending=False, kind="stable", ignore_index=True)


def feeding_components(
    examples: ConceptExamples, edges: Float[Tensor, " component"], weak_below: float = WEAK_EDGE_BELOW
) -> pd.DataFrame:
    """A row a component of the lower layer that adds to a higher one, or takes away, the strongest support first.

    Columns: component, layer, index; edge (see `attribution.edges`, the mean over samples); share (the edge over the
    sum of the sizes of all edges, -1 to 1). Edges whose share is smaller in size than `weak_below` are left out.
    """
    shares = edges / edges.abs().sum().clamp(min=torch.finfo(edges.dtype).tiny)
    strong = (shares.abs() >= weak_below) & (edges != 0)
    order = [row for row in edges.argsort(descending=True, stable=True).tolist() if strong[row]]
    return pd.DataFrame(
        {
            "component": [examples.name(row) for row in order],
            "layer": examples.layer,
            "index": order,
            "edge": edges[order].numpy(),
            "share": shares[order].numpy(),
        }
    )
