"""Accuracy is a count of right answers: per class, on a slice, and beside random ablations."""

import math

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets.correction import (
    ablated,
    against_random,
    equally_relevant,
    evaluate,
    mean_activations,
)
from semanticlens_widgets.correction._accuracy import wilson
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import as_images, subset
from semanticlens_widgets.images.sources.views import RelabelledImages
from tests.colour_world import COLOURS, ColourModel, labels, pictures, to_tensor

NAMES = list(COLOURS)


class Labelled(RelabelledImages):
    """Pictures of which some cannot be read."""

    def __init__(self, names, broken=()):
        super().__init__(as_images(pictures()), names)
        self.broken = broken

    def image(self, sample):
        if sample in self.broken:
            raise OSError("truncated")
        return super().image(sample)


def run(images, classes=NAMES, model=None, **options):
    return evaluate(model or ColourModel(), images, classes, transform=to_tensor, progress=False, **options)


def test_the_share_of_right_answers_is_counted_class_by_class():
    names = labels()
    names[0], names[4] = "blue", "red"  # a red and a green picture that are labelled wrongly
    found = run(Labelled(names))
    answers = [ColourModel()(to_tensor(Image.fromarray(one))[None]).argmax().item() for one in pictures()]
    assert found.predicted.tolist() == answers
    assert found.overall == 22 / 24
    assert list(found.table["class"]) == NAMES
    assert list(found.table["n_samples"]) == [8, 7, 9]
    np.testing.assert_allclose(found.table["accuracy"], [7 / 8, 1, 8 / 9])
    assert "91.7%" in repr(found)


def test_broken_images_and_samples_of_no_class_are_left_out_and_said_to_be():
    names: list[str | None] = [*labels()]
    names[5] = None
    names[6] = "a cat"
    with pytest.warns(UserWarning, match="2 of 24 images were left out .*truncated"):
        found = run(Labelled(names, broken=(1, 2)))
    assert found.sample_ids.tolist() == [0, 3, 4, *range(7, 24)]
    assert found.overall == 1


def test_a_slice_is_the_same_answers_counted_alone():
    names = labels()
    names[0] = "blue"
    found = run(Labelled(names))
    assert found.on([0, 1, 2, 99]).overall == 2 / 3
    assert run(Labelled(names), samples=[2, 0, 1, 1]).sample_ids.tolist() == [0, 1, 2]
    assert math.isnan(found.on([]).overall)


def test_classes_may_name_any_output_or_several():
    warm = {"red": [0, 1], "blue": 2}
    names = ["red" if label == "green" else label for label in labels()]
    assert run(Labelled(names), warm).overall == 1
    assert run(Labelled(labels()), {"red": 1, "green": 0}).overall == 0


def test_any_batch_size_gives_the_same_and_the_model_is_left_as_found():
    model = ColourModel().train()
    one = run(Labelled(labels()), model=model, batch_size=1)
    assert torch.equal(one.predicted, run(Labelled(labels()), model=model, batch_size=7).predicted)
    assert model.training
    assert not any(module._forward_hooks for module in model.modules())


@pytest.mark.parametrize(
    ("names", "classes", "error", "message"),
    [
        (labels(), ["rde", "gren"], ImagesError, "label that is a class.*'blue', 'green'.*classes: \\['rde'"),
        ([None] * 24, NAMES, ImagesError, "none of the 24 samples"),
        (labels(), {"red": 3}, ValueError, "outputs 0 to 2, not \\[3\\] \\(class 'red'\\)"),
        (labels(), ["red", "red"], ValueError, "occurs twice"),
        (labels(), [], ValueError, "at least one class"),
        (labels(), {"red": []}, ValueError, "each with an output"),
    ],
)
def test_bad_classes_are_said(names, classes, error, message):
    with pytest.raises(error, match=message):
        run(Labelled(names), classes)


def test_no_readable_image_is_an_error():
    with pytest.raises(ImagesError, match="none of the 24 images.*truncated"):
        run(Labelled(labels(), broken=range(24)))


