"""The widgets of cards and of what a layer knows: their traits, what they change elsewhere, pages and pictures."""

import json
from typing import Any

import pytest

import semanticlens_widgets as slw
from semanticlens_widgets.analysis import Side, card
from semanticlens_widgets.widgets.answers.results.knowledge_info import knowledge_info
from semanticlens_widgets.widgets.comparison_session import comparison_session_of
from semanticlens_widgets.widgets.kernel.bundle import PART_OF
from semanticlens_widgets.widgets.kernel.link import from_browser
from semanticlens_widgets.widgets.session import session_of
from tests.fakes import CATEGORIES, attributed_lens, fake_lens
from tests.random_lenses import NAMES, cluster_members, images_in_clusters, lens_with

N, K = 240, 6
KINDS = {name: ["thing", "even" if number % 2 == 0 else "odd"] for number, name in enumerate(NAMES)}


def tallest(view: slw.CardView, row: int = 0, number: str = "clarity") -> list[Any]:
    """The bar with most components, as the trait has it."""
    counts = view.card.histograms(number).counts(row)  # type: ignore[arg-type]
    return [row, number, counts.index(max(counts))]


def test_the_bars_of_a_card_hold_every_component_with_the_number_once():
    lens = attributed_lens(40)
    found = lens.card(CATEGORIES)
    table = lens.scores()
    for number in ("clarity", "polysemanticity", "redundancy"):
        bars = found.histograms(number)
        edges = bars.edges.tolist()
        for row, layer in enumerate(lens.layers):
            values = table[table["layer"] == layer].set_index("component")[number].dropna()
            inside = {name: bar for bar in range(len(edges) - 1) for name in bars.components(row, bar)}
            assert set(inside) == set(values.index)
            for name, bar in inside.items():
                assert edges[bar] - 1e-6 <= values[name] <= edges[bar + 1] + 1e-6
            assert bars.counts(row) == [len(bars.components(row, bar)) for bar in range(len(edges) - 1)]
    clear = lens.label(CATEGORIES, layer="bn1").set_index("component")["clear"]
    assert set(found.histograms("labelled").components(0, 1)) == set(clear[clear].index)


def test_a_bar_selects_its_components_in_the_other_widgets_and_galleries_show_them_alone():
    lens = attributed_lens(40)
    view = slw.CardView(lens.card(CATEGORIES))
    gallery, concept_map = slw.NeuronGallery(lens, layer="bn2"), slw.ConceptMap(lens, layer="bn2")
    apart = slw.NeuronGallery(lens, layer="bn2", linked=False)
    view.bar = tallest(view)
    assert view.components
    for widget in (view, gallery, concept_map):
        assert widget.selection == view.components
        assert widget.layer == "bn1"
    assert gallery.components == view.components
    assert set(gallery.results["component"]) == set(view.components)
    assert (apart.components, apart.selection, apart.layer) == ([], [], "bn2")
    view.bar = []
    assert (gallery.components, gallery.selection, view.components) == ([], [], [])


def test_a_bar_chosen_in_the_browser_reaches_widgets_of_the_same_page_too():
    lens = attributed_lens(40)
    view, gallery = slw.CardView(lens.card(CATEGORIES)), slw.NeuronGallery(lens)
    for widget in (view, gallery):
        session_of(lens).link.add_page(widget._view_id, "page")
    view.set_state({"bar": tallest(view)})
    assert gallery.components == view.components != []


def test_the_row_of_all_layers_selects_in_all_of_them_and_changes_no_layer():
    lens = attributed_lens(40)
    view, gallery = slw.CardView(lens.card(CATEGORIES)), slw.NeuronGallery(lens, layer="bn2")
    view.bar = tallest(view, row=2)
    assert gallery.layer == "bn2"
    assert {name.split(":")[0] for name in view.components} == {"bn1", "bn2"}


def test_the_card_of_a_comparison_selects_in_the_widgets_of_the_lens_of_the_row():
    first, second = attributed_lens(40), attributed_lens(40)
    compared = slw.compare((first, "bn1"), (second, "bn1"), names=["before", "after"]).card(CATEGORIES)
    view = slw.CardView(compared)
    before, after = slw.NeuronGallery(first), slw.NeuronGallery(second)
    view.bar = tallest(view, row=1)
    assert (before.components, after.components) == ([], view.components)
    view.bar = tallest(view, row=0)
    assert (before.components, after.components) == (view.components, [])
    assert view.card_info["one_lens"] is False


@pytest.mark.parametrize(
    "bar", [[0], [9, "clarity", 0], [0, "size", 0], [0, "clear", 2], [0, "clarity", True]]
)
def test_what_is_no_bar_is_refused_with_an_example(bar):
    view = slw.CardView(fake_lens().card(CATEGORIES))
    with pytest.raises(ValueError, match="lowest bar of the first row"):
        view.bar = bar
    assert view.bar == []


