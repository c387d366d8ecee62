"""The comparison map: traits, the answers about its sides against what the comparison says, and its picture."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

import semanticlens_widgets as slw
from semanticlens_widgets.analysis import Comparison
from semanticlens_widgets.widgets import CompareMap
from semanticlens_widgets.widgets.answers.comparisons.encodings import TWO_SCALES
from semanticlens_widgets.widgets.answers.map.columns import NOWHERE
from tests.fakes import CATEGORIES, fake_lens
from tests.random_lenses import TurnedSpace, cluster_members, images_in_clusters, lens_with, random_members

WORD = "thing3"
N_IMAGES = 240


def side(clusters: list[int], seed: int, n_random: int = 20, **names: str) -> slw.Lens:
    members = [
        cluster_members(clusters, 8, N_IMAGES, seed=seed),
        random_members(n_random, 8, N_IMAGES, seed=seed),
    ]
    return lens_with(torch.cat(members), images_in_clusters(N_IMAGES), **names)


def made_up(**options: str) -> Comparison:
    """A side with things 0 to 5 and random groups, and one with things 3 to 8 and other random groups."""
    lenses = side(list(range(6)), 1), side(list(range(3, 9)), 2, n_random=30, model="other")
    return slw.compare(*lenses, names=["before", "after"], **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return made_up()


def column(buffer: object, kind: str) -> np.ndarray:
    return np.frombuffer(bytes(buffer), kind)  # type: ignore[call-overload]


def test_a_selection_reads_as_pairs_and_is_sent_as_names(comparison: Comparison) -> None:
    shown = CompareMap(comparison)
    shown.selection = ["before:3", ("after", 5), ("after", "layer:5"), ("before", "#3")]
    assert shown.selection == [("before", "layer:3"), ("after", "layer:5")]
    assert shown.get_state("selection") == {"selection": ["before:3", "after:5"]}
    shown.set_state({"selection": ["after:7"]})
    assert shown.selection == [("after", "layer:7")]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (["befor:3"], "no side 'befor'; did you mean 'before'"),
        (["before:999"], "999"),
        ([3], "a pair like"),
        (["before"], "a pair like"),
    ],
)
def test_a_selection_of_what_is_not_there_is_refused(
    comparison: Comparison, value: list[object], reason: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        CompareMap(comparison).selection = value


def test_wrong_arguments_are_refused_in_a_sentence(comparison: Comparison) -> None:
    with pytest.raises(
        TypeError, match=r"comparison must be a comparison, not a Lens; make one with slw\.compare"
    ):
        CompareMap(fake_lens())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="pair must be the names of two sides"):
        CompareMap(comparison, pair=["before", "before"])
    with pytest.raises(ValueError, match="encoding must be 'side'"):
        CompareMap(comparison, encoding="verdict")
    with pytest.raises(ValueError, match="step must be between 0 and 1"):
        CompareMap(comparison).step = 2


def test_three_versions_of_one_layer_are_a_series_and_other_sides_are_not(comparison: Comparison) -> None:
    lens = fake_lens(layers=("bn1", "bn2", "bn3"))
    versions = slw.compare(lens, lens, lens, names=["1", "2", "3"])
    layers = slw.compare((lens, "bn1"), (lens, "bn2"), (lens, "bn3"))
    assert [CompareMap(one).series for one in (versions, layers, comparison)] == [True, False, False]
    assert CompareMap(layers, series=True).series
    assert CompareMap(versions).encoding == "match"
    assert CompareMap(versions, query="bird").encoding == "alignment"
    assert CompareMap(comparison).encoding == "side"


def test_widgets_of_one_comparison_share_query_and_selection(comparison: Comparison) -> None:
    one, other = CompareMap(comparison), CompareMap(comparison)
    one.query, one.selection = WORD, ["after:1"]
    assert (other.query, other.selection) == (WORD, [("after", "layer:1")])


def test_every_side_is_a_layer_of_one_map_and_every_second_one_is_hollow(comparison: Comparison) -> None:
    answer = CompareMap(comparison)._channel.answer("map", {"layers": comparison.sides, "method": "pca"})
    names = [(layer["name"], layer["start"], layer["hollow"]) for layer in answer.result["layers"]]
    assert names == [("before", 0, False), ("after", 26, True)]
    assert answer.result["n"] == 26 + 36


def test_a_component_that_cannot_be_compared_has_no_place() -> None:
    lens = fake_lens(40)  # whose last component is dead
    shown = CompareMap(slw.compare((lens, "bn1"), (lens, "bn2")))
    answer = shown._channel.answer("map", {"layers": ["bn1", "bn2"], "method": "pca"})
    x = column(answer.buffers[0], "<u2").reshape(-1, 2)[:, 0]
    absent = [not present for one in shown.comparison._measure.sides for present in one.present.tolist()]
    assert ((x == NOWHERE) == absent).all()


@pytest.mark.parametrize(("source", "target"), [("before", "after"), ("after", "before")])
def test_matches_are_those_of_the_tables(comparison: Comparison, source: str, target: str) -> None:
    ask = CompareMap(comparison)._channel.answer
    nearest, chance = (ask(kind, {"source": source, "target": target}) for kind in ("nearest", "chance"))
    table = comparison.matches.query("`from` == @source and to == @target")
    numbers = column(nearest.buffers[0], "<i4")
    assert [f"layer:{number}" for number in numbers] == table["nearest"].tolist()
    np.testing.assert_allclose(column(nearest.buffers[1], "<f4"), table["similarity"], rtol=1e-6)
    assert (column(nearest.buffers[2], "u1") == table["mutual"]).all()
    np.testing.assert_allclose(column(chance.buffers[0], "<f4"), table["chance_percentile"], rtol=1e-6)
    flags = column(chance.buffers[1], "u1")
    assert ((flags & 1 > 0) == table["matched"]).all()
    alone = comparison.lost if source == "before" else comparison.gained
    assert {f"layer:{number}" for number in np.flatnonzero(flags & 2)} == set(alone["component"])
    assert chance.result["matched"] == table["matched"].sum()
    assert chance.result["alone"] == len(alone) > 0


def test_a_side_is_compared_with_another_one(comparison: Comparison) -> None:
    with pytest.raises(ValueError, match="not with itself"):
        CompareMap(comparison)._channel.answer("nearest", {"source": "after", "target": "after"})


def test_cards_and_pictures_are_those_of_the_lens_of_the_side(comparison: Comparison) -> None:
    ask = CompareMap(comparison)._channel.answer
    lens = comparison._lenses[1]
    assert isinstance(lens, slw.Lens)
    (card,) = ask("cards", {"layer": "after", "components": [2]}).result["cards"]
    assert card["name"] == "after:2"
    rows = [
        row + len(comparison._measure.sides[0].database.samples)
        for row in lens.database.example_rows("layer", 2)
    ]
    assert card["samples"] == rows
    answer = ask("thumbnails", {"samples": rows[:2], "size": "small"})
    files = [lens.database.samples.thumbnail(row) for row in lens.database.example_rows("layer", 2)[:2]]
    assert bytes(answer.buffers[0]) == b"".join(files)
    detail = ask("detail", {"layer": "after", "component": 2}).result
    assert {one["name"].split(":")[0] for one in detail["similar"]} == {"after"}
    assert [one["row"] for one in detail["examples"]] == rows


def test_rows_of_pictures_that_no_lens_has_are_refused(comparison: Comparison) -> None:
    for row in (-1, 10_000, True, "3"):
        with pytest.raises(ValueError, match="there are samples 0 to"):
            CompareMap(comparison)._channel.answer("thumbnails", {"samples": [row]})


def test_a_query_colours_sides_of_one_foundation_model_by_alignment(comparison: Comparison) -> None:
    params = {"layers": comparison.sides, "encoding": "alignment", "query": WORD}
    answer = CompareMap(comparison)._channel.answer("encoding", params)
    expected = [lens.rank(WORD, layer="layer").alignment for lens in comparison._lenses]  # type: ignore[attr-defined]
    np.testing.assert_allclose(column(answer.buffers[0], "<f4"), torch.cat(expected), rtol=1e-6)
    assert answer.result["caveat"] == ""


def test_a_query_colours_sides_of_two_foundation_models_by_their_unrelated_words() -> None:
    lenses = side([0, 1, 2], 1), side([1, 2, 3], 2, foundation_model=TurnedSpace.fingerprint)
    both = slw.compare(*lenses, by="vocabulary", vocabulary=["thing1", "thing2", "thing7"], names=["a", "b"])
    params = {"layers": ["a", "b"], "encoding": "alignment", "query": WORD}
    answer = CompareMap(both)._channel.answer("encoding", params)
    tables = [lens.search(WORD, layer="layer", top=23).sort_values("index") for lens in lenses]
    expected = np.concatenate([table["null_z_score"] for table in tables])
    np.testing.assert_allclose(column(answer.buffers[0], "<f4"), expected, rtol=1e-4)
    assert TWO_SCALES in answer.result["caveat"]
    probe = {"layers": ["a", "b"], "method": "pca", "query": WORD}
    assert CompareMap(both)._channel.answer("probe", probe).result == {"x": None, "y": None}


def test_a_query_has_a_place_on_a_map_of_embeddings(comparison: Comparison) -> None:
    probe = {"layers": comparison.sides, "method": "pca", "query": WORD}
    place = CompareMap(comparison)._channel.answer("probe", probe).result
    assert None not in (place["x"], place["y"])


def test_its_picture_tells_the_colours_and_the_numbers_of_matches() -> None:
    comparison = made_up()
    shown = CompareMap(comparison, encoding="match", method="pca")
    before = shown._repr_mimebundle_()[0]["text/html"]
    assert "Map of 62 neurons of before and after by PCA, coloured by side" in before
    for step in shown._steps():
        step(lambda: None)
    html = shown._repr_mimebundle_()[0]["text/html"]
    assert "coloured by match" in html
    lost, gained = len(comparison.lost), len(comparison.gained)
    assert f"lost: {lost}; gained: {gained}." in html
    assert repr(shown).startswith("<CompareMap of before (26) and after (36);")


def test_its_page_keeps_one_map_of_all_sides_and_the_matches(tmp_path: Path) -> None:
    lens = fake_lens(12, layers=("bn1", "bn2"))
    shown = CompareMap(slw.compare((lens, "bn1"), (lens, "bn2")), method="pca", query="bird")
    file = shown.to_html(tmp_path / "map.html", words=CATEGORIES, progress=False)
    assert "CompareMap of bn1 and bn2" in file.read_text(encoding="utf-8")
