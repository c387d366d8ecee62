"""Two galleries under one query: traits, what is shown in which order, and the table of it."""

import numpy as np
import pandas as pd
import pytest

import semanticlens_widgets as slw
from semanticlens_widgets.analysis import Comparison
from semanticlens_widgets.widgets import CompareGallery
from tests.fakes import CATEGORIES, fake_lens, picture
from tests.random_lenses import planted_comparison

WORD = "thing3"


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return planted_comparison()


def test_the_first_and_the_last_side_are_shown_by_similarity_at_first() -> None:
    lens = fake_lens(layers=("bn1", "bn2", "bn3"))
    three = slw.compare((lens, "bn1"), (lens, "bn2"), (lens, "bn3"))
    gallery = CompareGallery(three)
    assert gallery.pair == ["bn1", "bn3"]
    results = gallery.results
    assert list(dict.fromkeys(results["side"])) == ["bn1", "bn3"]
    similarity = results[results["side"] == "bn1"]["similarity"].dropna()
    assert similarity.is_monotonic_decreasing


def test_the_table_says_of_each_neuron_what_the_comparison_says(comparison: Comparison) -> None:
    results = CompareGallery(comparison, query=WORD).results
    matches = comparison.matches.set_index(["from", "component"])
    for row in results.to_dict("records"):
        known = matches.loc[(row["side"], row["component"])]
        assert row["counterpart"] == known["nearest"]
        for name in ("similarity", "chance_percentile", "matched", "mutual"):
            assert row[name] == known[name]


def test_a_query_is_answered_by_each_side_in_the_order_of_strength(comparison: Comparison) -> None:
    results = CompareGallery(comparison, query=WORD).results
    for name, lens in zip(comparison.sides, comparison._lenses, strict=True):
        found = results[results["side"] == name]
        expected = lens.search(WORD, top=36)  # type: ignore[union-attr]
        strength = expected.sort_values("null_z_score", ascending=False, kind="stable")
        assert list(found["component"]) == list(strength["component"])
        np.testing.assert_allclose(found["null_z_score"], strength["null_z_score"], rtol=1e-5)
    first = results.groupby("side", sort=False)["component"].first()
    assert list(first) == ["layer:3", "layer:0"]


def test_an_image_is_answered_by_each_side_in_the_order_of_alignment() -> None:
    lens = fake_lens()
    results = CompareGallery(slw.compare((lens, "bn1"), (lens, "bn2")), query=picture("car", 1)).results
    assert results["null_z_score"].isna().all()
    for _, found in results.groupby("side"):
        assert found["alignment"].dropna().is_monotonic_decreasing


@pytest.mark.parametrize("sort", ["clarity", "component"])
def test_other_orders_are_those_of_a_gallery_of_each_side(comparison: Comparison, sort: str) -> None:
    gallery = CompareGallery(comparison, query=WORD, sort=sort, descending=False)
    for _, found in gallery.results.groupby("side"):
        values = found["index"] if sort == "component" else found[sort]
        assert values.dropna().is_monotonic_increasing


def test_only_matched_lost_or_gained_neurons_are_shown_as_asked(comparison: Comparison) -> None:
    gallery = CompareGallery(comparison)
    everything = gallery.results
    gallery.show = "matched"
    pd.testing.assert_frame_equal(gallery.results, everything[everything["matched"]].reset_index(drop=True))
    for show, side, table in (("lost", "before", comparison.lost), ("gained", "after", comparison.gained)):
        gallery.show = show
        found = gallery.results
        assert set(found[found["side"] == side]["component"]) == set(table["component"])
        other = "after" if side == "before" else "before"
        assert (found["side"] == other).sum() == (everything["side"] == other).sum()
    assert {"layer:0", "layer:1", "layer:2"} <= set(comparison.lost["component"])


def test_sides_that_change_places_lose_and_gain_the_same(comparison: Comparison) -> None:
    gallery = CompareGallery(comparison, show="lost")
    before = gallery.results
    gallery.pair = ("after", "before")
    after = gallery.results
    assert list(dict.fromkeys(after["side"])) == ["after", "before"]
    assert set(map(tuple, after[["side", "component"]].to_numpy())) == set(
        map(tuple, before[["side", "component"]].to_numpy())
    )


@pytest.mark.parametrize("query", ["#3", "like #3", f"{WORD} - #3", "layer:3"])
def test_a_query_that_names_a_neuron_is_refused_with_the_way_out(comparison: Comparison, query: str) -> None:
    comparison._lenses[0].search(query)  # whatever the lens itself remembers
    with pytest.raises(ValueError, match="choose the neuron itself"):
        _ = CompareGallery(comparison, query=query).results
    gallery = CompareGallery(comparison)
    with pytest.raises(ValueError, match="choose the neuron itself"):
        gallery._session.channel.answer("rank", {"layer": "before", "query": query})


def test_the_selection_takes_pairs_numbers_and_the_names_of_the_browser(comparison: Comparison) -> None:
    gallery = CompareGallery(comparison)
    gallery.selection = [("before", 3), ("after", "layer:4"), "before:5", ("before", 3)]
    assert gallery.selection == [("before", "layer:3"), ("after", "layer:4"), ("before", "layer:5")]
    assert gallery.get_state(["selection"])["selection"] == ["before:3", "after:4", "before:5"]


@pytest.mark.parametrize(
    ("traits", "reason"),
    [
        ({"pair": ["before"]}, "two sides"),
        ({"pair": ["before", "before"]}, "two sides"),
        ({"pair": ["before", "aftr"]}, "did you mean 'after'"),
        ({"show": "some"}, "show must be"),
        ({"sort": "alignment"}, "sort must be"),
        ({"height": 3}, "height must be"),
        ({"linked": ["hovr"]}, "did you mean 'hover'"),
    ],
)
def test_an_invalid_argument_is_refused(comparison: Comparison, traits: dict, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        CompareGallery(comparison, **traits)


def test_only_comparisons_are_shown() -> None:
    with pytest.raises(TypeError, match=r"slw\.compare"):
        CompareGallery(fake_lens())  # type: ignore[arg-type]


def test_one_vocabulary_labels_the_neurons_of_both_sides(comparison: Comparison) -> None:
    gallery = CompareGallery(comparison, vocabulary=["thing3", "thing4"])
    assert gallery.vocabulary_info is not None
    about = {"vocabulary": gallery.vocabulary_info["key"]}
    for side, component in (("before", 3), ("after", 0)):
        ask = gallery._session.channel.answer
        assert ask("label_layer", {"layer": side, **about}).result["n"] == 36
        (label,) = ask("labels", {"layer": side, "components": [component], **about}).result["labels"]
        assert label["label"] == "thing3"


def test_the_picture_without_a_kernel_shows_the_first_cards_of_both_sides() -> None:
    lens = fake_lens()
    gallery = CompareGallery(slw.compare((lens, "bn1"), (lens, "bn2"), names=["<b>one</b>", "two"]))
    html = gallery._repr_mimebundle_()[0]["text/html"]
    assert "&lt;b&gt;one&lt;/b&gt;" in html
    assert html.count("<img") == 10
    assert "by similarity with two" in html
    gallery.show = "matched"
    assert "not yet compared by chance" in gallery._snapshot()
    _ = gallery.results
    assert "matched in two" in gallery._snapshot()
    gallery.query = CATEGORIES[0]
    assert CATEGORIES[0] in gallery._snapshot()
