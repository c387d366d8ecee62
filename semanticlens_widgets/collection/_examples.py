"""Concept examples of the states of layers, and of shards joined."""

from dataclasses import replace

import torch

from semanticlens_widgets.collection._state import LayerState
from semanticlens_widgets.concepts import ConceptExamples
from semanticlens_widgets.passes import moved
from semanticlens_widgets.tensors import BestK, merge_best_k


def to_examples(layer: str, sign: str, state: LayerState) -> ConceptExamples:
    """The concept examples of a layer, on the CPU, from the state after the last batch."""
    state = moved(state, torch.device("cpu"))
    best, moments = state.best, state.moments
    return ConceptExamples(
        layer=str(layer),
        sample_ids=best.sample_ids,
        scores=best.scores,
        positions=best.positions,
        grid=state.grid,
        mean=moments.mean.float(),
        variance=moments.variance.float(),
        maximum=moments.maximum.float(),
        firing_rate=moments.firing_rate.float(),
        n_samples=moments.count,
        sign=sign,
    )


def merge_examples(a: ConceptExamples, b: ConceptExamples) -> ConceptExamples:
    """The concept examples of one layer over two disjoint sets of samples, as one pass over both would find them.

    Associative and commutative; examples of no sample are the identity. Ids, scores and positions are bit-identical in
    any order, mean and variance up to the rounding of float32. Raises ValueError when layer, k, sign or shapes differ,
    or a sample is in both.

    T. F. Chan, G. H. Golub, R. J. LeVeque, *Updating formulae and a pairwise algorithm for computing sample
    variances*, COMPSTAT 1982, doi 10.1007/978-3-642-51461-6_3.
    """
    if a.n_samples == 0 or b.n_samples == 0:
        return b if a.n_samples == 0 else a
    _check_mergeable(a, b)
    n = a.n_samples + b.n_samples
    share, apart = b.n_samples / n, b.mean.double() - a.mean.double()
    within = torch.lerp(a.variance.double(), b.variance.double(), share)
    best = merge_best_k(_table(a), _table(b))
    return replace(
        a,
        sample_ids=best.sample_ids,
        scores=best.scores,
        positions=best.positions,
        mean=(a.mean.double() + share * apart).float(),
        variance=(within + share * (1 - share) * apart.square()).float(),
        maximum=torch.maximum(a.maximum, b.maximum),
        firing_rate=torch.lerp(a.firing_rate.double(), b.firing_rate.double(), share).float(),
        n_samples=n,
    )


def _check_mergeable(a: ConceptExamples, b: ConceptExamples) -> None:
    for name in ("layer", "n_components", "k", "grid", "sign"):
        if getattr(a, name) != getattr(b, name):
            raise ValueError(
                f"shards must have the same {name}, not {getattr(a, name)!r} and {getattr(b, name)!r}"
            )
    shared = a.sample_ids[torch.isin(a.sample_ids, b.sample_ids) & (a.sample_ids >= 0)]
    if len(shared):
        raise ValueError(f"shards must not share samples, but sample {int(shared[0])} is in both")


def _table(examples: ConceptExamples) -> BestK:
    return BestK(examples.sample_ids, examples.scores, examples.positions)
