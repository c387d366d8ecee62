"""Cards: every number against the scores of the components, with intervals, chance and trends."""

from typing import Any

import numpy as np
import pytest
import torch

import semanticlens_widgets as slw
from semanticlens_widgets.analysis import scores
from semanticlens_widgets.tensors._bootstrap import mean_interval
from tests.random_lenses import (
    NAMES,
    cluster_members,
    images_in_clusters,
    lens_with,
    random_members,
)
from tests.word_space import WordSpace, database_of, examples_like

N, K = 240, 6


def mixed_lens(n_clear, n=40, seed=0, **names):
    """Of `n` components the first have a cluster each, the others random images."""
    members = random_members(n, K, N, seed)
    members[:n_clear] = cluster_members([index % 12 for index in range(n_clear)], K, N, seed)
    return lens_with(members, images_in_clusters(N), **names)


def test_the_numbers_are_means_of_the_scores_and_of_clear_labels():
    lens = mixed_lens(15)
    row = lens.card(NAMES).table.iloc[0]
    table, labels = scores(lens.database, "layer"), lens.label(NAMES)
    for number in ("clarity", "polysemanticity", "redundancy"):
        assert row[number] == pytest.approx(table[number].mean(), abs=1e-6)
        assert row[f"{number}_low"] < row[number] < row[f"{number}_high"]
    assert row["labelled"] == pytest.approx(labels["clear"].mean())
    assert 15 / 40 <= row["clear"] <= 20 / 40
    assert (row["n_components"], row["n_dead"]) == (40, 0)


def test_of_random_components_clarity_polysemanticity_and_redundancy_are_those_of_chance():
    row = lens_with(random_members(300, K, N, 3), images_in_clusters(N)).card(NAMES).table.iloc[0]
    for number in ("clarity", "polysemanticity", "redundancy"):
        assert row[f"{number}_chance"] == pytest.approx(row[number], abs=0.02)
    assert 0.02 <= row["clear"] <= 0.08
    assert row["labelled"] <= 0.08


def test_dead_components_are_counted_and_left_out():
    members = random_members(20, K, N, 0)
    members[:5] = -1
    lens = lens_with(members, images_in_clusters(N))
    row = lens.card(NAMES).table.iloc[0]
    assert (row["n_components"], row["n_dead"]) == (20, 5)
    assert row["clarity"] == pytest.approx(scores(lens.database, "layer")["clarity"][5:].mean(), abs=1e-6)


def test_layers_have_a_row_each_and_all_together_one():
    database = database_of(
        {"a": examples_like(["frog", "car"]), "b": examples_like(["fur", "wheel", "toad"])}
    )
    table = slw.Lens(database, foundation_model=WordSpace()).card(["frog", "car"]).table.set_index("layer")
    assert list(table.index) == ["a", "b", "all"]
    assert table.loc["all", "n_components"] == 5
    assert table.loc["all", "name"] == "model"
    expected = (2 * table.loc["a", "clarity"] + 3 * table.loc["b", "clarity"]) / 5
    assert table.loc["all", "clarity"] == pytest.approx(expected, abs=1e-6)


def test_the_interval_of_a_mean_holds_it_in_95_of_100_cases_and_leaves_out_what_is_missing():
    generator = torch.Generator().manual_seed(0)
    held = []
    for _ in range(300):
        low, high = mean_interval(torch.rand(60, generator=generator))
        held.append(low <= 0.5 <= high)
    assert 0.9 <= np.mean(held) <= 0.98
    assert mean_interval(torch.tensor([1.0, torch.nan, 1.0])) == (1.0, 1.0)
    for few in ([], [torch.nan], [1.0], [1.0, torch.nan]):
        assert all(np.isnan(mean_interval(torch.tensor(few))))


def test_along_checkpoints_the_card_says_that_clarity_rises_or_that_it_cannot_be_told():
    steps = [mixed_lens(n, model=f"step {n}") for n in (0, 15, 35)]
    card = slw.compare(*steps).card(NAMES)
    assert list(card.table["name"]) == ["step 0", "step 15", "step 35"]
    assert card.trend("clarity").startswith("clarity rises from 0.")
    assert card.trend("polysemanticity").startswith("polysemanticity falls from 0.")
    assert "step 35" in str(card.curve("clear").to_dict()["layout"]["title"]["text"])
    still = slw.compare(mixed_lens(10), mixed_lens(10, seed=5), names=["a", "b"]).card(NAMES)
    assert still.trend().startswith("clarity doesn't change beyond the scatter of components")
    back = slw.compare(*[mixed_lens(n) for n in (0, 35, 10)], names=["a", "b", "c"]).card(NAMES)
    assert back.trend().endswith("but goes the other way in 1 of 2 steps")


def test_the_ranking_puts_the_most_interpretable_first_and_says_what_is_apart():
    lenses = [mixed_lens(n, model=f"m{n}") for n in (5, 35, 6)]
    card = slw.compare(*lenses).card(NAMES)
    found = card.ranking("clarity")
    assert found["name"].iloc[0] == "m35"
    assert list(found["apart"]) == [True, False, False]
    assert card.ranking("redundancy")["redundancy"].is_monotonic_increasing
    with pytest.raises(ValueError, match="by must be 'clarity', 'clear'"):
        card.ranking("size")  # pyright: ignore[reportArgumentType]


def test_a_card_shows_itself_as_text_html_and_figures():
    lens = lens_with(random_members(20, K, N, 0), images_in_clusters(N), layer="<i>layer</i>")
    card = lens.card(NAMES)
    assert repr(card).startswith("<Card of <i>layer</i>")
    assert "<i>layer" not in card._repr_html_()
    histogram: Any = card.histogram()
    assert sum(histogram.data[0]["y"]) == pytest.approx(1)
    assert "<i>" not in histogram.data[0]["name"]
