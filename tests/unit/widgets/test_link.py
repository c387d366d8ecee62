"""Widgets of one lens do together what `linked` says."""

import pytest
from ipywidgets import Widget
from PIL import Image

from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets import AuditTable, ConceptMap, Explorer, NeuronGallery
from tests.fakes import fake_lens, living_lens


@pytest.fixture
def lens() -> Lens:
    return fake_lens()


def shown(page: str, *widgets: NeuronGallery | ConceptMap) -> None:
    """As the browser says it when a page shows the widgets."""
    for widget in widgets:
        widget._session.link.add_page(widget._view_id, page)


def test_what_a_cell_sets_the_others_follow(lens: Lens) -> None:
    gallery, map_, explorer = (
        widget(lens, layer=lens.layers[0]) for widget in (NeuronGallery, ConceptMap, Explorer)
    )
    gallery.query = "frog"
    explorer.selection = ["1"]
    map_.layer = lens.layers[-1]
    assert [gallery.query, map_.query, explorer.query] == ["frog"] * 3
    assert gallery.selection == map_.selection == [f"{lens.layers[0]}:1"]
    assert [gallery.layer, explorer.layer] == [lens.layers[-1]] * 2


def test_a_new_widget_changes_no_other_and_takes_nothing_over(lens: Lens) -> None:
    gallery = NeuronGallery(lens, layer=lens.layers[0], query="frog")
    ConceptMap(lens, query="fish", layer=lens.layers[-1])
    assert (gallery.query, gallery.layer) == ("frog", lens.layers[0])


BIRD = Requirement("bird", valid=["bird"], spurious=["tree"])


def test_a_class_goes_along_with_what_is_required_of_it_and_passes_by_galleries(lens: Lens) -> None:
    map_, gallery, alone = ConceptMap(lens), NeuronGallery(lens), ConceptMap(lens, linked=["query"])
    table = AuditTable(lens, BIRD, threshold=3.0)
    assert map_.requirements == []  # what a table begins with changes no other
    table.class_name = "bird"
    assert (map_.class_name, map_.requirements, map_.threshold) == ("bird", table.requirements, 3.0)
    assert not gallery.has_trait("class_name")
    assert alone.class_name == ""
    map_.require([])
    assert table.requirements == []


def test_a_new_map_begins_with_the_class_that_is_known_and_a_table_with_none(lens: Lens) -> None:
    AuditTable(lens, Requirement("car", valid=["car"]))
    table = AuditTable(lens, BIRD)
    assert ConceptMap(lens).requirements == table.requirements
    assert ConceptMap(lens, requirements=Requirement("tree", valid=["tree"])).requirements[0]["valid"] == [
        "tree"
    ]
    assert ConceptMap(lens, linked=False).requirements == []
    assert AuditTable(lens).requirements == []


def test_all_layers_at_once_are_for_maps_alone(lens: Lens) -> None:
    gallery, map_, other = NeuronGallery(lens, layer=lens.layers[0]), ConceptMap(lens), ConceptMap(lens)
    map_.layer = ""
    assert (gallery.layer, other.layer) == (lens.layers[0], "")


def test_an_image_goes_along_and_a_text_takes_its_place(lens: Lens) -> None:
    gallery, map_ = NeuronGallery(lens), ConceptMap(lens)
    gallery.query = Image.new("RGB", (8, 8))
    assert map_.query_image == gallery.query_image != ""
    map_.query = "frog"
    assert (gallery.query, gallery.query_image) == ("frog", "")


def test_linked_in_part_or_not_at_all(lens: Lens) -> None:
    gallery = NeuronGallery(lens, layer=lens.layers[0])
    alone, queries = (ConceptMap(lens, layer=lens.layers[0], linked=linked) for linked in (False, ["query"]))
    gallery.query = "frog"
    gallery.layer = lens.layers[-1]
    assert (alone.query, alone.layer) == ("", lens.layers[0])
    assert (queries.query, queries.layer) == ("frog", lens.layers[0])
    alone.query = "fish"
    assert gallery.query == "frog"


def test_what_a_reader_changes_goes_on_only_where_no_page_does_it(lens: Lens) -> None:
    gallery, same_page, other_page, never_shown = (NeuronGallery(lens) for _ in range(4))
    shown("a", gallery, same_page)
    shown("b", other_page)
    gallery.set_state({"query": "frog"})
    assert [same_page.query, other_page.query, never_shown.query] == ["", "frog", "frog"]


def test_only_some_components_are_shown_and_in_the_results(lens: Lens) -> None:
    gallery = NeuronGallery(lens, layer=lens.layers[0], components=["2", "0"], query="frog")
    names = [f"{lens.layers[0]}:{number}" for number in (2, 0)]
    assert gallery.components == names
    assert sorted(gallery.results["component"]) == sorted(names)
    with pytest.raises(ValueError, match="99999"):
        gallery.components = ["99999"]


def test_an_unknown_link_is_refused_with_those_there_are(lens: Lens) -> None:
    with pytest.raises(ValueError, match="selection"):
        NeuronGallery(lens, linked=["zoom"])


def test_a_lens_shows_itself_as_an_explorer(lens: Lens) -> None:
    bundle, _ = lens._repr_mimebundle_()
    shown = bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert isinstance(Widget.widgets[shown], Explorer)


def test_a_relevance_that_a_cell_computes_is_told_to_all_widgets_of_the_lens_linked_or_not() -> None:
    lens = living_lens(1)
    alone = ConceptMap(lens, linked=False)
    told = [alone, AuditTable(lens), Explorer(lens), NeuronGallery(lens)]
    elsewhere = ConceptMap(fake_lens())
    known = []
    alone.observe(lambda change: known.append(list(lens.database.relevance)), "attributed")
    lens.attribute(layer="eye", progress=False)
    assert known == [["eye"]]  # it is there by the time they are told
    assert [widget.attributed for widget in told] == [1, 1, 1, 1]
    assert elsewhere.attributed == 0
    lens.relevance("head")
    assert alone.attributed == 2


def test_nothing_is_told_of_a_relevance_that_could_not_be_computed() -> None:
    lens = fake_lens()
    table = AuditTable(lens)
    with pytest.raises(ValueError, match="without its model"):
        lens.attribute()
    assert table.attributed == 0


def test_after_the_last_widget_was_closed_a_new_one_is_told_again() -> None:
    lens = living_lens(1)
    AuditTable(lens).close()
    table = AuditTable(lens)
    lens.attribute(layer="eye", progress=False)
    assert table.attributed == 1
