import dataclasses

import pytest
import torch

from semanticlens_widgets.collection import merge_examples
from semanticlens_widgets.concepts import ConceptExamples
from semanticlens_widgets.concepts._examples import no_examples


def shard(ids, scores):
    scores = torch.tensor([scores])
    ids, order = torch.tensor([ids]), scores.argsort(dim=1, descending=True)
    return ConceptExamples(
        layer="a",
        sample_ids=ids.gather(1, order),
        scores=scores.gather(1, order),
        positions=order.int(),
        grid=(3,),
        mean=scores.mean(1),
        variance=scores.var(1, correction=0),
        maximum=scores.amax(1),
        firing_rate=(scores > 0).float().mean(1),
        n_samples=scores.shape[1],
    )


A, B, C = shard([0, 4], [1.0, 2.0]), shard([1, 7], [2.0, -5.0]), shard([3, 5], [0.5, 2.0])


def test_merging_is_associative_and_commutative():
    left, right = merge_examples(merge_examples(A, B), C), merge_examples(A, merge_examples(C, B))
    assert left.sample_ids.tolist() == right.sample_ids.tolist() == [[1, 4]]
    assert left.positions.tolist() == right.positions.tolist()
    assert left.n_samples == 6
    torch.testing.assert_close(left.mean, right.mean)
    torch.testing.assert_close(
        left.variance, torch.tensor([1.0, 2.0, 2.0, -5.0, 0.5, 2.0]).var(0, correction=0)[None]
    )
    assert left.firing_rate.item() == pytest.approx(5 / 6)


def test_nothing_seen_is_the_identity():
    assert merge_examples(no_examples("a", 1, 2), A) is A
    assert merge_examples(A, no_examples("a", 1, 2)) is A


@pytest.mark.parametrize(("name", "value"), [("layer", "b"), ("grid", (4,)), ("sign", "both")])
def test_shards_of_different_passes_are_refused(name, value):
    with pytest.raises(ValueError, match=f"shards must have the same {name}"):
        merge_examples(A, dataclasses.replace(B, **{name: value}))


def test_shards_that_share_a_sample_are_refused():
    with pytest.raises(ValueError, match="sample 4 is in both"):
        merge_examples(A, shard([4, 9], [0.0, 1.0]))
