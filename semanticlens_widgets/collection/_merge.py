"""The concept examples of shards, joined."""

import torch

from semanticlens_widgets.concepts import ConceptExamples
from semanticlens_widgets.tensors import BestK, Moments, merge_best_k, merge_moments


def merge_examples(a: ConceptExamples, b: ConceptExamples) -> ConceptExamples:
    """The concept examples of one layer over two disjoint sets of samples, as one pass over both would find them.

    Associative and commutative; examples of no sample are the identity. Ids, scores and positions are bit-identical in
    any order, mean and variance up to the rounding of float32. Raises ValueError when layer, k, sign or shapes differ,
    or a sample is in both.
    """
    if a.n_samples == 0 or b.n_samples == 0:
        return b if a.n_samples == 0 else a
    _check_mergeable(a, b)
    best, moments = merge_best_k(_best(a), _best(b)), merge_moments(_moments(a), _moments(b))
    return ConceptExamples(
        layer=a.layer,
        sample_ids=best.sample_ids,
        scores=best.scores,
        positions=best.positions,
        grid=a.grid,
        mean=moments.mean.float(),
        variance=moments.variance.float(),
        maximum=moments.maximum.float(),
        firing_rate=moments.firing_rate.float(),
        n_samples=moments.count,
        sign=a.sign,
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


def _best(examples: ConceptExamples) -> BestK:
    return BestK(examples.sample_ids, examples.scores, examples.positions)


def _moments(examples: ConceptExamples) -> Moments:
    return Moments(
        count=examples.n_samples,
        mean=examples.mean.double(),
        m2=examples.variance.double() * examples.n_samples,
        maximum=examples.maximum.double(),
        fired=(examples.firing_rate.double() * examples.n_samples).round().long(),
    )
