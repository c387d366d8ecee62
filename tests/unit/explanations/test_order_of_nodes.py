"""The order of nodes in a drawing: crossings against their definition, and against every order of small graphs."""

from itertools import permutations, product

import numpy as np
import pytest

from semanticlens_widgets.explanations.graphs.order import fewest_crossings


def crossings(layers, edges):
    """The definition, edge by edge."""
    at = {name: (layer, row) for layer, names in enumerate(layers) for row, name in enumerate(names)}
    total = 0.0
    for number, (source, target, weight) in enumerate(edges):
        for other, end, also in edges[:number]:
            (a, p), (b, q), (c, r), (d, s) = at[source], at[target], at[other], at[end]
            if (a, b) == (c, d) and (p - r) * (q - s) < 0:
                total += weight * also
    return total


def drawn(seed, sizes, density=0.5):
    generator = np.random.default_rng(seed)
    layers = [[f"{layer}:{row}" for row in range(n)] for layer, n in enumerate(sizes)]
    pairs = [
        (source, target)
        for number in range(1, len(layers))
        for source in layers[number - 1]
        for target in layers[number]
    ]
    chosen = [pair for pair in pairs if generator.random() < density]
    return layers, [(source, target, float(generator.random())) for source, target in chosen]


@pytest.mark.parametrize("seed", range(8))
def test_small_graphs_cross_hardly_more_than_in_the_best_of_all_orders(seed):
    layers, edges = drawn(seed, [4, 4, 3])
    found = fewest_crossings(layers, edges)
    assert [sorted(names) for names in found] == [sorted(names) for names in layers]
    orders = product(*(permutations(names) for names in layers))
    best = min(crossings(order, edges) for order in orders)
    assert crossings(found, edges) <= 1.1 * best + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_it_never_crosses_more_than_the_order_that_was_given(seed):
    layers, edges = drawn(seed, [8, 2, 8, 1, 8])
    edges.append(("0:0", "4:3", 0.5))  # past the layers between
    assert crossings(fewest_crossings(layers, edges), edges) < crossings(layers, edges)


def test_graphs_without_edges_or_nodes_keep_their_order():
    assert fewest_crossings([["a", "b"], ["c"]], []) == [["a", "b"], ["c"]]
    assert fewest_crossings([[], ["c"]], []) == [[], ["c"]]
    assert fewest_crossings([], []) == []