@pytest.mark.parametrize(("hits", "n"), [(0, 5), (3, 5), (5, 5), (90, 100)])
def test_the_interval_holds_the_shares_from_which_the_count_is_no_surprise(hits, n):
    """By definition its ends are the p with |hits/n - p| = 1.96 sqrt(p (1 - p) / n)."""
    shares = np.linspace(0, 1, 200_001)
    inside = shares[np.abs(hits / n - shares) <= 1.959964 * np.sqrt(shares * (1 - shares) / n) + 1e-12]
    np.testing.assert_allclose(wilson(hits, n), (inside.min(), inside.max()), atol=1e-4)
    assert math.isnan(wilson(0, 0)[0])


def test_mean_activations_are_those_over_all_places_of_all_images():
    images = Labelled(labels(), broken=(3,))
    model = ColourModel()
    with pytest.warns(UserWarning, match="1 of 24 images were left out"):
        found = mean_activations(
            model, images, ["eye", "head"], transform=to_tensor, batch_size=5, progress=False
        )
    pixels = torch.stack([to_tensor(images.image(sample)) for sample in range(24) if sample != 3])
    torch.testing.assert_close(found["eye"], model.eye(pixels).mean((0, 2, 3)))
    torch.testing.assert_close(found["head"], model(pixels).mean(0))


def test_before_after_and_random_are_evaluations_of_what_was_taken_out():
    model, images = ColourModel(), Labelled(labels())
    relevance = {"eye": torch.tensor([3.0, 2.0, 1.0])}
    found = against_random(
        model, {"eye": [1]}, relevance, images, NAMES, transform=to_tensor, n_draws=4, progress=False
    )
    assert found.before.overall == 1
    for one, taken in [(found.after, {"eye": [1]}), *zip(found.random, found.drawn, strict=True)]:
        with ablated(model, taken):
            assert torch.equal(one.predicted, run(images, model=model).predicted)
    assert {1} not in [set(taken["eye"]) for taken in found.drawn]
    assert len({tuple(taken["eye"]) for taken in found.drawn}) > 1
    shares = np.array([[*one.table["accuracy"], one.overall] for one in found.random])
    table = found.table
    assert list(table["class"]) == [*NAMES, "all"]
    np.testing.assert_allclose(table["random"], shares.mean(0))
    np.testing.assert_allclose(table["random_high"], shares.max(0))
    np.testing.assert_allclose(table["after"], [1, 0, 1, 2 / 3], atol=1e-9)
    assert found.on([1]).after.overall == 0
    assert "100.0% -> 66.7%" in repr(found)


def test_the_same_seed_draws_the_same():
    draw = lambda seed: equally_relevant(torch.arange(100.0), [5, 9, 50], torch.Generator().manual_seed(seed))  # noqa: E731
    assert draw(1) == draw(1) != draw(2)


def test_stand_ins_are_others_near_in_rank_and_none_twice():
    relevance = torch.randn(200, generator=torch.Generator().manual_seed(0))
    relevance[7] = torch.nan
    ranks = relevance.nan_to_num(nan=-9).argsort(descending=True).argsort()
    asked = ranks.argsort()[[0, 1, 2, 3, 100]].tolist()
    for seed in range(20):
        drawn = equally_relevant(relevance, asked, torch.Generator().manual_seed(seed))
        assert len(set(drawn) | set(asked)) == 10
        # At most ten candidates each, beyond the five that are asked for and the four that are drawn already.
        assert all(abs(ranks[a] - ranks[b]) <= 19 for a, b in zip(asked, drawn, strict=True))


def test_halves_are_replaced_by_halves():
    images, model = Labelled(labels()), ColourModel()
    found = against_random(
        model, {"eye": ["0+"]}, {"eye": torch.arange(6.0)}, images, NAMES, transform=to_tensor, progress=False
    )
    assert {next(iter(taken["eye"])) for taken in found.drawn} <= {"1+", "2+", "0-", "1-", "2-"}


@pytest.mark.parametrize(
    ("components", "options", "message"),
    [
        ({"eye": [0, 1]}, {}, "the layer has only 1 others"),
        ({"eye": [3]}, {}, "components 0 to 2, not 3"),
        ({"head": [0]}, {}, "relevance must hold layer 'head'"),
        ({"eye": [0]}, {"n_draws": 0}, "n_draws must be at least 1"),
    ],
)
def test_controls_that_cannot_be_are_said(components, options, message):
    with pytest.raises(ValueError, match=message):
        against_random(
            ColourModel(),
            components,
            {"eye": torch.ones(3)},
            subset(Labelled(labels()), [0, 1]),
            NAMES,
            transform=to_tensor,
            **options,
        )
