"""Dead components: scores that tell no sample from another choose no examples."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from semanticlens_widgets.collection import collect, merge_examples, without_arbitrary
from tests.lookup_world import LookupModel, NumberedImages, number_of


def examples_of(scores: Tensor, k: int = 3):
    """Of one layer that gives (sample, component) `scores`."""
    found = collect(
        LookupModel(a=scores),
        NumberedImages(len(scores)),
        ["layers.a"],
        transform=number_of,
        k=k,
        progress=False,
    )
    return found.examples["layers.a"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("scores", "kept"),
    [
        ([0.0] * 6, []),
        ([0.7] * 6, []),
        ([-0.3] * 6, []),
        ([1e-12] * 6, []),
        ([0.1 + 1e-8, 0.1, 0.1, 0.1, 0.1, 0.1], []),
        ([0.0, 0.0, 2.0, 0.0, 1.0, 0.0], [2, 4]),
        ([0.0, 0.0, 0.0, 0.0, 0.0, 1e-20], [5]),
        ([-1.0, -3.0, -0.5, 0.0, -2.0, 0.5], [5]),
        ([-1.0, -3.0, -0.5, -4.0, -2.0, -5.0], [2, 0, 4]),
        ([5.0, 5.0, 5.0, 5.0, 5.0, 4.0], [0, 1, 2]),
        ([5.0, 5.0, 5.0, 5.0, 5.0, 6.0], [5, 0, 1]),
        ([1000.0, 1000.0, 1000.0, 1000.0, 1000.0, 1000.1], [5, 0, 1]),
        ([3.0, 1.0, 2.0, 0.5, 4.0, 2.5], [4, 0, 5]),
    ],
)
def test_examples_are_those_that_a_score_chooses(scores, kept):
    alive = [float(one) for one in range(1, 7)]
    found = without_arbitrary(examples_of(torch.tensor([scores, alive]).T))
    assert found.sample_ids[0].tolist() == kept + [-1] * (3 - len(kept))
    assert found.scores[0].tolist()[len(kept) :] == [-torch.inf] * (3 - len(kept))
    assert found.positions[0, len(kept) :].eq(-1).all()
    assert found.sample_ids[1].tolist() == [5, 4, 3]
    assert found.dead.tolist() == [not kept, False]
    assert found.n_examples.tolist() == [len(kept), 3]


def test_one_sample_makes_no_component_dead():
    found = without_arbitrary(examples_of(torch.tensor([[0.5, 0.0]])))
    assert found.dead.tolist() == [False, True]


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=4, max_size=12), st.integers(1, 3))
def test_shards_that_are_merged_first_lose_the_same(values, cut):
    scores = torch.tensor(values).unsqueeze(1)
    whole = examples_of(scores)
    parts = [
        collect(
            LookupModel(a=scores), NumberedImages(len(values)), ["layers.a"], transform=number_of, k=3,
            samples=samples, progress=False,
        ).examples["layers.a"]
        for samples in (range(cut), range(cut, len(values)))
    ]  # fmt: skip
    merged = merge_examples(*parts)
    assert torch.equal(without_arbitrary(merged).sample_ids, without_arbitrary(whole).sample_ids)
