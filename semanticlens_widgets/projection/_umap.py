"""UMAP's layout by umap-learn, given the graph of exact neighbours and a start.

Takes and returns numpy arrays alone, so that a child process of its own need not import torch. umap-learn is imported
on first use: with its compiler that takes seconds.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float32, Int64
from numpy import ndarray


@dataclass(frozen=True, eq=False)
class Graph:
    """Input of a layout: every row's neighbours and their weights, the start positions, and the settings."""

    neighbours: Int64[ndarray, "row neighbour"]
    weights: Float32[ndarray, "row neighbour"]
    start: Float32[ndarray, "row 2"]
    min_dist: float
    n_epochs: int
    seed: int


def lay_out(graph: Graph, bar: dict[str, Any] | None = None) -> Float32[ndarray, "row 2"]:
    """Returns UMAP's positions, the same for the same graph. `bar` goes to the tqdm over epochs; None hides it."""
    from umap.umap_ import find_ab_params, simplicial_set_embedding

    a, b = find_ab_params(1.0, graph.min_dist)
    random = np.random.RandomState(graph.seed)  # the kind that umap-learn takes
    positions, _ = simplicial_set_embedding(
        data=None,
        graph=_union(graph),
        n_components=2,
        initial_alpha=1.0,
        a=a,
        b=b,
        gamma=1.0,
        negative_sample_rate=5,
        n_epochs=graph.n_epochs,
        init=_spread(graph.start, random),
        random_state=random,
        metric="cosine",
        metric_kwds={},
        densmap=False,
        densmap_kwds={},
        output_dens=False,
        tqdm_kwds=bar or {"disable": True},
    )
    return np.ascontiguousarray(positions, dtype=np.float32)


def _union(graph: Graph) -> Any:
    """Returns the fuzzy union a + b - ab of both directions of every edge."""
    from scipy.sparse import coo_matrix

    n, k = graph.neighbours.shape
    rows = np.repeat(np.arange(n), k)
    directed = coo_matrix((graph.weights.ravel(), (rows, graph.neighbours.ravel())), shape=(n, n)).tocsr()
    both = directed + directed.T - directed.multiply(directed.T)
    both.eliminate_zeros()
    return both.tocoo()


def _spread(start: Float32[ndarray, "row 2"], random: Any) -> Float32[ndarray, "row 2"]:
    """Scales the start as umap-learn does, and adds the little noise that parts equal points."""
    size = 10 / max(float(np.abs(start).max()), np.finfo(np.float32).tiny)
    return (start * size + random.normal(scale=1e-4, size=start.shape)).astype(np.float32)
