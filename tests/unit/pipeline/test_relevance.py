"""Relevance over a dataset: statistics by plain loops, resumed, cached, and clear about what does not fit."""

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets.attribution import relevance
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.pipeline._class_names import class_outputs
from semanticlens_widgets.tensors import pool
from tests.colour_world import ColourModel, ColourSpace, labels, pictures, to_tensor

CLASSES = ["red", "green", "blue"]


def build(model=None, images=None, **options) -> Lens:
    source = as_images(pictures(), labels=labels()) if images is None else images
    options = {"k": 3, "transform": to_tensor, "progress": False, "classes": CLASSES, **options}
    return Lens.build(
        model or ColourModel(), source, ["eye", "act"], foundation_model=ColourSpace(), **options
    )


def test_statistics_of_classes_are_those_of_plain_loops():
    found = build().attribute(batch_size=5, progress=False).relevance("eye")
    pixels = torch.stack([to_tensor(Image.fromarray(frame)) for frame in pictures()])
    rows = torch.tensor([CLASSES.index(label) for label in labels()])
    expected = relevance(ColourModel(), pixels, "eye", rows)["eye"]
    for row in range(3):
        own = expected[rows == row]
        torch.testing.assert_close(found.mean[row], own.mean(0))
        torch.testing.assert_close(found.maximum[row], own.max(0).values)
        positive = torch.stack([sum(max(float(v), 0.0) for v in column) * torch.ones(()) for column in own.T])
        torch.testing.assert_close(found.share[row], positive / positive.sum())
    torch.testing.assert_close(found.relevance, expected.half())
    assert found.n_samples.tolist() == [8, 8, 8]
    assert found.sample_ids.tolist() == list(range(24))
    assert found.sample_classes.tolist() == found.predicted.tolist() == rows.tolist()


def test_scores_are_pooled_as_in_the_database_and_signed_halves_are_doubled():
    lens = build(pooling="mean", sign="both")
    found = lens.relevance("eye")
    pixels = torch.stack([to_tensor(Image.fromarray(frame)) for frame in pictures()])
    output = ColourModel().eye(pixels).detach()
    torch.testing.assert_close(
        found.scores, torch.cat([pool(output, "mean"), -pool(output, "mean")], 1).half()
    )
    assert found.n_components == lens.database.examples["eye"].n_components == 6


def test_samples_whose_label_is_no_class_are_left_out_and_a_class_without_samples_is_nan():
    found = build().attribute(classes={"RED": 0, "violet": 2}, progress=False).relevance("eye")
    assert found.sample_ids.tolist() == list(range(0, 24, 3))
    assert found.n_samples.tolist() == [8, 0]
    assert found.mean[1].isnan().all()
    assert found.maximum[1].isnan().all()
    assert found.share.sum(1).tolist() == pytest.approx([1, 0])


def test_the_prediction_is_the_highest_of_the_classes():
    found = build().attribute(targets="prediction", classes={"g": 1, "b": 2}, progress=False).relevance("eye")
    assert found.sample_classes[1::3].unique().tolist() == [0]
    assert found.sample_classes[2::3].unique().tolist() == [1]
    assert found.predicted[:3].tolist() == [0, 1, 2]
    assert len(found.sample_ids) == 24


def test_what_is_cached_is_not_computed_again_and_other_questions_are(tmp_path, monkeypatch):
    first = build(cache=tmp_path).attribute(progress=False)
    build(cache=tmp_path).attribute(method="lrp", progress=False)
    build(cache=tmp_path).attribute(targets="prediction", progress=False)
    build(cache=tmp_path).attribute(classes={"red": 0, "green": 1}, progress=False)
    assert len(list((tmp_path / "attributed").iterdir())) == 8
    monkeypatch.setattr(
        "semanticlens_widgets.pipeline._relevance.attribute", lambda *_: pytest.fail("it ran again")
    )
    again = build(cache=tmp_path).attribute(progress=False)
    assert torch.equal(again.relevance("act").mean, first.relevance("act").mean)


def test_a_broken_image_is_left_out(tmp_path):
    for number, frame in enumerate(pictures()[:6]):
        folder = tmp_path / labels()[number]
        folder.mkdir(exist_ok=True)
        Image.fromarray(np.asarray(frame)).save(folder / f"{number}.png")
    (tmp_path / "red" / "0.png").write_bytes(b"no picture")
    with pytest.warns(UserWarning, match="1 of 6 images were left out"):
        found = build(images=as_images(tmp_path)).relevance("eye")
    assert found.n_samples.tolist() == [1, 2, 2]


