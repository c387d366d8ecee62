"""The relevance of a lens is that of the part of the output, and of the labels, that are meant; else it says so."""

import dataclasses
from typing import Any

import pytest
import torch
from torch import nn

from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, pictures, to_tensor

NAMES = list(COLOURS)


class Bent(ColourModel):
    """Gives what `bend` makes of its logits."""

    def __init__(self, bend) -> None:
        super().__init__()
        self.bend = bend

    def forward(self, pixels):
        return self.bend(super().forward(pixels))


def build(model, targets=None, **options) -> Lens:
    images = as_images(pictures(), labels=targets or labels())
    options = {"k": 3, "transform": to_tensor, "progress": False, "classes": NAMES, **options}
    return Lens.build(model, images, "eye", foundation_model=ColourSpace(), **options)


def both(logits):
    return logits.flip(1) * 3, logits


@pytest.mark.parametrize("method", ["gradient", "lrp", "integrated_gradients", "conductance"])
@pytest.mark.parametrize("output", [1, -1, lambda found: found[1]])
def test_the_named_part_is_attributed_by_every_method(method, output):
    found = build(Bent(both), output=output).attribute(method=method, progress=False).relevance("eye")
    expected = build(ColourModel()).attribute(method=method, progress=False).relevance("eye")
    torch.testing.assert_close(found.relevance, expected.relevance)
    assert found.predicted.tolist() == expected.predicted.tolist()


def test_without_a_name_the_error_lists_the_parts_and_attribute_takes_one_for_good(tmp_path):
    lens = build(Bent(both))
    with pytest.raises(ValueError, match=r"a tuple of 0: shape \(1, 3\), 1: shape \(1, 3\).*pass output=1"):
        lens.attribute(progress=False)
    lens.attribute(output=1, progress=False)
    assert lens.ablation(["eye:1"], progress=False).before.overall == 1
    path = lens.save(tmp_path / "bent.lens")
    with pytest.warns(UserWarning, match="saved with is of output=1 and is left out"):
        again = opened(path, lens, Bent(both), output=0)
    assert again.attribute(classes=NAMES, progress=False).relevance("eye").predicted.tolist()[0] == 2


def test_another_part_is_another_entry_of_the_cache(tmp_path):
    found = [
        build(Bent(both), output=output, cache=tmp_path).attribute(progress=False).relevance("eye").relevance
        for output in (0, 1, lambda found: found[0])
    ]
    assert not torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])


def test_attributes_hooks_and_patches_are_other_entries_of_the_cache(tmp_path):
    def doubled(change):
        model = ColourModel()
        change(model)
        lens = build(model, cache=tmp_path).attribute(progress=False)
        return lens.database.examples["eye"].scores, lens.relevance("eye").relevance.float()

    plain = doubled(lambda model: None)
    hooked = doubled(lambda model: model.eye.register_forward_hook(lambda _m, _i, output: 2 * output))
    forward = ColourModel.forward
    patched = doubled(
        lambda model: setattr(model.eye, "forward", lambda x: 2 * nn.Conv2d.forward(model.eye, x))
    )
    behind = doubled(lambda model: setattr(model, "forward", lambda x: 2 * forward(model, x)))
    for scores, relevance in (hooked, patched):
        torch.testing.assert_close(scores, 2 * plain[0])
        torch.testing.assert_close(relevance, 2 * plain[1])
    torch.testing.assert_close(behind[1], 2 * plain[1])


def opened(path, lens, model, **options):
    return Lens.open(path, images=lens.images, model=model, transform=to_tensor, **options)


def test_a_saved_lens_warns_of_a_model_that_behaves_otherwise(tmp_path):
    def patched():
        model: Any = ColourModel()
        model.forward = lambda x: 2 * ColourModel.forward(model, x)
        return model

    lens = build(ColourModel())
    path = lens.save(tmp_path / "plain.lens")
    opened(path, lens, ColourModel())
    hooked: Any = ColourModel()
    changed: Any = ColourModel()
    hooked.eye.register_forward_hook(lambda _m, _i, output: 2 * output)
    changed.gain = 2
    for model in (hooked, changed, patched()):
        with pytest.warns(
            UserWarning, match=r"other hooks, attributes or code \(a patched forward, for example"
        ):
            opened(path, lens, model)


def test_a_hook_that_is_added_between_building_and_attributing_draws_a_warning():
    model: Any = ColourModel()
    lens = build(model)
    model.eye.register_forward_hook(lambda _m, _i, output: 2 * output)
    with pytest.warns(UserWarning, match="other hooks, attributes or code"):
        lens.attribute(progress=False)


def test_under_other_versions_behaviour_is_not_compared(tmp_path):
    lens = build(ColourModel())
    made = lens.database.provenance
    older = dataclasses.replace(made, versions={**made.versions, "python": "3.1"})
    path = Lens(dataclasses.replace(lens.database, provenance=older)).save(tmp_path / "older.lens")
    model = ColourModel()
    model.eye.register_forward_hook(lambda _m, _i, output: output)
    opened(path, lens, model)


