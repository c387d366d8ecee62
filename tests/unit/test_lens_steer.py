"""Steering a lens's model, and the gap of a class, against models steered by hand."""

import functools
import math

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets.correction import wilson
from semanticlens_widgets.explanations.steering import difference_interval, matched_interval
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from tests.architectures import MODELS, lens_of, made, noisy
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, to_tensor


@functools.cache
def lens(name="cnn"):
    maker, layers, options = MODELS[name]
    return lens_of(made(maker), layers, **options)


@functools.cache
def colours():
    return lens_of(ColourModel(), ["eye"])


def all_pixels():
    return torch.stack([to_tensor(Image.fromarray(frame)) for frame in noisy()])


def answers(model, factor):
    """The answers of the colour model with its first component times a factor."""
    with torch.no_grad():
        eye = model.eye(all_pixels())
        eye[:, 0] *= factor
        return model.head(torch.relu(eye).mean((2, 3)))


def test_the_prediction_of_an_image_before_and_after():
    model = colours()._session.studied.model
    found = colours().steer({"eye:0": 0.5}).predict(0)
    torch.testing.assert_close(found.before.outputs, answers(model, 1.0)[0])
    torch.testing.assert_close(found.after.outputs, answers(model, 0.5)[0])
    table = found.table(2)
    assert list(table["value_after"]) == [float(found.after.outputs[row]) for row in table["output"]]
    page = found._repr_html_()
    assert "<strong>eye:0 × 0.5</strong>" in page
    for row in table.to_dict("records"):
        assert f'<td class="slw-number">{row["probability_after"]:.1%}</td>' in page
        assert f'<td class="slw-number">{row["value_after"]:.3g}</td>' in page


@pytest.mark.parametrize("name", ["cnn", "vit", "hybrid", "several"])
def test_by_1_the_prediction_is_the_same_bit_for_bit(name):
    layer = lens(name).layers[0]
    found = lens(name).steer({f"{layer}:1": 1, f"{layer}:2": 1.0}).predict(5)
    assert found.before.outputs.equal(found.after.outputs)


@pytest.mark.parametrize("name", ["cnn", "vit", "hybrid", "several"])
def test_by_0_the_output_falls_by_the_effect(name):
    layer = lens(name).layers[-1]
    explained = lens(name).explain(5, layer=layer, vocabulary=None)
    row = int(explained.table["index"][0])
    found = lens(name).steer({explained.examples.name(row): 0}).predict(5)
    output = explained.prediction.output_of(explained.class_name)
    fall = float(found.before.outputs[output] - found.after.outputs[output])
    assert fall == pytest.approx(float(explained.effects[row]), rel=1e-3, abs=1e-5)


def test_the_accuracy_of_slices_before_and_after():
    model, steering = colours()._session.studied.model, colours().steer({"eye:0": 0})
    truth = torch.tensor([list(COLOURS).index(label) for label in labels()])
    right = [answers(model, factor).argmax(1) == truth for factor in (1.0, 0.0)]
    for class_name, samples in ((None, None), ("red", None), (None, [0, 1, 2, 5]), ("red", [0, 1, 3, 6])):
        own = [n for n in range(24) if samples is None or n in samples]
        own = [n for n in own if class_name in (None, labels()[n])]
        found = steering.accuracy(class_name, samples=samples, progress=False)
        assert found.before.sample_ids.tolist() == own
        last = found.table.iloc[-1]
        assert last["class"] == "all"
        for when, answer in zip(("before", "after"), right, strict=True):
            hits = int(answer[own].sum())
            assert last[when] == hits / len(own)
            assert (last[f"{when}_low"], last[f"{when}_high"]) == pytest.approx(wilson(hits, len(own)))
        assert last["change"] == pytest.approx(last["after"] - last["before"])
        assert last["change_low"] <= last["change"] <= last["change_high"]
    found = steering.accuracy(progress=False)
    by_class, page = found.table.set_index("class"), found._repr_html_()
    for row in found.table.to_dict("records"):
        assert f"{row['before']:.1%}<br><small>{row['before_low']:.1%} to {row['before_high']:.1%}" in page
        assert f"{row['change']:+.1%}<br><small>{row['change_low']:+.1%} to {row['change_high']:+.1%}" in page
    assert by_class.loc["red", "after"] == float(right[1][truth == 0].double().mean())


def test_by_0_the_accuracy_is_that_of_the_ablation():
    ablation = colours().ablation("eye:0", progress=False)
    found = colours().steer({"eye:0": 0}).accuracy(progress=False)
    assert found.after.predicted.equal(ablation.after.predicted)


def test_decisions_are_steered_as_such():
    asked = lens_of(made(MODELS["cnn"][0], n_outputs=1), ["last"], classes={"blue": 0})
    found = asked.steer({"last:0": 0}).accuracy(threshold=0, progress=False)
    assert found.table["class"].tolist() == ["blue", "all"]
    assert found.table["n_samples"].tolist() == [24, 24]


def test_the_interval_of_a_change_is_agresti_and_mins():
    before = torch.tensor([True] * 6 + [False] * 4)
    after = torch.tensor([True] * 3 + [False] * 3 + [True] * 1 + [False] * 3)
    n, lost, won = 12, 3.5, 1.5
    middle, spread = (won - lost) / n, 1.959964 * math.sqrt((won + lost) - (won - lost) ** 2 / n) / n
    assert matched_interval(before, after) == pytest.approx((middle - spread, middle + spread), rel=1e-5)
    assert math.isnan(matched_interval(before[:0], after[:0])[0])


