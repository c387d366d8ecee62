"""Order of the nodes of a layered graph in which strong edges cross little.

Layers are fixed, so that of a layered layout (K. Sugiyama, S. Tagawa and M. Toda, Methods for Visual Understanding of
Hierarchical System Structures, IEEE Trans. SMC 1981) only the order within each layer is left: sweeps that sort a
layer by the weighted mean place of its neighbours, then sifting, which moves each node to its best place in its layer
(C. Matuszewski, R. Schoenfeld and P. Molitor, Using Sifting for k-Layer Straightline Crossing Minimization, GD 1999).
A crossing counts by the product of the two weights, as a crossing of two faint curves disturbs nobody.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

Edge = tuple[str, str, float]
"""Source, target and a weight of at least 0."""
_SWEEPS = 4
_STARTS = 6
"""Most orders to begin with."""
_EDGES = 1000
"""Edges of a graph that is ordered from a single start: the more there are, the less starts differ."""


def fewest_crossings(layers: Sequence[Sequence[str]], edges: Iterable[Edge]) -> list[list[str]]:
    """The nodes of each layer, ordered; layers come in the order of drawing, and edges join any two of them."""
    generator, edges = np.random.default_rng(0), list(edges)
    best, least = [list(names) for names in layers], _Layers(layers, edges).crossings()
    n_starts = max(1, min(_STARTS, _EDGES // max(1, len(edges))))
    for start in range(n_starts if least else 0):
        order = layers if start == 0 else [generator.permutation(names).tolist() for names in layers]
        found = _Layers(order, edges)
        for sweep in range(_SWEEPS):
            found.sweep(from_left=sweep % 2 == 0)
            if (crossings := found.crossings()) < least * (1 - 1e-9):
                best, least = found.order(), crossings
    return best


class _Layers:
    """An order that is being improved: the rows of each matrix of weights are those of the layers."""

    def __init__(self, layers: Sequence[Sequence[str]], edges: Iterable[Edge]) -> None:
        self._rows = [list(layer) for layer in layers]
        at = {name: (layer, row) for layer, names in enumerate(layers) for row, name in enumerate(names)}
        self._weights: dict[tuple[int, int], Float[ndarray, "source target"]] = {}
        for source, target, weight in edges:
            (left, row), (right, column) = at[source], at[target]
            empty = np.zeros((len(layers[left]), len(layers[right])))
            self._weights.setdefault((left, right), empty)[row, column] += weight

    def order(self) -> list[list[str]]:
        return [list(names) for names in self._rows]

    def crossings(self) -> float:
        """The sum over crossing edges of the products of their weights; of edges between the same two layers."""
        return float(sum(np.triu(_crossed(weights), 1).sum() for weights in self._weights.values()))

    def sweep(self, from_left: bool) -> None:
        """Sorts layer by layer, then sifts until no move lessens the crossings."""
        for layer in range(len(self._rows))[:: 1 if from_left else -1]:
            self._sort(layer, from_left)
        layers = range(len(self._rows))
        while sum(self._sift(layer) for layer in layers):
            pass

    def _sort(self, layer: int, from_left: bool) -> None:
        """Sorts a layer by the mean place of the neighbours on one side; nodes without any keep their place."""
        n = len(self._rows[layer])
        total, amount = np.zeros(n), np.zeros(n)
        for other, weights in self._beside(layer):
            if (other < layer) == from_left:
                total += weights @ ((np.arange(weights.shape[1]) + 0.5) / weights.shape[1])
                amount += weights.sum(1)
        own = (np.arange(n) + 0.5) / max(n, 1)
        means = np.divide(total, amount, out=own, where=amount > 0)
        self._reorder(layer, means.argsort(kind="stable"))

    def _sift(self, layer: int) -> bool:
        """Moves each node to its best place in the layer; returns True if any moved."""
        n = len(self._rows[layer])
        crossed = sum((_crossed(weights) for _, weights in self._beside(layer)), np.zeros((n, n)))
        gain = crossed - crossed.T  # of the row's node above the column's, over the other way round
        order = list(range(n))
        for node in range(n):
            others = [other for other in order if other != node]
            # Each place costs the crossings with all others above it less those with them below it.
            costs = np.concatenate([[0.0], np.cumsum(gain[others, node])])
            place = int(costs.argmin())
            if costs[place] < costs[order.index(node)] - 1e-9:
                order = [*others[:place], node, *others[place:]]
        self._reorder(layer, np.array(order, dtype=int))
        return order != list(range(n))

    def _beside(self, layer: int) -> list[tuple[int, Float[ndarray, "own other"]]]:
        left = [(other, weights.T) for (other, own), weights in self._weights.items() if own == layer]
        return left + [(other, weights) for (own, other), weights in self._weights.items() if own == layer]

    def _reorder(self, layer: int, order: ndarray) -> None:
        self._rows[layer] = [self._rows[layer][row] for row in order]
        for (left, right), weights in self._weights.items():
            if left == layer:
                weights = weights[order]
            if right == layer:
                weights = weights[:, order]
            self._weights[left, right] = weights


def _crossed(weights: Float[ndarray, "row other"]) -> Float[ndarray, "above below"]:
    """The crossings of the edges of every two rows if the first is above the second."""
    before = np.cumsum(weights, 1) - weights
    return weights @ before.T
