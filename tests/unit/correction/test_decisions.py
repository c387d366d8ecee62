"""Outputs that are no rivals are judged one by one: a single logit, several labels a sample."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from semanticlens_widgets.correction import Accuracy, Decisions, against_random, evaluate
from semanticlens_widgets.correction._accuracy import wilson
from semanticlens_widgets.correction._auroc import auroc, auroc_interval
from semanticlens_widgets.errors import NonFiniteError
from semanticlens_widgets.images import as_images
from tests.colour_world import COLOURS, ColourModel, labels, pictures, to_tensor

NAMES = list(COLOURS)


class One(nn.Module):
    """A single logit: how much redder than green; probabilities with `sigmoid`."""

    def __init__(self, *, sigmoid: bool = False, squeeze: bool = False) -> None:
        super().__init__()
        self.model, self.sigmoid, self.squeeze = ColourModel(), sigmoid, squeeze

    def forward(self, pixels):
        logits = self.model(pixels)
        found = (logits[:, :1] - logits[:, 1:2]) * 3 - 0.1
        found = found.sigmoid() if self.sigmoid else found
        return found.squeeze(1) if self.squeeze else found


def run(model, targets, classes, **options) -> Any:
    images = as_images(pictures(), labels=targets)
    return evaluate(model, images, classes, transform=to_tensor, progress=False, **options)


def outputs(model) -> torch.Tensor:
    with torch.no_grad():
        pixels = torch.from_numpy(pictures()).permute(0, 3, 1, 2) / 255
        return model(pixels).view(len(pixels), -1)


@pytest.mark.parametrize("classes", [{"red": 0}, {"red": [0]}])
@pytest.mark.parametrize("squeeze", [False, True])
def test_a_single_logit_says_yes_above_0_and_every_other_label_is_a_no(classes, squeeze):
    names = labels()
    names[0], names[1] = "green", "red"  # a red and a green picture that are labelled wrongly
    model = One(squeeze=squeeze)
    found = run(model, names, classes)
    assert isinstance(found, Decisions)
    yes = outputs(model)[:, 0] > 0
    right = [bool(one) == (name == "red") for one, name in zip(yes, names, strict=True)]
    assert 0 < sum(right) < 24
    assert found.overall == pytest.approx(sum(right) / 24)
    [row] = found.table.to_dict("records")
    assert (row["class"], row["n_samples"], row["n_present"]) == ("red", 24, 8)
    assert row["accuracy"] == pytest.approx(sum(right) / 24)
    assert row["sensitivity"] == pytest.approx(7 / 8)
    others = [one for one, name in zip(right, names, strict=True) if name != "red"]
    assert row["specificity"] == pytest.approx(np.mean(others))


def test_of_two_names_the_one_output_is_that_of_the_second():
    names = ["red" if label == "red" else "other" for label in labels()]
    assert run(One(), names, ["other", "red"]).classes == ("red",)
    assert run(One(), names, ["other", "red"]).overall == run(One(), names, {"red": 0}).overall == 1


def test_probabilities_need_a_threshold_and_are_then_judged_by_it():
    model = One(sigmoid=True)
    with pytest.raises(ValueError, match=r"all lie in 0 to 1.*pass threshold=0\.5 for probabilities"):
        run(model, labels(), {"red": 0})
    assert torch.equal(
        run(model, labels(), {"red": 0}, threshold=0.5).correct, run(One(), labels(), {"red": 0}).correct
    )


def test_several_labels_a_sample_are_several_decisions():
    generator = torch.Generator().manual_seed(0)
    marks = torch.rand(24, 3, generator=generator) < 0.5
    model = ColourModel()
    found = run(model, [row.int() for row in marks], {"0": 0, "1": 1, "2": 2})
    assert torch.equal(found.present, marks)
    expected = outputs(model)
    assert torch.allclose(found.scores, expected)
    assert torch.equal(found.correct, (expected > 0) == marks)
    table = found.table
    for row in range(3):
        pairs = itertools.product(
            expected[marks[:, row], row].tolist(), expected[~marks[:, row], row].tolist()
        )
        area = np.mean([1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs])
        assert table["auroc"][row] == pytest.approx(area)
        assert table["accuracy"][row] == pytest.approx(float(found.correct[:, row].double().mean()))
    assert found.on([0, 5]).present.tolist() == marks[[0, 5]].tolist()


def test_labels_as_lists_of_texts_and_samples_of_no_class_count():
    targets = [["red", "bright"], [], ["green"]] * 8
    found = run(ColourModel(), targets, NAMES, threshold=0.2)
    assert found.present.sum(0).tolist() == [8, 8, 0]
    assert len(found.sample_ids) == 24
    assert math.isnan(found.table["auroc"][2])
    assert math.isnan(found.table["sensitivity"][2])


def test_a_threshold_judges_rival_outputs_one_by_one():
    assert isinstance(run(ColourModel(), labels(), NAMES), Accuracy)
    assert isinstance(run(ColourModel(), labels(), NAMES, threshold=0.2), Decisions)


@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_the_share_of_pairs_in_order(seed):
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randint(0, 5, (40,), generator=generator).float()
    present = torch.rand(40, generator=generator) < 0.3
    pairs = itertools.product(scores[present].tolist(), scores[~present].tolist())
    assert auroc(scores, present) == pytest.approx(np.mean([(a > b) + 0.5 * (a == b) for a, b in pairs]))


def test_the_ablation_of_a_single_logit_shows_what_it_costs():
    model = One()
    images = as_images(pictures(), labels=labels())
    found: Any = against_random(
        model, {"model.eye": [0]}, {"model.eye": torch.tensor([3.0, 2.0, 1.0])}, images, {"red": 0},
        transform=to_tensor, n_draws=2, progress=False,
    )  # fmt: skip
    assert found.before.overall == 1
    assert found.after.table["sensitivity"][0] == 0
    assert found.after.threshold == found.before.threshold == 0
    np.testing.assert_allclose(found.table["after"], 16 / 24)


def test_outputs_of_nan_are_an_error():
    class Broken(ColourModel):
        def forward(self, pixels):
            return super().forward(pixels) * torch.tensor(torch.nan)

    with pytest.raises(NonFiniteError, match="outputs have NaN"):
        run(Broken(), labels(), NAMES)


class Both(ColourModel):
    def forward(self, pixels):
        return pixels.mean((2, 3)), super().forward(pixels)


def test_the_part_that_holds_the_classes_is_asked_for_and_then_used():
    with pytest.raises(ValueError, match="pass output=1"):
        run(Both(), labels(), NAMES)
    assert (
        run(Both(), labels(), NAMES, output=1).predicted.tolist() == outputs(ColourModel()).argmax(1).tolist()
    )


def test_every_share_has_its_interval_and_the_area_newcombes():
    generator = torch.Generator().manual_seed(0)
    marks = torch.rand(24, 3, generator=generator) < 0.5
    found = run(ColourModel(), [row.int() for row in marks], {"0": 0, "1": 1, "2": 2})
    for row, line in enumerate(found.table.to_dict("records")):
        present, right = marks[:, row], found.correct[:, row]
        for name, some in (("sensitivity", right[present]), ("specificity", right[~present])):
            assert (line[f"{name}_low"], line[f"{name}_high"]) == wilson(int(some.sum()), len(some))
        n = int(present.sum())
        assert (line["auroc_low"], line["auroc_high"]) == auroc_interval(line["auroc"], n, 24 - n)
        assert line["auroc_low"] < line["auroc"] < line["auroc_high"]


@pytest.mark.parametrize(("area", "m", "n"), [(0.5, 10, 10), (0.9, 12, 40), (0.05, 30, 7), (0.97, 200, 900)])
def test_the_bounds_of_an_area_are_those_from_which_it_is_just_too_far(area, m, n):
    def errors(other):
        """The distance of the area from another, in standard errors of that one (Hanley and McNeil 1982)."""
        q1, q2 = other / (2 - other), 2 * other**2 / (1 + other)
        size = (m + n) / 2 - 1
        variance = (other * (1 - other) + size * (q1 - other**2) + size * (q2 - other**2)) / (m * n)
        return abs(area - other) / math.sqrt(variance)

    low, high = auroc_interval(area, m, n)
    assert low < area < high
    assert errors(low) == pytest.approx(1.959964, rel=1e-5)
    assert errors(high) == pytest.approx(1.959964, rel=1e-5)
    assert auroc_interval(1 - area, m, n) == pytest.approx((1 - high, 1 - low))


def test_a_perfect_area_is_not_certain_and_an_unknown_one_has_no_interval():
    low, high = auroc_interval(1.0, 8, 16)
    assert (0.7 < low < 0.95, high) == (True, 1.0)
    assert auroc_interval(1.0, 800, 1600)[0] > 0.99
    assert auroc_interval(0.0, 8, 16) == pytest.approx((0.0, 1 - low))
    assert all(map(math.isnan, auroc_interval(math.nan, 0, 16)))


def test_of_repeated_samples_the_interval_holds_the_true_area_about_95_times_of_100():
    generator = torch.Generator().manual_seed(0)
    truth = 0.5 * (1 + math.erf(1.5 / 2))  # P(N(1.5, 1) > N(0, 1))
    held = 0
    for _ in range(400):
        scores = torch.cat([torch.randn(15, generator=generator) + 1.5, torch.randn(30, generator=generator)])
        low, high = auroc_interval(auroc(scores, torch.arange(45) < 15), 15, 30)
        held += low <= truth <= high
    assert 0.92 <= held / 400 <= 0.99


def test_an_ablation_has_every_measure_before_and_after_with_intervals():
    images = as_images(pictures(), labels=[[name] for name in labels()])
    found: Any = against_random(
        ColourModel(), {"eye": [0]}, {"eye": torch.tensor([3.0, 2.0, 1.0])}, images, NAMES,
        transform=to_tensor, n_draws=2, threshold=0.2, progress=False,
    )  # fmt: skip
    table = found.measures.set_index(["class", "measure"])
    for row, name in enumerate(NAMES):
        for measure in ("accuracy", "sensitivity", "specificity", "auroc"):
            line = table.loc[(name, measure)]
            for when, one in (("before", found.before), ("after", found.after)):
                assert line[when] == one.table[measure][row]
                bounds = ("low", "high") if measure == "accuracy" else (f"{measure}_low", f"{measure}_high")
                assert [line[f"{when}_{end}"] for end in ("low", "high")] == [
                    one.table[end][row] for end in bounds
                ]
            draws = [one.table[measure][row] for one in found.random]
            np.testing.assert_allclose(line["random"], np.mean(draws))
    assert table.loc[("all", "accuracy"), ["before", "after"]].tolist() == [
        found.before.overall,
        found.after.overall,
    ]
    assert set(table.loc["all"].index) == {"accuracy"}


def test_of_a_highest_output_there_is_the_accuracy_alone():
    found = against_random(
        ColourModel(), {"eye": [0]}, {"eye": torch.tensor([3.0, 2.0, 1.0])}, as_images(pictures(), labels=labels()),
        NAMES, transform=to_tensor, n_draws=1, progress=False,
    )  # fmt: skip
    measures = found.measures
    assert set(measures["measure"]) == {"accuracy"}
    assert list(measures["class"]) == [*NAMES, "all"]
    assert measures["before_low"].tolist()[:3] == found.before.table["low"].tolist()