def test_a_card_is_displayed_as_its_widget_and_one_without_a_lens_as_a_table():
    lens = attributed_lens(40)
    data = lens.card(CATEGORIES)._repr_mimebundle_()[0]
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "Clearer than chance" in data["text/html"]
    words = slw.analysis.embed_vocabulary(lens.database, lens.foundation_model, CATEGORIES)
    plain = card([Side("bn1", lens.database, "bn1")], [words])
    assert plain._repr_mimebundle_() is None
    assert "Clearer than chance" in plain._repr_html_()
    with pytest.raises(TypeError, match="lens.card()"):
        slw.CardView(plain)


def test_the_card_of_20_layers_stays_a_small_trait():
    lens = attributed_lens(40)
    sides = [Side(f"layer {number}", lens.database, "bn1") for number in range(20)]
    words = slw.analysis.embed_vocabulary(lens.database, lens.foundation_model, CATEGORIES)
    view = slw.CardView(card(sides, [words] * 20, lenses=[lens] * 20))
    assert len(json.dumps(view.card_info)) < 50_000


def knowing(clusters):
    lens = lens_with(cluster_members(clusters, K, N), images_in_clusters(N))
    return lens, lens.knowledge(list(NAMES), hierarchy=KINDS)


def test_the_browser_gets_every_word_once_with_components_or_as_a_hole():
    _, knowledge = knowing([0, 0, 2, 1, 4, 4, 4])
    found = knowledge_info(knowledge)
    table = knowledge.table.set_index("path")
    paths = []
    for word in found["words"]:
        above = "" if word["parent"] < 0 else f"{paths[word['parent']]} > "
        paths.append(f"{above}{word['word']}")
        assert (word["n"], word["known"]) == tuple(table.loc[paths[-1], ["n_components", "known"]])
    holes = [hole for word in found["words"] for hole in word["holes"]] + found["holes"]
    assert sorted(holes) == sorted(knowledge.holes["word"])
    assert {word["word"] for word in found["words"]} & set(NAMES) == set(NAMES) - set(holes)
    assert (found["n_labelled"], found["n_components"]) == (7, 7)


def test_a_hole_stands_below_the_nearest_hypernym_that_something_answers_to():
    _, knowledge = knowing([0, 0, 2])
    found = knowledge_info(knowledge)
    by_word = {word["word"]: word["holes"] for word in found["words"]}
    assert NAMES[4] in by_word["even"]
    assert NAMES[1] in by_word["thing"]  # nothing answers to "odd"


def test_a_word_that_is_a_hypernym_too_has_numbers_of_its_own():
    lens = lens_with(cluster_members([0, 0, 2, 2, 2], K, N), images_in_clusters(N))
    knowledge = lens.knowledge(list(NAMES), hierarchy={NAMES[0]: ["top"], NAMES[2]: ["top", NAMES[0]]})
    word = next(one for one in knowledge_info(knowledge)["words"] if one["word"] == NAMES[0])
    assert (word["n"], word["own"]["n"]) == (5, 2)  # type: ignore[index]
    assert NAMES[0] not in set(knowledge.holes["word"])


def test_a_word_becomes_the_query_of_the_other_widgets():
    lens, knowledge = knowing([0, 0, 2])
    view, gallery = slw.KnowledgeView(knowledge), slw.NeuronGallery(lens)
    with from_browser():
        view.query = "bird"
    assert gallery.query == "bird"


def test_knowledge_refuses_areas_and_categories_that_are_not_there():
    _, knowledge = knowing([0, 0, 2])
    view = slw.KnowledgeView(knowledge)
    with pytest.raises(ValueError, match=r"call lens.attribute\(\)"):
        view.area = "relevance"
    with pytest.raises(ValueError, match="did you mean 'thing > even'"):
        view.within = "thing > evn"
    view.within = "thing > even"
    with pytest.raises(TypeError, match="lens.knowledge()"):
        slw.KnowledgeView(object())  # type: ignore[arg-type]


def test_pages_of_results_hold_no_neurons_and_are_small(tmp_path):
    lens, knowledge = knowing([0, 0, 2])
    pages = [
        slw.CardView(lens.card(NAMES)).to_html(tmp_path / "card.html"),
        slw.KnowledgeView(knowledge).to_html(tmp_path / "knowledge.html"),
    ]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<title>" in text
        assert len(text) < 450_000


def test_pictures_say_what_is_known_and_escape_words():
    lens, _ = knowing([0, 0, 2])
    knowledge = lens.knowledge(list(NAMES), hierarchy={NAMES[0]: ["<b>bold"]})
    picture = slw.KnowledgeView(knowledge)._snapshot()
    assert "&lt;b&gt;bold" in picture
    assert "<b>bold" not in picture
    assert "No neuron's clear label" in picture
    assert "clarity" in slw.CardView(lens.card(NAMES))._snapshot().lower()


def test_the_code_of_the_views_is_sent_on_demand_and_no_other_file():
    lens = fake_lens()
    for session in session_of(lens), comparison_session_of(slw.compare((lens, "bn1"), (lens, "bn2"))):
        for part in PART_OF.values():
            assert session.channel.answer("part", {"name": part}).result["code"]
        with pytest.raises(ValueError, match="part must be"):
            session.channel.answer("part", {"name": "../../secrets"})
