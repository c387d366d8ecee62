import math

import pytest
import torch

from semanticlens_widgets.analysis import null_calibrations, search, search_many
from semanticlens_widgets.errors import LayerNotFoundError
from tests.word_space import DIM, WordSpace, database_of, examples_like, picture

COLUMNS = [
    "component",
    "layer",
    "index",
    "alignment",
    "z_score",
    "percentile",
    "null_z_score",
    "null_percentile",
    "strength",
    "weak",
    "labels",
]


@pytest.fixture
def database():
    early = examples_like(["frog", "toad", "car"])
    late = torch.cat([examples_like(["wheel", "frog"], noise=0.2), torch.full((1, 4, DIM), torch.nan)])
    labels = ["frog", "toad", "toad", None] + ["toad"] * 4 + [None] * 4 + ["wheel"] * 4 + ["b", "a", "c", "d"]
    return database_of({"early": early, "late": late}, labels)


@pytest.fixture
def space():
    return WordSpace()


def test_the_table_has_the_best_components_of_all_layers_best_first(database, space):
    table = search(database, space, "frog")
    assert list(table.columns) == COLUMNS
    assert list(table["component"][:2]) == ["early:0", "late:1"]
    assert table["alignment"].is_monotonic_decreasing
    assert list(table.index) == list(range(5))
    assert (table["layer"][1], table["index"][1]) == ("late", 1)


def test_components_without_examples_are_not_found(database, space):
    assert "late:2" not in set(search(database, space, "frog")["component"])


def test_a_layer_or_a_list_of_layers_restricts_the_search(database, space):
    assert set(search(database, space, "frog", layer="late")["layer"]) == {"late"}
    assert set(search(database, space, "frog", layer=["early"])["layer"]) == {"early"}
    assert len(search(database, space, "frog", layer=["early", "late"])) == 5


def test_top_limits_the_rows_and_may_exceed_what_there_is(database, space):
    assert len(search(database, space, "frog", top=2)) == 2
    assert len(search(database, space, "frog", top=1000)) == 5
    with pytest.raises(ValueError, match="top must be at least 1, not 0"):
        search(database, space, "frog", top=0)


def test_labels_are_the_commonest_of_the_examples_ties_by_rank(database, space):
    labels = search(database, space, "frog").set_index("component")["labels"]
    assert labels["early:0"] == "toad (2), frog (1)"
    assert labels["early:2"] == ""
    assert labels["late:1"] == "b (1), a (1), c (1)"


def test_with_a_calibration_the_null_columns_are_filled(database, space):
    table = search(database, space, "frog", calibration=null_calibrations(database, space))
    assert not table[["null_z_score", "null_percentile"]].isna().any(axis=None)
    assert (table.loc[table["layer"] == "early", "strength"] == 1.0).all()
    assert not table["weak"].any()


def test_a_query_that_no_layer_knows_is_marked_weak(database, space):
    table = search(database, space, "- frog", calibration=null_calibrations(database, space))
    assert table["weak"].all()


def test_without_a_calibration_the_null_columns_are_empty(database, space):
    table = search(database, space, "frog")
    assert table["null_z_score"].isna().all()
    assert table["strength"].isna().all()
    assert not table["weak"].any()


def test_taking_a_word_away_moves_its_component_down(database, space):
    assert search(database, space, "frog + car", layer="early", top=2)["component"].tolist() == [
        "early:0",
        "early:2",
    ]
    less = search(database, space, "frog - car", layer="early")
    assert less["component"].tolist()[-1] == "early:2"
    assert less["alignment"].iloc[-1] < 0


def test_more_like_a_component_finds_itself_then_its_likes(database):
    table = search(database, None, "like early:0")
    assert table["component"].tolist()[:2] == ["early:0", "late:1"]
    assert table["alignment"][0] == pytest.approx(1.0)


def test_an_image_finds_what_it_shows(database, space):
    assert search(database, space, picture("red"))["component"][0] == "early:0"
    assert (
        search(database, space, [picture("red"), picture("lime")], layer="early")["component"].tolist()[2]
        == "early:1"
    )


def test_many_queries_give_one_table_with_the_query_first(database, space):
    many = search_many(database, space, ["frog", picture("lime"), ["car", picture("red")]], top=1)
    assert list(many.columns) == ["query", *COLUMNS]
    assert many["query"].tolist() == ["frog", "image", "image + car"]
    assert many["component"].tolist()[:2] == ["early:0", "early:2"]
    one = search(database, space, "frog", top=1)
    assert math.isclose(many["alignment"][0], one["alignment"][0], abs_tol=1e-6)


@pytest.mark.parametrize("queries", ["frog", []])
def test_many_queries_must_be_a_list(database, space, queries):
    with pytest.raises(ValueError, match="queries must be a list of at least one query"):
        search_many(database, space, queries)


def test_an_unknown_layer_is_refused_with_near_names(database, space):
    with pytest.raises(LayerNotFoundError, match="no layer 'eraly'; did you mean 'early'"):
        search(database, space, "frog", layer="eraly")


def test_an_empty_and_an_endless_query_are_refused(database, space):
    with pytest.raises(ValueError, match="type a word"):
        search(database, space, " ")
    with pytest.raises(ValueError, match="not 10,000"):
        search(database, space, "x" * 10_000)


class HalfBlind(WordSpace):
    """A space that has something to say about one word."""

    def caveat_of(self, text):
        return f"blind to {text}" if "toad" in text else ""


def test_words_that_the_foundation_model_is_blind_to_are_warned_of_once(database, recwarn):
    search(database, HalfBlind(), "frog")
    assert len(recwarn) == 0
    with pytest.warns(UserWarning, match="blind to frog and toad"):
        search(database, HalfBlind(), "frog - toad")
    with pytest.warns(UserWarning, match="blind to toad") as warned:
        search_many(database, HalfBlind(), ["toad", "toad", "like early:0"])
    assert len(warned) == 1
