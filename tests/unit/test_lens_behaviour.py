"""Behavioural tests on plain colours, where every output after an edit is known."""

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets import Requirement
from semanticlens_widgets.explanations.edits import elsewhere, removed
from semanticlens_widgets.explanations.steering import FEWEST
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.tensors._bootstrap import mean_interval
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, pictures, to_tensor

SIDE = 16
"""Of the patch: half of the pictures' sides."""


@pytest.fixture(scope="module")
def lens():
    images = as_images(pictures(), labels=labels())
    return Lens.build(
        ColourModel(), images, ["eye"], transform=to_tensor, foundation_model=ColourSpace(),
        classes=list(COLOURS), progress=False,
    )  # fmt: skip


def red_of(colour):
    """The logit of red that a plain picture of the colour gives."""
    with torch.no_grad():
        return float(ColourModel()(torch.tensor(colour).view(1, 3, 1, 1).float() / 255)[0, 0])


RED = Image.new("RGB", (40, 40), (255, 0, 0))
SHARE = SIDE**2 / 32**2


def test_pasting_moves_the_output_by_what_the_pasted_pixels_give(lens):
    found = lens.behaviour(Requirement("red", spurious={"patch": RED}), size=0.5, progress=False)
    [trial] = found.trials
    assert trial.sample_ids.tolist() == [n for n, label in enumerate(labels()) if label != "red"]
    for sample, plain, edited, control in zip(
        trial.sample_ids.tolist(),
        trial.plain.tolist(),
        trial.edited.tolist(),
        trial.control.tolist(),
        strict=True,
    ):
        own = red_of(pictures()[sample][0, 0])
        assert plain == pytest.approx(own, abs=1e-5)
        assert edited == pytest.approx((1 - SHARE) * own + SHARE * red_of((255, 0, 0)), abs=1e-5)
        others = [n for n in trial.sample_ids.tolist() if n != sample]
        possible = [(1 - SHARE) * own + SHARE * red_of(pictures()[n][0, 0]) for n in others]
        assert min(abs(control - each) for each in possible) < 1e-5
    row = found.table.iloc[0]
    change, beside = trial.edited - trial.plain, trial.control - trial.plain
    assert row["change"] == pytest.approx(float(change.mean()))
    assert row["difference"] == pytest.approx(float((change - beside).mean()))
    assert (row["difference_low"], row["difference_high"]) == pytest.approx(mean_interval(change - beside))
    assert row["outcome"] == "moves"


def test_what_does_no_more_than_other_content_is_not_seen_to_move(lens):
    blue = [n for n, label in enumerate(labels()) if label == "blue"]
    found = lens.behaviour(
        Requirement("red", valid={"patch": Image.new("RGB", (40, 40), (0, 0, 200))}), samples=[*blue, 0, 3],
        size=0.5, progress=False,
    )  # fmt: skip
    assert found.table["kind"].tolist() == ["valid"]
    assert found.table["outcome"].tolist() == ["not seen to move"]


def test_a_transparent_background_stays_as_it_was_and_the_control_has_the_same_shape(lens):
    sheet = np.zeros((40, 40, 4), np.uint8)
    sheet[:, :20] = (255, 0, 0, 255)
    found = lens.behaviour(
        Requirement("red", spurious=["stripe"]), paste={"stripe": sheet}, size=0.5, progress=False
    )
    [trial] = found.trials
    for (edited, control), sample in zip(trial.pictures, trial.sample_ids.tolist(), strict=False):
        changed = np.abs(np.asarray(edited, int) - pictures()[sample]).max(-1) > 8
        assert 0.4 * SIDE**2 < changed.sum() < 0.6 * SIDE**2
        beside = np.abs(np.asarray(control, int) - pictures()[sample]).max(-1) > 8
        assert not (beside & ~changed).any()


