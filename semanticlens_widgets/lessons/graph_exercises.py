"""Checks of the answers about roles and graphs, each computed from the learner's own lens."""

from semanticlens_widgets.explanations import ClassGraph
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lessons.exercises import UNANSWERED, Check

FALL = 0.1
"""The least fall of a node, as a share of its score, that counts as one."""
BEYOND = 5
"""It is so many times the fall without a random neuron."""


def check_shared(
    lens: Lens, neuron: str, first: str = "hammer", second: str = "mushroom", top: int = 8, layer: str = "bn2"
) -> Check:
    """Lesson 7: a neuron that is among the most relevant of a layer for both of two classes."""
    if neuron is ...:
        return UNANSWERED
    given, row = lens.database.locate(neuron)
    if given != layer:
        return Check(False, f"{neuron} is not of layer {layer}.")
    size = {name: lens.relevance(layer).of(name).abs() for name in (first, second)}
    ranks = {name: int((of > of[row]).sum()) + 1 for name, of in size.items()}
    said = " and ".join(f"number {rank:,} of {name}" for name, rank in ranks.items())
    return Check(max(ranks.values()) <= top, f"by its relevance {neuron} is {said}.")


def check_fall(graph: ClassGraph, node: str, child: str) -> Check:
    """Lesson 7: a later node that falls without a node, and much more than without random ones of the same layer."""
    if node is ... or child is ...:
        return UNANSWERED
    known = graph.nodes["component"].tolist()
    if unknown := [name for name in (node, child) if name not in known]:
        return Check(False, f"{unknown[0]} is no node of the graph.")
    if node == known[-1]:
        return Check(False, "the class can't be taken out.")
    table = graph.without(node, n_draws=5).set_index("component")
    if child not in table.index:
        return Check(False, f"{child} lies before {node}, or beside it.")
    share, random = (float(table.loc[child, of]) for of in ("share", "random"))
    said = f"without {node}, {child} changes by {share:+.1%}, without a random neuron of its layer by {random:+.1%}."
    return Check(share <= -FALL and share <= BEYOND * min(random, 0), said)
