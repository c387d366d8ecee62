"""Pictures of a widget for hosts where no kernel answers, in plain HTML."""

import re
from base64 import b64decode
from collections.abc import Sequence
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.vocabularies import CalibrationsKey
from semanticlens_widgets.projection import project
from semanticlens_widgets.widgets import AuditTable, ConceptMap, Explorer, NeuronGallery
from semanticlens_widgets.widgets.answers.map.layouts import Layouts
from semanticlens_widgets.widgets.palettes import BEYOND_ON_ANY, KINDS, KINDS_ON_ANY
from semanticlens_widgets.widgets.snapshot import sample
from semanticlens_widgets.widgets.snapshot.colours import (
    DIVERGING_ON_ANY,
    NO_VALUE_ON_ANY,
    SEQUENTIAL_ON_ANY,
    of_kinds,
    of_numbers,
    of_ordered,
)
from semanticlens_widgets.widgets.snapshot.html import snapshot_page
from semanticlens_widgets.widgets.snapshot.points_svg import (
    WIDTH,
    Name,
    on_picture,
    placed,
    points_svg,
)
from semanticlens_widgets.widgets.snapshot.sample import MOST, sampled
from tests.benchmarks.large_lens import large_lens
from tests.fakes import (
    COLOURS,
    HOSTILE,
    WordModel,
    attributed_lens,
    cropped_lens,
    fake_database,
    fake_lens,
    picture,
    relabel,
)

BIRD = Requirement("bird", valid=["bird"], spurious=["tree"])
LIMIT = 150_000
HEIGHT = 400