def test_removing_puts_the_mean_of_the_rest_in_its_place_and_the_control_masks_elsewhere():
    frames = pictures().copy()
    frames[:, :16, :16] = (255, 0, 0)
    images = as_images(frames, labels=labels())
    asked = Lens.build(
        ColourModel(), images, ["eye"], transform=to_tensor, foundation_model=ColourSpace(),
        classes=list(COLOURS), progress=False,
    )  # fmt: skip
    mask = np.zeros((32, 32), bool)
    mask[:16, :16] = True
    green = [n for n, label in enumerate(labels()) if label == "green"]
    blue = [n for n, label in enumerate(labels()) if label == "blue"]
    masks = dict.fromkeys([*green, *blue], mask)
    found = asked.behaviour(Requirement("red", spurious=["corner"]), remove={"corner": masks}, progress=False)
    [trial] = found.trials
    assert found.table["edit"].tolist() == ["remove"]
    for sample, edited, control in zip(masks, trial.edited.tolist(), trial.control.tolist(), strict=True):
        assert edited == pytest.approx(red_of(pictures()[sample][0, 0]), abs=0.01)
        moved = removed(Image.fromarray(frames[sample]), elsewhere(mask))
        with torch.no_grad():
            assert control == pytest.approx(float(ColourModel()(to_tensor(moved)[None])[0, 0]), abs=1e-5)
    assert not (elsewhere(mask) & mask).any()
    assert found.table["outcome"].tolist() == ["moves"]
    with pytest.raises(ValueError, match="must mark some, not all, of its 32 x 32 pixels"):
        asked.behaviour(
            Requirement("red", spurious=["corner"]), remove={"corner": {0: mask[:5]}}, progress=False
        )


def test_few_images_say_nothing_and_concepts_without_a_picture_are_named(lens):
    requirement = Requirement("red", valid=["horns"], spurious={"patch": RED, "grass": "grass"})
    found = lens.behaviour(requirement, samples=list(range(FEWEST - 1)), progress=False)
    assert found.table["outcome"].tolist() == ["too few samples"]
    assert found.left_out == ("horns", "grass")
    assert "not tested, as there is nothing to paste: horns, grass" in str(found)
    assert "patch (paste): too few samples" in repr(found)
    page = found._repr_html_()
    assert page.count('<img alt="Edited ') == page.count('<img alt="Control ') == 2
    assert "not tested, as there is nothing to paste: horns, grass" in page
    hostile = lens.behaviour(Requirement("red", spurious={"<b>x": RED}), progress=False)
    assert "<b>" not in hostile._repr_html_()
    assert "&lt;b&gt;x" in hostile._repr_html_()


@pytest.mark.parametrize(
    ("requirement", "options", "message"),
    [
        (Requirement("red", spurious=["grass"]), {}, "a text cannot be pasted: pass pictures"),
        (Requirement(None, spurious={"patch": RED}), {}, "a slw.Requirement of one class"),
        (Requirement("rde", spurious={"patch": RED}), {}, "no class 'rde'; did you mean 'red'"),
        (
            Requirement("red", spurious={"patch": RED}),
            {"paste": {"pach": RED}},
            "no concept 'pach'; did you mean",
        ),
        (Requirement("red", spurious={"patch": RED}), {"size": 0.0}, "size must lie in 0 to 1"),
        (Requirement("red", spurious={"patch": RED}), {"samples": [3]}, "at least two of the images"),
        (Requirement("red", spurious={"patch": RED}), {"samples": [3, 24]}, "0 to 23"),
    ],
)
def test_what_cannot_be_tested_says_why(lens, requirement, options, message):
    with pytest.raises(ValueError, match=message):
        lens.behaviour(requirement, progress=False, **options)


def test_without_the_model_it_says_what_to_pass(lens):
    with pytest.raises(ValueError, match="opened without its model"):
        Lens(lens.database, foundation_model=ColourSpace()).behaviour(
            Requirement("red", spurious={"patch": RED})
        )
