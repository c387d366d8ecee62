"""Components side by side."""

from dataclasses import replace

import pytest

from semanticlens_widgets.widgets import Explorer, NeuronGallery
from semanticlens_widgets.widgets.answers.neurons.comparisons import cosines
from semanticlens_widgets.widgets.session import session_of
from tests.fakes import attributed_lens, fake_lens


def test_cosines_follow_their_definition_within_and_across_layers() -> None:
    database = fake_lens().database
    places = [("bn1", 3), ("bn1", 9), ("bn2", 3)]
    found = cosines(database, places)
    for a, (layer, component) in enumerate(places):
        for b, (other, further) in enumerate(places):
            one, two = (
                database.component_embeddings[layer][component],
                database.component_embeddings[other][further],
            )
            expected = sum(x * y for x, y in zip(one.tolist(), two.tolist(), strict=True))
            expected /= float(one.norm() * two.norm())
            assert found[a][b] == pytest.approx(expected, abs=1e-5)


def test_a_component_without_examples_has_no_cosine() -> None:
    database = fake_lens().database
    examples = database.examples["bn1"]
    ids = examples.sample_ids.clone()
    ids[2] = -1
    emptied = replace(examples, sample_ids=ids)
    assert emptied.dead[2]
    found = cosines(
        replace(database, examples={**database.examples, "bn1": emptied}), [("bn1", 1), ("bn1", 2)]
    )
    assert found[0][0] == pytest.approx(1)
    assert [found[0][1], found[1][0], found[1][1]] == [None, None, None]
    assert cosines(database, []) == []


def test_compared_components_have_the_details_that_they_have_alone() -> None:
    lens = attributed_lens()
    ask = session_of(lens).channel.answer
    answer = ask("compare", {"names": ["bn1:7", "bn2:1"]}).result
    assert [one["layer"] for one in answer["neurons"]] == ["bn1", "bn2"]
    alone = ask("detail", {"layer": "bn1", "component": 7}).result
    assert answer["neurons"][0]["detail"] == {**alone, "controls": []}


@pytest.mark.parametrize("names", [["bn1:1"] * 5, [1, 2], "bn1:1 bn1:2"])
def test_a_comparison_is_of_four_names_at_most(names: object) -> None:
    with pytest.raises(ValueError, match="names"):
        session_of(fake_lens()).channel.answer("compare", {"names": names})


@pytest.mark.parametrize("widget", [NeuronGallery, Explorer])
def test_pins_are_set_and_read_by_their_names(widget: type[NeuronGallery]) -> None:
    view = widget(fake_lens(), pinned=["bn1:3", "bn2:5"])
    assert view.pinned == ["bn1:3", "bn2:5"]
    view.pinned = ["#4", "bn2:5", f"{view.layer}:4"]
    assert view.pinned == [f"{view.layer}:4", "bn2:5"]
    with pytest.raises(ValueError, match="at most 4 neurons are compared, not 5; name fewer"):
        view.pinned = [f"bn1:{number}" for number in range(5)]
    assert view.pinned == [f"{view.layer}:4", "bn2:5"]
