"""All that runs a model over many images runs over workers, with the same numbers."""

from contextlib import nullcontext
from unittest.mock import patch

import pandas as pd
import pytest
import torch

import semanticlens_widgets as slw
from semanticlens_widgets import executors
from semanticlens_widgets.correction import ablated, against_random, evaluate, mean_activations
from semanticlens_widgets.errors import WorkerError
from semanticlens_widgets.lens import activations
from tests.architectures import MODELS, made
from tests.colour_world import to_tensor
from tests.faults.saved import change, content
from tests.noise_world import CLASSES, Watched, build, pictures
from tests.unit.executors.test_spreading import Workers

ARCHITECTURES = ["cnn", "hybrid"]
pytestmark = pytest.mark.parametrize("name", ARCHITECTURES)
IMAGES = Watched(60)


def lens(name, executor=None, **options):
    """A lens over a model of an architecture, of two layers."""
    maker, layers, own = MODELS[name]
    given = {"layers": layers[:2], "images": IMAGES, **own, **options}
    return build(executor, model=made(maker), **given)


def here_and_over_workers(result):
    """The results without and with workers."""
    return result(None), result(Workers(3))


def test_the_lens_is_the_same(name):
    one, other = here_and_over_workers(lambda some: lens(name, some, crop=True, look_alikes=True))
    assert change(content(other), content(one)) is None


def test_neither_thumbnails_nor_names_are_sent_to_find_look_alikes(name):
    sent = []

    class Weighed(Workers):
        def submit(self, function, *arguments):
            sent.extend(one for one in arguments if isinstance(one, bytes))
            return super().submit(function, *arguments)

    with patch.object(Watched, "name", lambda self, sample: f"picture number {sample}"):
        lens(name, Weighed(2), crop=True, look_alikes=True)
    assert sent
    assert not any(b"WEBP" in one or b"picture number" in one for one in sent)


def test_relevance_is_the_same(name):
    one, other = here_and_over_workers(
        lambda some: lens(name).attribute(executor=some, progress=False, batch_size=8)
    )
    assert change(content(other), content(one)) is None


def test_many_latents_are_the_same(name):
    def result(executor):
        layer = MODELS[name][1][1]
        weights = torch.randn(
            lens(name).database.examples[layer].n_components // (1 + (name == "hybrid")),
            1100,
            generator=torch.Generator().manual_seed(0),
        )
        latents = slw.Latents(
            layer, encode=lambda rows: (rows @ weights).relu(), decode=lambda found: found @ weights.T, n=1100
        )
        found = lens(name, executor, layers=[latents])
        return found.attribute(executor=executor, progress=False, batch_size=8)

    one, other = here_and_over_workers(result)
    assert change(content(other), content(one)) is None


@pytest.mark.parametrize("altered", [False, True])
def test_accuracy_is_the_same_also_with_components_taken_out(name, altered):
    maker, layers, _ = MODELS[name]
    model = made(maker)
    with ablated(model, {layers[0]: [0, 3]}) if altered else nullcontext():
        one, other = here_and_over_workers(
            lambda some: evaluate(
                model, IMAGES, CLASSES, transform=to_tensor, batch_size=8, executor=some, progress=False
            )
        )
    assert torch.equal(one.sample_ids, other.sample_ids)
    assert torch.equal(one.predicted, other.predicted)


def test_an_ablation_of_a_model_that_workers_would_make_whole_is_refused(name):
    maker, layers, _ = MODELS[name]
    model = executors.made(lambda: made(maker), Workers(1))
    with (
        ablated(model, {layers[0]: [0]}),
        pytest.raises(WorkerError, match="other hooks, attributes or code .*an ablation"),
    ):
        evaluate(model, IMAGES, CLASSES, transform=to_tensor, executor=Workers(1), progress=False)


def test_mean_activations_are_the_same(name):
    maker, layers, _ = MODELS[name]
    one, other = here_and_over_workers(
        lambda some: mean_activations(
            made(maker), IMAGES, layers[:2], transform=to_tensor, batch_size=8, executor=some, progress=False
        )
    )
    assert one.keys() == other.keys() == set(layers[:2])
    assert all(torch.equal(one[layer], other[layer]) for layer in one)


def test_ablation_beside_random_components_is_the_same(name):
    names = [f"{MODELS[name][1][0]}:{row}" for row in (0, 3)]
    one, other = here_and_over_workers(
        lambda some: lens(name).ablation(names, executor=some, progress=False).table
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_accuracy_against_random_components_is_the_same(name):
    maker, layers, _ = MODELS[name]
    options = {"transform": to_tensor, "n_draws": 2, "batch_size": 8, "progress": False}
    one, other = here_and_over_workers(
        lambda some: against_random(
            made(maker), {layers[0]: [0]}, {layers[0]: torch.arange(5.0 if name == "cnn" else 8.0)},
            IMAGES, CLASSES, executor=some, **options,
        ).table
    )  # fmt: skip
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_steered_accuracy_is_the_same(name):
    factors = {f"{MODELS[name][1][0]}:0": 0.0, f"{MODELS[name][1][1]}:2": 2.0}
    one, other = here_and_over_workers(
        lambda some: lens(name).steer(factors).accuracy(executor=some, progress=False)
    )
    for side in ("before", "after"):
        assert torch.equal(getattr(one, side).predicted, getattr(other, side).predicted)


def test_the_gap_of_a_class_is_the_same(name):
    layer = MODELS[name][1][0]
    one, other = here_and_over_workers(
        lambda some: lens(name).gap(
            "red", f"{layer}:0", quantile=0.5, steer={f"{layer}:1": 0.0}, executor=some, progress=False
        )
    )
    assert torch.equal(one.present, other.present)
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)


def test_the_graph_of_a_class_is_the_same(name):
    one, other = here_and_over_workers(
        lambda some: lens(name).graph(
            "red", top=3, weak_below=0.0, vocabulary=None, executor=some, progress=False
        )
    )
    for table in ("nodes", "edges"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)


def test_kept_activations_are_the_same(name):
    layer = MODELS[name][1][0]
    one, other = here_and_over_workers(
        lambda some: activations.kept(
            lens(name).keep_activations(layer=layer, executor=some, progress=False)._session, layer
        )
    )
    assert torch.equal(one.deviations, other.deviations)


def test_faithfulness_is_the_same(name):
    found = lens(name)
    labels = found.label(["red", "green", "blue"])
    one, other = here_and_over_workers(
        lambda some: found.faithfulness(labels, pictures(40), executor=some, progress=False)
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_dictionary_is_the_same(name):
    maker, layers, _ = MODELS[name]
    one, other = here_and_over_workers(
        lambda some: slw.learn_dictionary(
            made(maker), IMAGES, layers[1], 4,
            method="pca", transform=to_tensor, n_seeds=1, executor=some, progress=False,
        )
    )  # fmt: skip
    assert one.fingerprint[1] == other.fingerprint[1]