def test_saved_relevance_is_of_the_output_that_it_was_computed_for(tmp_path):
    lens = build(Bent(both), output=0).attribute(progress=False)
    path = lens.save(tmp_path / "first.lens")
    assert lens.relevance("eye").output == 0
    assert "of output 0" in repr(lens.relevance("eye"))
    with pytest.warns(UserWarning, match=r"saved with is of output=0 and is left out"):
        other = opened(path, lens, Bent(both), output=1)
    assert not other.database.relevance
    again = opened(path, lens, Bent(both))
    assert torch.equal(again.relevance("eye").relevance, lens.relevance("eye").relevance)
    assert again.attribute(classes=NAMES, progress=False).relevance("eye").output == 0


def test_saved_relevance_by_a_function_is_known_by_its_code(tmp_path):
    lens = build(Bent(both), output=lambda found: found[0]).attribute(progress=False)
    path = lens.save(tmp_path / "function.lens")
    assert opened(path, lens, Bent(both), output=lambda found: found[0]).database.relevance
    with pytest.warns(UserWarning, match="saved with is of output='function "):
        assert not opened(path, lens, Bent(both), output=lambda found: found[1]).database.relevance


def test_relevance_of_another_output_replaces_that_of_all_layers():
    images = as_images(pictures(), labels=labels())
    lens = Lens.build(
        Bent(both), images, ["eye", "act"], foundation_model=ColourSpace(), k=3, transform=to_tensor,
        progress=False, classes=NAMES, output=0,
    )  # fmt: skip
    lens.attribute(progress=False).attribute(layer="eye", output=1, progress=False)
    assert [lens.relevance(layer).output for layer in ("eye", "act")] == [1, 1]


def test_weights_that_changed_since_the_lens_was_built_are_an_error(tmp_path):
    model = ColourModel()
    lens = build(model, cache=tmp_path)
    with torch.no_grad():
        model.head.weight.mul_(2)
    with pytest.raises(ValueError, match="the weights that the lens was built with, and they changed since"):
        lens.attribute(progress=False)


@pytest.mark.parametrize("bend", [nn.functional.dropout, lambda logits: logits - logits.mean(0)])
def test_outputs_that_depend_on_chance_or_the_batch_are_refused(bend):
    lens = build(Bent(bend))
    with pytest.raises(ValueError, match="the model's output gives the same sample other values"):
        lens.attribute(progress=False)


@pytest.mark.parametrize("seed", range(6))
def test_chance_is_noticed_at_a_single_output(seed):
    torch.manual_seed(seed)
    lens = build(Bent(lambda logits: nn.functional.dropout(one(logits))), classes={"red": 0})
    with pytest.raises(ValueError, match="the model's output gives the same sample other values"):
        lens.attribute(progress=False)


def one(logits):
    return (logits[:, 0] - logits[:, 1]) * 3 - 0.1


def test_a_single_output_is_that_of_the_class_it_is_given_to():
    lens = build(Bent(one), classes={"red": 0}).attribute(progress=False)
    found = lens.relevance("eye")
    assert (found.classes, found.sample_ids.tolist()) == (("red",), list(range(0, 24, 3)))
    with torch.no_grad():
        logits = Bent(one)(torch.from_numpy(pictures()).permute(0, 3, 1, 2) / 255)[::3]
    torch.testing.assert_close(found.relevance.float().sum(1), logits + 0.1, rtol=1e-2, atol=1e-3)
    assert found.predicted.tolist() == [0 if logit > 0.5 else 1 for logit in logits]
    with pytest.raises(ValueError, match="needs rival outputs, and the model has one"):
        lens.attribute(targets="prediction", progress=False)


def test_of_two_classes_of_the_images_the_second_is_taken_with_a_warning():
    targets = ["red" if label == "red" else "other" for label in labels()]
    with pytest.warns(UserWarning, match="one output is taken for 'red', the second of the two classes"):
        found = build(Bent(one), targets, classes=None).attribute(progress=False).relevance("eye")
    assert found.classes == ("red",)


def test_several_labels_a_sample_are_refused_and_predictions_are_not():
    lens = build(ColourModel(), [torch.tensor([1, 1, 0])] * 24, classes=None)
    with pytest.raises(ValueError, match=r"sample 0 has several labels \(0, 1\).*targets='prediction'"):
        lens.attribute(progress=False)
    found = lens.attribute(targets="prediction", classes=NAMES, progress=False).relevance("eye")
    assert found.n_samples.tolist() == [8, 8, 8]


def test_one_hot_labels_are_the_outputs_they_mark():
    targets = [torch.eye(3)[NAMES.index(label)] for label in labels()]
    found = build(ColourModel(), targets, classes=None).attribute(progress=False).relevance("eye")
    assert found.classes == ("0", "1", "2")
    assert found.predicted.tolist() == found.sample_classes.tolist()


def test_images_without_labels_are_told_to_give_them():
    images = as_images(pictures())
    lens = Lens.build(
        ColourModel(),
        images,
        "eye",
        foundation_model=ColourSpace(),
        transform=to_tensor,
        classes=NAMES,
        progress=False,
    )
    with pytest.raises(ValueError, match=r"no labels.*as_images\(images, labels=\[\.\.\.\]\)"):
        lens.attribute(progress=False)
