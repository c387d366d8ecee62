"""The map from Python: what can be set, read and observed."""

import gc
import json
import weakref

import pytest

from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets import ConceptMap, NeuronGallery
from tests.fakes import fake_lens, picture

N = 20


@pytest.fixture
def lens() -> Lens:
    return fake_lens(N)


@pytest.fixture
def concept_map(lens: Lens) -> ConceptMap:
    return ConceptMap(lens, layer="bn1")


def test_it_begins_in_the_colours_of_the_query_to_come(concept_map) -> None:
    assert (concept_map.layer, concept_map.query) == ("bn1", "")
    assert (concept_map.encoding, concept_map.method) == ("alignment", "umap")
    assert concept_map.camera == [0.5, 0.5, 1.0]
    assert concept_map.height == 520
    assert concept_map.layers == [{"name": "bn1", "n_components": N}, {"name": "bn2", "n_components": N}]
    assert (concept_map.foundation_model, concept_map.caveat) == ("words", "knows six words")


def test_it_begins_as_asked(lens) -> None:
    concept_map = ConceptMap(lens, layer="bn2", query="car", encoding="clarity", method="pca", height=400)
    assert (concept_map.layer, concept_map.query, concept_map.encoding) == ("bn2", "car", "clarity")
    assert (concept_map.method, concept_map.height) == ("pca", 400)


def test_all_layers_can_be_on_one_map(lens) -> None:
    concept_map = ConceptMap(lens, layer="")
    assert concept_map.layer == ""
    assert repr(concept_map).startswith("<ConceptMap of bn1, bn2: 40 neurons;")


def test_an_image_can_be_the_query(concept_map) -> None:
    concept_map.query = picture("car", 3)
    assert isinstance(concept_map.query, list)
    assert concept_map.get_state("query") == {"query": ""}
    assert "query of 1 image" in repr(concept_map)


def test_a_selection_is_of_full_names_once_each(concept_map) -> None:
    concept_map.selection = ["#3", "bn1:3", "bn2:4"]
    assert concept_map.selection == ["bn1:3", "bn2:4"]
    concept_map.layer = ""
    concept_map.selection = ["bn2:4", "bn1:0"]
    with pytest.raises(ValueError, match="'#3' is in which layer\\? write 'bn1:3'"):
        concept_map.selection = ["#3"]
    assert concept_map.selection == ["bn2:4", "bn1:0"]


def test_changes_can_be_observed(concept_map) -> None:
    seen = []
    concept_map.observe(
        lambda change: seen.append((change.name, change.new)),
        ["query", "layer", "encoding", "method", "selection", "camera"],
    )
    concept_map.query = "bird"
    concept_map.encoding = "cluster"
    concept_map.method = "pca"
    concept_map.selection = ["3"]
    concept_map.layer = ""
    concept_map.camera = [0.2, 0.3, 4]
    assert seen == [
        ("query", "bird"),
        ("encoding", "cluster"),
        ("method", "pca"),
        ("selection", ["bn1:3"]),
        ("layer", ""),
        ("camera", [0.2, 0.3, 4.0]),
    ]


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("layer", "bn3", LayerNotFoundError, "no layer 'bn3'; did you mean 'bn"),
        ("encoding", "claritty", ValueError, "did you mean 'clarity'"),
        ("method", "tsne", ValueError, "method must be 'pca' or 'umap', not 'tsne'"),
        ("height", 10, ValueError, "height must be between 240 and 4,000, not 10"),
        ("selection", ["bn1:999"], ValueError, "components 0 to 19, not '999'"),
        ("selection", ["bn3:1"], LayerNotFoundError, "no layer 'bn3'"),
        ("camera", [0.5, 0.5], ValueError, "x, y and a zoom above 0"),
        ("camera", [0.5, 0.5, 0.0], ValueError, "x, y and a zoom above 0"),
        ("camera", [float("nan"), 0.5, 1.0], ValueError, "x, y and a zoom above 0"),
        ("query", "x" * 10_000, ValueError, "at most 1,000 characters, not 10,000"),
        ("query", 7, TypeError, "query must be text, a PIL image or a list of PIL images, not 7"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(concept_map, name, value, error, message) -> None:
    before = getattr(concept_map, name)
    with pytest.raises(error, match=message):
        setattr(concept_map, name, value)
    assert getattr(concept_map, name) == before


@pytest.mark.parametrize(
    ("given", "error"), [({"layer": "bn7"}, LayerNotFoundError), ({"method": "tsne"}, ValueError)]
)
def test_what_cannot_be_is_refused_at_the_door(lens, given, error) -> None:
    with pytest.raises(error):
        ConceptMap(lens, **given)


def test_map_and_gallery_of_a_lens_share_one_channel(lens) -> None:
    assert ConceptMap(lens)._channel is NeuronGallery(lens)._channel


def test_the_state_of_a_map_is_small(concept_map) -> None:
    concept_map.query = picture("car", 3)
    state = {name: value for name, value in concept_map.get_state().items() if not name.startswith("_model")}
    assert len(json.dumps(state)) < 20_000


def test_a_lens_whose_widgets_were_closed_knows_where_its_components_lie(lens) -> None:
    before = ConceptMap(lens)._session
    before.channel.close()
    after = ConceptMap(lens)._session
    assert after.channel is not before.channel
    assert after.layouts is before.layouts


def test_closing_the_last_widget_of_a_lens_closes_its_channel(lens) -> None:
    first, second = ConceptMap(lens), NeuronGallery(lens)
    first.close()
    first.close()
    assert second._channel.comm is not None
    second.close()
    assert second._channel.comm is None
    assert ConceptMap(lens)._channel.comm is not None


def test_a_lens_that_was_shown_can_be_forgotten() -> None:
    lens = fake_lens(N)
    view, forgotten = ConceptMap(lens, method="pca"), weakref.ref(lens)
    view._session.layouts.task(["bn1"], "pca").finish(lambda *_: None)
    view.close()
    del lens, view
    gc.collect()
    assert forgotten() is None