def test_the_interval_of_a_gap_is_newcombes():
    # The first example of his table II: 56 of 70 against 48 of 80.
    assert difference_interval(56, 70, 48, 80) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_intervals_of_shuffled_concepts_hold_their_level():
    generator = np.random.default_rng(0)
    trials = []
    for _ in range(2000):
        hits = generator.random(60) < 0.8
        sides = generator.random(60) < 0.4
        _, low, high = difference_interval(
            int(hits[sides].sum()), int(sides.sum()), int(hits[~sides].sum()), int((~sides).sum())
        )
        trials.append(low <= 0 <= high)
    assert 0.93 <= np.mean(trials) <= 0.99


def test_the_gap_is_the_difference_of_accuracies_with_and_without_the_concept():
    asked, present = colours(), [0, 3, 6, 1]
    model = asked._session.studied.model
    red = [n for n, label in enumerate(labels()) if label == "red"]
    found = asked.gap("red", present, steer={"eye:0": 0.2}, progress=False)
    for model_name, factor in (("as it is", 1.0), ("steered", 0.2)):
        right = answers(model, factor).argmax(1) == 0
        rows = found.table[found.table["model"] == model_name].set_index("concept")
        inside = [n for n in red if n in present]
        outside = [n for n in red if n not in present]
        assert rows.loc["present", "n_samples"] == 3
        assert rows.loc["present", "accuracy"] == pytest.approx(float(right[inside].double().mean()))
        assert rows.loc["absent", "accuracy"] == pytest.approx(float(right[outside].double().mean()))
        assert rows.loc["gap", "accuracy"] == pytest.approx(
            rows.loc["present", "accuracy"] - rows.loc["absent", "accuracy"]
        )
    assert "too few samples to tell (3 on one side" in str(found)
    page, (gap,) = found._repr_html_(), found.table[found.table["concept"] == "gap"]["accuracy"][:1]
    assert "<strong>red: too few samples to tell (3 on one side" in page
    assert f"{gap:+.1%}<br><small>" in page
    mask = np.isin(np.arange(24), present)
    assert asked.gap("red", mask, progress=False).present.tolist() == found.present.tolist()


def test_a_concept_is_present_where_a_component_scores_high():
    asked = colours()
    found = asked.gap("red", "eye:0", quantile=0.8, progress=False)
    scores = asked.relevance("eye").scores[:, 0].float()
    high = {n for n in range(24) if sum(scores < scores[n]) / 23 >= 0.8}
    assert set(found.sample_ids[found.present].tolist()) == {n for n in high if labels()[n] == "red"}


@pytest.mark.parametrize(
    ("present", "options", "message"),
    [
        ([1, 2], {}, "no image with the concept"),
        (list(range(24)), {}, "no image without the concept"),
        (np.array([0.5]), {}, "present must name components, list samples"),
        ([True, False], {}, "a mask of all 24 images"),
        ("eye:7", {}, "components 0 to 2"),
        ([0], {"steer": {}}, "factors must be a dict"),
        ([0], {"steer": {"eye:0": 4}}, "from 0"),
    ],
)
def test_gaps_that_cannot_be_told_are_refused(present, options, message):
    with pytest.raises(ValueError, match=message):
        colours().gap("red", present, progress=False, **options)


def test_steering_needs_the_model_and_a_component():
    with pytest.raises(ValueError, match="opened without its model"):
        Lens(colours().database, foundation_model=ColourSpace()).steer({"eye:0": 1})
    with pytest.raises(ValueError, match="components 0 to 2"):
        colours().steer({"eye:3": 1})
    assert repr(colours().steer({"eye:0": 0.5})) == "<Steering of eye:0 x 0.5>"


SOME = {"classes": {"red": 0, "green": 1}, "output_names": ["red", "green", "sky"]}


@pytest.mark.parametrize(
    ("class_name", "options", "samples", "message"),
    [
        ("rde", {}, None, "'rde' is no label of the images.*did you mean 'red'"),
        ("pink", {}, None, "'pink' is no label of the images.*there are 'red', 'green', 'blue'"),
        ("output 2", {"classes": {"red": 0}}, None, "'output 2' is an output of the model but no label"),
        ("sky", SOME, None, "'sky' is an output of the model but no label of the images"),
        ("blue", SOME, None, "'blue' is a label of the images but no class .*classes={'blue': number}"),
        (
            "blue",
            {"classes": {"red": 0}, "n_outputs": 1},
            None,
            "'blue' is a label of the images but no class",
        ),
        ("red", {}, [1, 2], "class 'red' has no image among the samples"),
    ],
)
def test_a_name_that_has_no_accuracy_is_refused_with_the_reason_and_the_way_out(
    class_name, options, samples, message
):
    model = made(MODELS["cnn"][0], n_outputs=options.get("n_outputs", 3))
    asked = lens_of(model, ["last"], **{key: one for key, one in options.items() if key != "n_outputs"})
    with pytest.raises(ValueError, match=message):
        asked.steer({"last:0": 0}).accuracy(class_name, samples=samples, progress=False)
    with pytest.raises(ValueError, match=message):
        asked.gap(class_name, [0, 1], samples=samples, progress=False)


def test_images_without_labels_have_no_accuracy():
    asked = Lens.build(
        ColourModel(), as_images(noisy()), ["eye"], transform=to_tensor, foundation_model=ColourSpace(),
        classes=list(COLOURS), k=4, progress=False,
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"the images have no labels.*labels=\["):
        asked.steer({"eye:0": 0}).accuracy("red", progress=False)