class Page(HTMLParser):
    """The parts of a snapshot."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    def files(self, kind: str) -> list[bytes]:
        beginning = f"data:image/{kind};base64,"
        return [
            b64decode(value[len(beginning) :]) for _, value in self.attributes if value.startswith(beginning)
        ]


def page(widget: Any) -> Page:
    data, _ = widget._repr_mimebundle_()
    return Page(data["text/html"])


def map_of(widget: object) -> ElementTree.Element:
    return ElementTree.fromstring(page(widget).files("svg+xml")[0])  # noqa: S314 - our own


@pytest.fixture
def lens() -> Lens:
    return fake_lens()


WIDGETS = {
    "gallery": lambda: NeuronGallery(fake_lens(), vocabulary=["bird", "car"]),
    "map": lambda: ConceptMap(fake_lens(), layer=""),
    "audit": lambda: AuditTable(attributed_lens(), BIRD),
    "explorer": lambda: Explorer(fake_lens(), query="bird"),
    "lens": fake_lens,
}


@pytest.mark.parametrize("kind", WIDGETS)
def test_a_widget_gives_itself_a_small_picture_without_script_or_address_and_one_line(kind: str) -> None:
    data, _ = WIDGETS[kind]()._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert "\n" not in data["text/plain"]
    assert len(data["text/html"]) < LIMIT
    shown = Page(data["text/html"])
    assert not {"script", "link", "iframe", "object"} & set(shown.tags)
    assert not [name for name, _ in shown.attributes if name.startswith("on")]
    assert all(value.startswith("data:image/") for name, value in shown.attributes if name in ("src", "href"))


@pytest.mark.parametrize("kind", WIDGETS)
def test_a_hostile_label_is_text(kind: str) -> None:
    html = WIDGETS[kind]()._repr_mimebundle_()[0]["text/html"]
    assert "<img src=x" not in html
    for file in Page(html).files("svg+xml"):
        assert b"<img" not in file


def test_names_of_any_length_leave_the_picture_small(lens: Lens) -> None:
    long = "a" * 300_000
    lens._session._foundation_model = None  # clusters are named by the labels of their images
    relabel(lens, [f"{label} {long}" for label in lens.database.samples.labels])
    concept_map = ConceptMap(lens, layer="bn1", method="pca")
    concept_map._session.layouts.task(["bn1"], "pca")._work()
    for widget in (concept_map, NeuronGallery(lens)):
        html = widget._repr_mimebundle_()[0]["text/html"]
        assert len(html) < LIMIT
        assert "aaa…" in html


def test_a_part_that_is_too_large_is_left_out() -> None:
    html = snapshot_page("title", "first", "x" * LIMIT, "last")
    assert len(html) < LIMIT
    assert "first" in html
    assert "last" in html


def test_the_picture_is_saved_with_the_widget_once_it_was_shown(lens: Lens) -> None:
    gallery = NeuronGallery(lens)
    assert gallery.get_state("_picture") == {"_picture": ""}
    data, _ = gallery._repr_mimebundle_()
    assert gallery.get_state("_picture") == {"_picture": data["text/html"]}


def test_the_gallery_shows_its_first_cards_with_their_pictures(lens: Lens) -> None:
    gallery = NeuronGallery(lens, layer="bn1", sort="component", descending=True)
    shown = page(gallery)
    names = re.findall(r"bn1:\d+", shown.text)
    assert names == list(gallery.results["component"])[:8]
    assert "40 neurons of bn1 · by component" in shown.text
    assert len(shown.files("webp")) == 8
    table = lens.scores("bn1").set_index("component")
    assert f"clarity {table['clarity']['bn1:38']:.2g}" in shown.text


def test_a_dead_neuron_is_the_last_card_and_says_so(lens: Lens) -> None:
    shown = page(NeuronGallery(lens, sort="component", components=["bn1:39", "bn1:2"]))
    assert re.findall(r"bn1:\d+", shown.text) == ["bn1:2", "bn1:39"]
    assert "dead: no examples" in shown.text
    assert len(shown.files("webp")) == 1


def test_a_montage_is_of_the_first_examples(lens: Lens) -> None:
    montage = Image.open(
        BytesIO(page(NeuronGallery(lens, layer="bn2", components=["bn2:1"])).files("webp")[0])
    )
    assert montage.size == (128, 128)
    corner = np.asarray(montage.convert("RGB"), dtype=float)[2:6, 2:6].mean((0, 1))
    assert np.abs(corner - COLOURS["car"]).max() < 12


def test_crops_are_shown_as_crops_and_as_whole_images() -> None:
    lens = cropped_lens()
    crops, frames = (page(NeuronGallery(lens, examples_as=way)).files("webp")[0] for way in ("crop", "frame"))
    colourful = [
        np.asarray(Image.open(BytesIO(file)).convert("HSV"))[..., 1].mean() for file in (crops, frames)
    ]
    assert colourful[0] > 2 * colourful[1]


def test_the_first_query_of_a_notebook_is_answered_without_the_words_that_calibrate_it(lens: Lens) -> None:
    shown = page(NeuronGallery(lens, layer="bn1", query="car"))
    assert lens._session.memo.latest(CalibrationsKey) is None
    assert "by alignment with “car”" in shown.text
    assert "not yet" not in shown.text
    expected = lens.search("car", layer="bn1", top=8)
    assert re.findall(r"bn1:\d+", shown.text) == list(expected["component"])
    assert f"alignment {expected['alignment'][0]:.2g}" in shown.text


def test_worst_first_is_the_other_way_round(lens: Lens) -> None:
    gallery = NeuronGallery(lens, layer="bn1", query="car", descending=False)
    assert re.findall(r"bn1:\d+", page(gallery).text) == list(gallery.results["component"][:8])


@pytest.mark.parametrize(("query", "said"), [("car", "not yet ordered by"), ("like #1", "by")])
def test_no_foundation_model_is_loaded_for_a_picture(query: str, said: str) -> None:
    lens = Lens(fake_database())
    assert f" · {said} alignment with “{query}”" in page(NeuronGallery(lens, query=query)).text
    assert lens._session.loaded_foundation_model is None


def test_a_picture_as_a_query_is_not_waited_for(lens: Lens) -> None:
    text = page(NeuronGallery(lens, query=picture("car", 0))).text
    assert "not yet ordered by alignment with 1 picture" in text


def test_a_query_that_fails_leaves_the_picture(lens: Lens) -> None:
    class Failing(WordModel):
        def embed_texts(self, texts: Sequence[str]) -> Tensor:
            raise RuntimeError("out of memory")

    failing = Lens(lens.database, foundation_model=Failing())
    assert "not yet ordered by" in page(NeuronGallery(failing, query="car")).text


def test_what_is_no_query_is_no_order(lens: Lens) -> None:
    lens.search("bird", layer="bn1")
    assert (
        "not yet ordered by alignment with “- -”" in page(NeuronGallery(lens, layer="bn1", query="- -")).text
    )


def test_labels_are_shown_once_the_neurons_are_named(lens: Lens) -> None:
    gallery = NeuronGallery(lens, vocabulary=["bird", "car", "flower"])
    assert "not named yet" in page(gallery).text
    assert list(gallery.results["label"][:3]) == ["bird", "car", "flower"]
    text = page(gallery).text
    assert text.index("bird") < text.index("car") < text.index("flower")


def test_a_busy_lens_holds_up_no_snapshot(lens: Lens) -> None:
    import threading

    lens.search("bird", layer="bn1")
    held, enough = threading.Event(), threading.Event()

    def hold() -> None:
        with lens._session.lock:
            held.set()
            enough.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    text = page(NeuronGallery(lens, layer="bn1", query="car")).text
    enough.set()
    thread.join()
    assert "not yet ordered" in text


def test_the_map_has_a_point_for_every_neuron_with_examples(lens: Lens) -> None:
    drawn = map_of(ConceptMap(lens, layer="bn2"))
    paths = [part for part in drawn if part.tag.endswith("path")]
    assert sum(path.attrib["d"].count("M") for path in paths) == 39
    assert "Map of 40 neurons of bn2 by PCA, not coloured yet" in page(ConceptMap(lens, layer="bn2")).text


def test_drawing_a_map_begins_no_layout(lens: Lens) -> None:
    concept_map = ConceptMap(lens)
    page(concept_map)
    assert not concept_map._session.layouts._tasks


def test_a_map_is_coloured_by_what_is_known_and_has_a_legend() -> None:
    lens = attributed_lens()
    lens.search("bird", layer="bn1")
    lens.scores("bn1")
    lens.audit(BIRD, layer="bn1")
    alignment = lens.rank("bird", "bn1").alignment
    highest = f"{float(alignment.nan_to_num().abs().max()):.2g}"
    expected = {
        "alignment": ["coloured by alignment with “bird”", highest],
        "clarity": ["coloured by clarity"],
        "relevance": ["coloured by relevance for bird"],
        "verdict": ["coloured by verdict for bird", "valid (", "unexpected ("],
    }
    for encoding, said in expected.items():
        text = page(ConceptMap(lens, layer="bn1", query="bird", requirements=BIRD, encoding=encoding)).text
        assert all(part in text for part in said), (encoding, text)


def test_several_layers_are_coloured_by_layer(lens: Lens) -> None:
    text = page(ConceptMap(lens, layer="", encoding="layer")).text
    assert "bn1 (40)" in text
    assert "bn2 (40)" in text


def test_found_clusters_have_their_names_on_the_map(lens: Lens) -> None:
    concept_map = ConceptMap(lens, layer="bn2", method="pca")
    task = concept_map._session.layouts.task(["bn2"], "pca")
    task._work()
    names = [part.text for part in map_of(concept_map) if part.tag.endswith("text")]
    captions = [caption.text for caption in task.now.captions]
    assert names
    assert set(names) <= set(captions)
    assert captions[0] in page(concept_map).text


def test_selected_neurons_have_a_ring(lens: Lens) -> None:
    concept_map = ConceptMap(lens, layer="bn1")
    concept_map.selection = ["bn1:3", "bn1:4", "bn2:1"]
    assert len([part for part in map_of(concept_map) if part.tag.endswith("circle")]) == 2


def test_of_many_points_a_sample_is_drawn_in_which_the_selected_ones_are() -> None:
    concept_map = ConceptMap(large_lens(20_000), method="pca")
    concept_map.selection = ["bn1:19999", "bn1:3"]
    drawn = map_of(concept_map)
    paths = [part for part in drawn if part.tag.endswith("path")]
    assert MOST <= sum(path.attrib["d"].count("M") for path in paths) <= MOST + 2
    assert len([part for part in drawn if part.tag.endswith("circle")]) == 2
    html = concept_map._repr_mimebundle_()[0]["text/html"]
    assert len(html) < LIMIT
    assert re.search(r"Map of 20,000 neurons \(a sample of 3,00\d\) of bn1 by PCA", html)


def test_a_sample_is_the_pca_of_its_own_vectors_and_of_all_layers(lens: Lens, monkeypatch) -> None:
    monkeypatch.setattr(sample, "MOST", 30)
    found = sampled(Layouts(lens), ["bn2", "bn1"], "umap", [0, 79])
    assert {0, 79} <= set(found.rows.tolist())
    assert (np.diff(found.rows) > 0).all()
    assert 30 <= len(found.rows) <= 32
    both = torch.cat([lens.database.component_embeddings[layer] for layer in ("bn2", "bn1")])
    expected = project(both[torch.from_numpy(found.rows)], method="pca").positions
    np.testing.assert_allclose(found.positions, expected)


def test_a_sample_of_a_map_that_is_laid_out_lies_as_the_map_does(lens: Lens, monkeypatch) -> None:
    monkeypatch.setattr(sample, "MOST", 30)
    layouts = Layouts(lens)
    known = layouts.task(["bn1"], "pca").now.projection
    found = sampled(layouts, ["bn1"], "pca", [])
    assert len(found.rows) == 30
    np.testing.assert_allclose(found.positions, known.positions[torch.from_numpy(found.rows)])


def test_a_judged_class_is_shown_with_its_shares_and_neurons() -> None:
    lens = attributed_lens()
    table = AuditTable(lens, BIRD)
    assert "not judged yet" in page(table).text
    assert "bird: valid: bird; spurious: tree" in page(table).text
    audit = lens.audit(BIRD, layer="bn1")
    shown = page(table)
    assert audit.table["component"][0] in shown.text
    assert f"{float(audit.verdict_shares[0, 1]):.1%}" in shown.text


def test_a_class_is_judged_by_what_holds_for_every_class_too() -> None:
    lens = attributed_lens()
    table = AuditTable(lens, {None: {"spurious": ["tree"]}, "bird": {"valid": ["bird"]}}, class_name="bird")
    lens.audit(BIRD, layer="bn1")
    expected = lens.audit(BIRD, layer="bn1")
    assert f"{float(expected.verdict_shares[0, 1]):.1%}" in page(table).text


def test_what_holds_for_every_class_is_asked_of_the_class_that_is_shown() -> None:
    lens = attributed_lens()
    required = {None: {"spurious": ["tree"]}}
    expected = lens.audit(required, layer="bn1")
    widgets = [
        AuditTable(lens, required, class_name="tree"),
        ConceptMap(lens, layer="bn1", class_name="tree", requirements=required, encoding="verdict"),
    ]
    assert len(expected.classes) > 1
    shown, coloured = (page(widget).text for widget in widgets)
    assert f"{float(expected.verdict_shares[expected.classes.index('tree'), 1]):.1%}" in shown
    assert "coloured by verdict for tree" in coloured


def test_the_explorer_shows_the_map_and_what_is_beside_it() -> None:
    lens = attributed_lens()
    neurons, audit = page(Explorer(lens)), page(Explorer(lens, requirements=BIRD))
    assert "Map of 40 neurons" in neurons.text
    assert "40 neurons of bn1" in neurons.text
    assert "Map of 40 neurons" in audit.text
    assert "Audit of bn1" in audit.text


def test_a_picture_that_cannot_be_drawn_leaves_the_widget(
    lens: Lens, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gallery = NeuronGallery(lens)
    monkeypatch.setattr(gallery._session.rankings, "order", None)
    data, _ = gallery._repr_mimebundle_()
    assert "text/html" not in data
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_point_is_where_its_position_says_with_y_up() -> None:
    points, others = on_picture(np.array([[0, 0], [1, 1], [np.nan, 0]]), np.array([[0.5, 0.5]]), HEIGHT)
    size = HEIGHT - 2 * 28
    np.testing.assert_allclose(points[0], [(WIDTH - size) / 2, HEIGHT - 28])
    np.testing.assert_allclose(points[1], [(WIDTH + size) / 2, 28])
    np.testing.assert_allclose(others[0], [WIDTH / 2, HEIGHT / 2])
    assert np.isnan(points[2]).any()


def test_a_single_point_is_in_the_middle() -> None:
    points, _ = on_picture(np.array([[3.0, 4.0]]), np.zeros((0, 2)), HEIGHT)
    np.testing.assert_allclose(points, [[WIDTH / 2, HEIGHT / 2]])


def test_names_stand_in_view_and_none_over_another() -> None:
    names = placed(
        [Name("first", 100.0, 100.0), Name("second", 110.0, 105.0), Name("third", -50.0, 300.0)], HEIGHT
    )
    assert [name.text for name in names] == ["first", "third"]
    assert names[1].x > 0


def test_a_name_with_what_no_xml_may_hold_is_a_picture_all_the_same() -> None:
    colouring = of_kinds("", np.zeros(1, dtype=int), ["one"])
    file = points_svg(
        np.array([[1.0, 2.0]]), colouring, [Name(f"\0{HOSTILE}\x1b&", 100.0, 100.0)], [], HEIGHT
    )
    written = next(part for part in ElementTree.fromstring(file) if part.tag.endswith("text"))  # noqa: S314 - our own
    assert written.text == f"{HOSTILE}&"


def test_colours_go_from_low_to_high_around_zero_and_none_is_grey() -> None:
    found = of_numbers("", np.array([-1.0, 0.0, 2.0, np.nan]), around_zero=True)
    drawn = [found.colours[place] for place in found.place]
    assert drawn[1] == DIVERGING_ON_ANY[3]
    assert drawn[2] == DIVERGING_ON_ANY[-1]
    assert drawn[3] == NO_VALUE_ON_ANY
    assert [text for _, text in found.legend] == ["-2", "2"]


def test_without_any_number_all_points_are_alike() -> None:
    assert set(of_numbers("", np.full(3, np.nan), around_zero=False).place) == {0}


def test_the_picture_of_a_map_is_as_high_as_the_map(lens: Lens) -> None:
    for height in (300, 520):
        concept_map = ConceptMap(lens, layer="bn2", method="pca", height=height)
        html = concept_map._repr_mimebundle_()[0]["text/html"]
        assert f'width="{WIDTH}" height="{height}"' in html
        assert map_of(concept_map).get("viewBox") == f"0 0 {WIDTH} {height}"


def test_kinds_beyond_the_colours_share_a_grey_and_the_legend_says_so() -> None:
    n = len(KINDS_ON_ANY)
    assert n == len(KINDS), "the picture tells as many kinds apart as the widget"
    found = of_kinds("", np.arange(n + 3), [f"kind {number}" for number in range(n + 3)])
    drawn = [found.colours[place] for place in found.place]
    assert len(set(drawn[:n])) == n
    assert set(drawn[n:]) == {BEYOND_ON_ANY}
    assert found.legend[-1] == (BEYOND_ON_ANY, "the last 3 share this grey")


def test_kinds_in_order_have_the_colours_of_amounts() -> None:
    found = of_ordered("", np.array([0, 1, 2]), ["first", "middle", "last"])
    assert [found.colours[place] for place in found.place] == [SEQUENTIAL_ON_ANY[step] for step in (0, 4, 8)]
    assert of_ordered("", np.array([0]), ["only"]).legend == [(SEQUENTIAL_ON_ANY[0], "only (1)")]


def test_the_legend_of_clusters_says_how_many_members_agree(lens: Lens) -> None:
    lens._session._foundation_model = None
    concept_map = ConceptMap(lens, layer="bn1", method="pca", encoding="cluster")
    concept_map._session.layouts.task(["bn1"], "pca").finish()
    named = concept_map.clusters[lambda table: table["name"] != ""].iloc[0]
    legend = f"{named['name']}, {100 * named['agreement']:.0f} % agree ({named['size']})"
    assert legend in concept_map._repr_mimebundle_()[0]["text/html"]