def test_a_layer_is_attributed_when_it_is_first_asked_for_and_saved_with_the_lens(tmp_path):
    lens = build()
    assert list(lens.database.relevance) == []
    asked = lens.relevance("act")
    assert list(lens.database.relevance) == ["act"]
    assert lens.relevance("act") is asked
    opened = Lens.open(lens.save(tmp_path / "a.lens"))
    assert torch.equal(opened.relevance("act").share, asked.share)
    with pytest.raises(
        ValueError, match=r"relevance of layer .* not known.*Lens\.open\(path, model=model, images=images\)"
    ):
        opened.relevance("eye")
    with pytest.raises(ValueError, match="opened without its model"):
        opened.attribute()


def test_a_saved_lens_takes_its_model_back_and_no_other(tmp_path):
    lens = build()
    path = lens.save(tmp_path / "a.lens")
    opened = Lens.open(path, model=ColourModel(), transform=to_tensor, images=lens.images)
    opened.attribute(classes=CLASSES, progress=False)
    assert torch.equal(opened.relevance("eye").mean, lens.relevance("eye").mean)
    retrained = ColourModel()
    with torch.no_grad():
        retrained.head.weight.mul_(2)
    with pytest.raises(ValueError, match="model must be the ColourModel that the lens was built with"):
        Lens.open(path, model=retrained, transform=to_tensor)
    with pytest.raises(ValueError, match="transform must be the one that the lens was built with"):
        Lens.open(path, model=ColourModel(), transform=lambda image: 1 - to_tensor(image))
    other = Lens.open(path, model=ColourModel(), transform=to_tensor, images=1 - pictures())
    with pytest.raises(ValueError, match="images must be those that the lens was built with"):
        other.attribute(classes=CLASSES)


def test_without_classes_the_sorted_labels_are_the_outputs_when_their_number_fits():
    with pytest.warns(
        UserWarning, match="right for 8 of 24 samples, no more than by chance; .* pass classes="
    ):
        assert build(classes=None).relevance("eye").classes == ("blue", "green", "red")
    few = build(images=as_images(pictures()[:2], labels=["red", "green"]), classes=None)
    with pytest.raises(ValueError, match="the model has 3 outputs and the images 2 labels"):
        few.relevance()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": ["red"]}, "classes must name all 3 outputs of the model in order, not 1"),
        ({"classes": ["red", "red", "blue"]}, "distinct names, and 'red' is there twice"),
        ({"classes": {"red": 3}}, "class 'red' must be an output of the model, 0 to 2, not 3"),
        ({"classes": {"red": 0, "rose": 0}}, "'red' and 'rose' share 0"),
        ({"classes": {}}, "at least one class"),
        ({"classes": {"rad": 0}}, "no label of the images is a class"),
        ({"layer": "eyes"}, "the lens has no layer 'eyes'; did you mean 'eye'"),
        ({"batch_size": 0}, "batch_size must be at least 1, not 0"),
    ],
)
def test_what_does_not_fit_is_said_before_the_pass(options, message):
    with pytest.raises((ValueError, LookupError), match=message):
        build().attribute(**options, progress=False)


@pytest.mark.parametrize("numbers", [range(1, 13), range(10, 130, 10), range(-6, 6)])
def test_labels_that_are_integers_are_ordered_as_numbers(numbers):
    images = as_images(np.zeros((12, 4, 4, 3), np.uint8), labels=numbers)
    assert list(class_outputs(None, images, 12)) == [str(number) for number in numbers]


class Bent(ColourModel):
    """Outputs of a function for which LRP has no rule: 1.08 x the output is found."""

    def forward(self, pixels):
        outputs = super().forward(pixels)
        return torch.sinh(0.5 * outputs / outputs.detach().abs().clamp(min=1e-9))


def test_lrp_that_is_not_conserved_draws_one_warning_a_run():
    lens = build(Bent())
    with pytest.warns(UserWarning, match="sums to 1.08 x the outputs") as said:
        lens.attribute(method="lrp", batch_size=5, progress=False)
    assert len([one for one in said if "sums to" in str(one.message)]) == 1
