"""The gallery from Python: what can be set, read and observed."""

import json

import pytest
from PIL import Image

from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets import NeuronGallery
from tests.fakes import WordModel, fake_database, fake_lens, picture

N = 20


@pytest.fixture
def lens() -> Lens:
    return fake_lens(N)


@pytest.fixture
def gallery(lens: Lens) -> NeuronGallery:
    return NeuronGallery(lens, layer="bn1")


def test_it_begins_with_its_layer_and_no_query(gallery) -> None:
    assert (gallery.layer, gallery.query, gallery.sort, gallery.descending) == ("bn1", "", "alignment", True)
    assert gallery.layers == [{"name": "bn1", "n_components": N}, {"name": "bn2", "n_components": N}]
    assert gallery.selection == []
    assert gallery.foundation_model == "words"
    assert gallery.caveat == "knows six words"


def test_it_begins_as_asked(lens) -> None:
    gallery = NeuronGallery(lens, layer="bn2", query="car", sort="clarity", descending=False, height=400)
    assert (gallery.layer, gallery.query, gallery.sort) == ("bn2", "car", "clarity")
    assert (gallery.descending, gallery.height) == (False, 400)


def test_results_are_what_is_shown_in_its_order(gallery, lens) -> None:
    gallery.query = "bird"
    table = gallery.results
    expected = lens.rank("bird", "bn1").alignment
    assert len(table) == N
    assert table["component"][0] == "bn1:0"
    assert table["alignment"][0] == pytest.approx(float(expected.nan_to_num(nan=-1).max()))
    gallery.sort = "component"
    gallery.descending = False
    assert gallery.results["index"].tolist() == list(range(N))


def test_results_without_a_query_have_no_alignment(gallery) -> None:
    assert gallery.results["alignment"].isna().all()


def test_changing_the_table_does_not_change_the_gallery(gallery) -> None:
    table = gallery.results
    table["clarity"] = 7.0
    assert (gallery.results["clarity"] != 7.0).any()


def test_an_image_can_be_the_query(gallery) -> None:
    gallery.query = picture("car", 3)
    assert isinstance(gallery.query, list)
    assert gallery.results["component"][0] == "bn1:1"
    assert gallery.get_state("query") == {"query": ""}


def test_several_images_can_be_the_query(gallery) -> None:
    gallery.query = [picture("tree", 3), picture("tree", 4)]
    assert len(gallery.query) == 2
    assert gallery.results["component"][0] == "bn1:3"


def test_text_replaces_an_image_query(gallery) -> None:
    gallery.query = picture("car", 3)
    gallery.query = "bird"
    assert gallery.query == "bird"
    assert gallery.query_image == ""


def test_what_the_browser_sends_leaves_its_image_alone(gallery) -> None:
    handle = gallery._session.images.add([picture("car", 3)])
    gallery.set_state({"query_image": handle, "query": "bird"})
    assert gallery.query == "bird"
    assert gallery.query_image == handle


def test_changes_can_be_observed(gallery) -> None:
    seen = []
    gallery.observe(lambda change: seen.append((change.name, change.new)), ["query", "layer", "selection"])
    gallery.query = "bird"
    gallery.layer = "bn2"
    gallery.selection = ["3"]
    assert seen == [("query", "bird"), ("layer", "bn2"), ("selection", ["bn2:3"])]


def test_a_selection_is_of_full_names_once_each(gallery) -> None:
    gallery.selection = ["#3", "bn1:3", "bn2:4", "5"]
    assert gallery.selection == ["bn1:3", "bn2:4", "bn1:5"]


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("layer", "bn3", LayerNotFoundError, "no layer 'bn3'; did you mean 'bn"),
        ("sort", "claritty", ValueError, "did you mean 'clarity'"),
        ("height", 10, ValueError, "height must be between 240 and 4,000, not 10"),
        ("n_examples_shown", 0, ValueError, "between 1 and 30"),
        ("selection", ["bn1:999"], ValueError, "components 0 to 19, not '999'"),
        ("selection", ["bn3:1"], LayerNotFoundError, "no layer 'bn3'"),
        ("query", "x" * 10_000, ValueError, "at most 1,000 characters, not 10,000"),
        ("query", 7, TypeError, "query must be text, a PIL image or a list of PIL images, not 7"),
        ("query", ["bird"], TypeError, "PIL images"),
        ("query", [], ValueError, "at least one image"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(gallery, name, value, error, message) -> None:
    before = getattr(gallery, name)
    with pytest.raises(error, match=message):
        setattr(gallery, name, value)
    assert getattr(gallery, name) == before


def test_an_unknown_layer_is_refused_at_the_door(lens) -> None:
    with pytest.raises(LayerNotFoundError, match="bn7"):
        NeuronGallery(lens, layer="bn7")


def test_all_widgets_of_a_lens_share_one_channel_and_all_lenses_one_bundle(lens) -> None:
    first, second, other = NeuronGallery(lens), NeuronGallery(lens), NeuronGallery(fake_lens(6))
    assert first._channel is second._channel
    assert first._channel is not other._channel
    assert first._bundle is other._bundle


def test_the_state_of_a_widget_is_small(gallery) -> None:
    gallery.query = picture("car", 3)
    state = {name: value for name, value in gallery.get_state().items() if not name.startswith("_model")}
    assert len(json.dumps(state)) < 20_000
    assert len(gallery._esm) < 2_000


def test_without_a_front_end_it_says_in_text_what_it_is(gallery) -> None:
    gallery.query = "bird"
    gallery.selection = ["3"]
    data, *_ = gallery._repr_mimebundle_()
    assert data["text/plain"] == (
        "<NeuronGallery of bn1: 20 neurons, query 'bird', 1 selected; open the notebook in Jupyter to see it>"
    )
    assert "application/vnd.jupyter.widget-view+json" in data


def test_an_image_query_is_told_in_text(gallery) -> None:
    gallery.query = Image.new("RGB", (9, 9))
    assert "query of 1 image" in repr(gallery)


def test_a_lens_without_its_foundation_model_can_be_looked_at() -> None:
    gallery = NeuronGallery(Lens(fake_database(N)))
    assert gallery.caveat == "knows six words"
    assert len(gallery.results) == N
    gallery.query = "bird"
    with pytest.raises(ValueError, match="foundation_model"):
        _ = gallery.results


def test_a_closed_channel_is_replaced(lens) -> None:
    first = NeuronGallery(lens)
    first._channel.close()
    assert NeuronGallery(lens)._channel is not first._channel


def test_a_gallery_that_is_made_with_an_image_has_it(lens) -> None:
    assert NeuronGallery(lens, layer="bn1", query=picture("boat", 1)).results["component"][0] == "bn1:5"


def test_the_fake_model_is_the_lens_own(lens) -> None:
    assert isinstance(lens.foundation_model, WordModel)


def test_a_misspelt_trait_is_not_set_beside_it(lens):
    gallery = NeuronGallery(lens)
    with pytest.raises(AttributeError, match="a NeuronGallery has no 'qurey'; did you mean 'query'"):
        gallery.qurey = "bird"
    gallery.note = "mine"
    assert gallery.note == "mine"
