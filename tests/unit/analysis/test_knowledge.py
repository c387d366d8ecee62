"""Knowledge of a layer: labels counted over a hierarchy, each against as many random groups of images."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

import semanticlens_widgets as slw
from semanticlens_widgets.analysis import Knowledge, Side, embed_vocabulary
from semanticlens_widgets.analysis.knowledge.counts import Labels, labelled
from semanticlens_widgets.analysis.knowledge.hierarchy import OTHER, paths
from tests.random_lenses import (
    NAMES,
    cluster_members,
    database_with,
    images_in_clusters,
    lens_with,
    random_members,
)
from tests.word_space import WordSpace, relevance_of

N, K = 240, 6
KINDS = {name: ["thing", "even" if number % 2 == 0 else "odd"] for number, name in enumerate(NAMES)}


def knowing(clusters, **names):
    lens = lens_with(cluster_members(clusters, K, N), images_in_clusters(N), **names)
    return lens, lens.knowledge(list(NAMES), hierarchy=KINDS)


def test_components_are_counted_under_their_label_and_each_of_its_hypernyms():
    lens, found = knowing([0, 0, 2, 1, 4, 4, 4])
    table = found.table.set_index("path")
    labels = lens.label(list(NAMES))["label"]
    assert (labels != "").all()
    for path, row in table.iterrows():
        word = str(path).split(" > ")[-1]
        under = [name for name in NAMES if word in (name, *KINDS[name])]
        assert row["n_components"] == labels.isin(under).sum()
        assert row["share"] == pytest.approx(row["n_components"] / 7)
        assert row["n_words"] == len(under)
        assert row["n_holes"] == sum(name not in set(labels) for name in under)
    assert list(found.table["word"])[:3] == ["thing", "even", NAMES[4]]
    assert set(found.holes["word"]) == set(NAMES) - set(labels)
    assert found.holes["path"].iloc[0].startswith("thing > ")


def test_evidence_is_compared_with_that_in_as_many_random_groups():
    lens, found = knowing([0, 0, 2, 1, 4, 4, 4])
    words = embed_vocabulary(lens.database, WordSpace(), list(NAMES))
    own = lens.label(words)
    of_own = -np.log(1 - own["chance_percentile"])
    _, random = labelled(Side("a", lens.database, "layer"), words)
    for row in found.table.to_dict("records"):
        under = [number for number, name in enumerate(NAMES) if row["word"] in (name, *KINDS[name])]
        evidence = of_own[own["label"].isin([NAMES[number] for number in under])].sum()
        assert row["evidence"] == pytest.approx(evidence, rel=1e-5)
        inside = torch.isin(random.texts, torch.tensor(under))
        draws = [float(each[here].sum()) for each, here in zip(random.evidence, inside, strict=True)]
        assert row["expected"] == pytest.approx(float(inside.sum(1).double().mean()), abs=1e-5)
        below = sum(draw < evidence - 1e-6 for draw in draws)
        assert row["chance_percentile"] == pytest.approx(below / (len(draws) + 1))
        assert row["known"] == (row["chance_percentile"] >= 0.95 and row["n_components"] > 0)


def test_evidence_of_a_random_group_is_minus_the_log_of_the_share_that_are_as_clear():
    lens, _ = knowing([0, 1])
    words = embed_vocabulary(lens.database, WordSpace(), list(NAMES))
    _, random = labelled(Side("a", lens.database, "layer"), words)
    shares = torch.exp(-random.evidence.flatten())
    for bar in (0.05, 0.2, 0.5):  # uniform, as each is one of the random groups
        assert float((shares <= bar).double().mean()) == pytest.approx(bar, abs=0.07)
    assert (torch.exp(-random.evidence[random.texts >= 0]) <= 0.05 + 1e-9).all()


def test_one_very_clear_component_counts_for_more_than_several_at_the_bar_and_many_for_more_than_one():
    side = Side("a", knowing([0, 0, 1, 1, 1, 1])[0].database, "layer")
    found = Labels(torch.tensor([0, -1, 1, 1, 1, 1]), torch.tensor([8.0, 1, 3, 3, 3, 3]).double())
    draws = Labels(torch.tensor([[0, 0, -1, 1, 1, -1]] * 39), torch.tensor([[3.1] * 6] * 39).double())
    made = Knowledge(side, NAMES[:2], (found, draws), [("thing", name) for name in NAMES[:2]], None)
    table: Any = made.table.set_index("word")
    assert table["n_components"].to_dict() == {"thing": 5, NAMES[1]: 4, NAMES[0]: 1}
    assert table["evidence"].to_dict() == {"thing": 20.0, NAMES[1]: 12.0, NAMES[0]: 8.0}
    assert table["expected"].to_dict() == {"thing": 4.0, NAMES[1]: 2.0, NAMES[0]: 2.0}
    assert table["known"].all()


def test_what_components_stand_for_is_known_and_of_random_components_next_to_nothing():
    table = knowing([*range(6)] * 3)[1].table
    words = table[table["in_vocabulary"]].set_index("word")["known"]
    assert words[list(NAMES[:6])].all()
    assert not words[list(NAMES[6:])].any()
    shares = []
    for seed in range(30):
        lens = lens_with(random_members(200, K, N, seed), images_in_clusters(N, seed))
        table = lens.knowledge(list(NAMES), hierarchy=KINDS).table
        shares.append(table["known"].mean())
    assert 0.02 <= np.mean(shares) <= 0.07


def test_relevance_is_that_of_the_components_with_the_label():
    database = database_with(cluster_members([0, 2, 1], K, N), images_in_clusters(N))
    rows = relevance_of("layer", {"a": [[3.0, 1.0, 0.0]], "b": [[1.0, 1.0, 2.0]], "none": []})
    lens = slw.Lens(replace(database, relevance={"layer": rows}), foundation_model=WordSpace())
    found = lens.knowledge(list(NAMES), hierarchy=KINDS)
    relevance = found.table.set_index("word")["relevance"]
    assert relevance[NAMES[0]] == pytest.approx((0.75 + 0.25) / 2, abs=1e-3)
    assert relevance["even"] == pytest.approx((1.0 + 0.5) / 2, abs=1e-3)
    assert found.treemap("relevance").data[0]["ids"][0] == "all"
    without = knowing([0])[1]
    assert without.table["relevance"].isna().all()
    with pytest.raises(ValueError, match=r"layer 'layer' was not attributed; call lens.attribute\(\) first"):
        without.treemap("relevance")


def test_words_are_placed_by_wordnet_their_last_words_a_heading_or_the_user():
    found = dict(zip(words := ["violin", "tea plant", "sky", "made up thing", "melanoma"],
                     paths(words, {"melanoma": ["disease"]}), strict=True))  # fmt: skip
    assert found["violin"][-3:] == ("stringed instrument", "bowed stringed instrument", "violin")
    assert found["tea plant"][-2:] == ("plant", "tea plant")
    assert found["tea plant"][0] == "living thing"
    assert found["sky"] == ("sky and weather", "sky")
    assert found["made up thing"] == (OTHER, "made up thing")
    assert found["melanoma"] == ("disease", "melanoma")
    assert "entity" not in found["violin"]


def test_the_treemap_holds_every_component_once_and_a_grey_tile_for_what_nothing_answers_to():
    found = knowing([0, 0, 2, 1, 4, 4, 4])[1]
    tree: Any = found.treemap().data[0]
    tiles = dict(zip(tree["ids"], tree["values"], strict=True))
    grey = {tile: value for tile, value in tiles.items() if tile.endswith("/")}
    assert tiles["all"] == pytest.approx(7 + sum(grey.values()))
    assert tiles["thing\neven\nthing4"] == 3
    assert sum(grey.values()) == pytest.approx(len(found.holes) / 10)
    by_parent = {}
    for tile, parent, value in zip(tree["ids"], tree["parents"], tree["values"], strict=True):
        by_parent.setdefault(parent, []).append(value)
        assert tile != parent
    for parent, values in by_parent.items():
        assert not parent or sum(values) <= tiles[parent] + 1e-6


def test_hostile_words_stay_text():
    lens = lens_with(cluster_members([0, 1], K, N), images_in_clusters(N))
    tree: Any = lens.knowledge(["<b>x</b>", *NAMES], hierarchy={NAMES[0]: ["<i>y</i>"]}).treemap().data[0]
    assert not any("<i>" in label or "<b>x" in label for label in tree["labels"])
    assert not any("<b>x" in hover for hover in tree["customdata"])
    assert repr(lens.knowledge(list(NAMES))).startswith("<Knowledge of layer, 2 components: ")


def test_too_few_images_to_tell_are_warned_of():
    lens = lens_with(random_members(5, 24, 24, 0), images_in_clusters(24))
    with pytest.warns(UserWarning, match="too few other groups to tell a clear label from chance"):
        assert not lens.knowledge(list(NAMES), hierarchy=KINDS).table["known"].any()
