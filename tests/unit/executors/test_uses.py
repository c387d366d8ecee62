"""All that runs a model over many images runs over workers, with the same numbers."""

from contextlib import nullcontext

import pandas as pd
import pytest
import torch

import semanticlens_widgets as slw
from semanticlens_widgets.correction import ablated, evaluate
from semanticlens_widgets.errors import WorkerError
from semanticlens_widgets.executors import made
from semanticlens_widgets.lens import activations
from tests.colour_world import to_tensor
from tests.faults.saved import change, content
from tests.noise_world import CLASSES, Net, Watched, build, pictures
from tests.unit.executors.test_spreading import Workers


def test_relevance_is_the_same():
    one = build().attribute(progress=False, batch_size=8)
    other = build().attribute(executor=Workers(3), progress=False, batch_size=8)
    assert change(content(other), content(one)) is None


@pytest.mark.parametrize("change_model", [nullcontext, lambda model: ablated(model, {"2": [0, 3, 5]})])
def test_accuracy_is_the_same_also_with_components_taken_out(change_model):
    model = Net()
    with change_model(model):
        one, other = (
            evaluate(
                model, Watched(60), CLASSES, transform=to_tensor, batch_size=8, executor=some, progress=False
            )
            for some in (None, Workers(2))
        )
    assert torch.equal(one.sample_ids, other.sample_ids)
    assert torch.equal(one.predicted, other.predicted)


def test_an_ablation_of_a_model_that_workers_would_make_whole_is_refused():
    model = made(Net, Workers(1))
    with (
        ablated(model, {"2": [0]}),
        pytest.raises(WorkerError, match="other hooks, attributes or code .*an ablation"),
    ):
        evaluate(model, Watched(30), CLASSES, transform=to_tensor, executor=Workers(1), progress=False)


def test_ablation_beside_random_components_is_the_same():
    lens = build().attribute(progress=False)
    one, other = (
        lens.ablation(["2:0", "2:3"], executor=some, progress=False).table for some in (None, Workers(2))
    )
    pd.testing.assert_frame_equal(one, other)


def test_kept_activations_are_the_same():
    kept = []
    for executor in (None, Workers(2)):
        lens = build().keep_activations(layer="2", executor=executor, progress=False)
        kept.append(activations.kept(lens._session, "2"))
    assert torch.equal(kept[0].deviations, kept[1].deviations)


def test_faithfulness_is_the_same():
    lens = build()
    labels = lens.label(["red", "green", "blue"])
    one, other = (
        lens.faithfulness(labels, pictures(40), executor=some, progress=False) for some in (None, Workers(2))
    )
    pd.testing.assert_frame_equal(one, other)


def test_a_dictionary_is_the_same():
    one, other = (
        slw.learn_dictionary(
            Net(), Watched(40), "3", 4, transform=to_tensor, n_seeds=1, executor=some, progress=False
        )
        for some in (None, Workers(2))
    )
    assert one.fingerprint[1] == other.fingerprint[1]
