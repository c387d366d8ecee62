"""Examples as crops and under heat maps: what the browser gets, and what may be asked."""

import io
import re
from base64 import b64encode
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets._figure import draw_components
from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.neurons.handlers import neuron_handlers
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings
from semanticlens_widgets.widgets.audit_table import AuditTable
from semanticlens_widgets.widgets.concept_map import ConceptMap
from semanticlens_widgets.widgets.explorer import Explorer
from semanticlens_widgets.widgets.kernel.request import Answer, Cancelled, Request
from semanticlens_widgets.widgets.neuron_gallery import NeuronGallery
from tests.colour_world import ColourSpace
from tests.fakes import WordModel, cropped_lens, fake_database


@pytest.fixture(scope="module")
def lens() -> Lens:
    return cropped_lens()


@pytest.fixture(scope="module")
def frames() -> Lens:
    return Lens(fake_database(12), foundation_model=WordModel())


WIDGETS = (NeuronGallery, ConceptMap, AuditTable, Explorer)


def ask(lens: Lens, kind: str, **params) -> Answer:
    return neuron_handlers(Rankings(lens, QueryImages()))[kind](Request("1", kind, params, []))


def pictures(answer: Answer) -> list[Image.Image | None]:
    data, offsets = bytes(answer.buffers[0]), answer.result["offsets"]
    files = [data[start:end] for start, end in pairwise(offsets)]
    return [Image.open(io.BytesIO(file)).convert("RGB") if file else None for file in files]


@pytest.mark.parametrize("size", ["small", "large"])
def test_crops_come_by_component_and_rank(lens, size):
    found = pictures(ask(lens, "example_crops", layer="eye", examples=[[0, 1], [2, 0]], size=size))
    for picture, (component, rank) in zip(found, [(0, 1), (2, 0)], strict=True):
        row = lens.database.crops.rows["eye"][component, rank]
        left, top, right, bottom = lens.database.crops.boxes[row].tolist()
        assert picture.size == (right - left, bottom - top)
        assert np.asarray(picture, float).mean((0, 1)).argmax() == component


def test_a_layer_without_crops_shows_whole_images(lens):
    [picture] = pictures(ask(lens, "example_crops", layer="head", examples=[[0, 0]]))
    assert picture.size == (96, 64)


def test_large_crops_of_a_dataset_that_has_moved_are_the_stored_ones(lens):
    class Gone:
        fingerprint = "gone"

        def __len__(self):
            return 12

        def image(self, sample):
            raise OSError("moved")

        def label(self, sample):
            return None

        def name(self, sample):
            return str(sample)

    away = Lens(lens.database, foundation_model=ColourSpace(), images=Gone())
    params = {"layer": "eye", "examples": [[1, 0]]}
    small, large = (ask(away, "example_crops", **params, size=size).buffers for size in ("small", "large"))
    assert (
        bytes(small[0])
        == bytes(large[0])
        == lens.database.crops.thumbnail(int(lens.database.crops.rows["eye"][1, 0]))
    )


def test_heat_maps_are_whole_images_bright_where_the_component_responds(lens):
    [picture] = pictures(ask(lens, "example_heatmaps", layer="eye", examples=[[0, 0]], size="large"))
    assert picture.size == (96, 64)
    row = lens.database.crops.rows["eye"][0, 0]
    left, top, right, bottom = lens.database.crops.boxes[row].tolist()
    warmth = np.asarray(picture, float)
    warmth = warmth[..., 0] - warmth[..., 2]
    y, x = np.unravel_index(warmth.argmax(), warmth.shape)
    assert left <= x < right
    assert top <= y < bottom


def test_an_example_that_is_not_there_has_no_picture(frames):
    last = frames.database.examples["bn1"].n_components - 1
    assert pictures(ask(frames, "example_crops", layer="bn1", examples=[[last, 0]])) == [None]


def test_heat_maps_stop_when_nobody_waits_for_them(lens):
    request = Request("1", "example_heatmaps", {"layer": "eye", "examples": [[0, 0]]}, [])
    request.cancel()
    with pytest.raises(Cancelled):
        neuron_handlers(Rankings(lens, QueryImages()))["example_heatmaps"](request)


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ([[3, 0]], r"an example is \[component, rank\], in 0 to 2 and 0 to 3, not \[3, 0\]"),
        ([[0, -1]], r"not \[0, -1\]"),
        ([0], "not 0"),
        ([["0", 0]], "not"),
        ([[0, 0]] * 1001, "at most 1000 at once, not 1001"),
    ],
)
@pytest.mark.parametrize("kind", ["example_crops", "example_heatmaps"])
def test_examples_that_cannot_be_are_refused(lens, kind, examples, message):
    with pytest.raises(ValueError, match=message):
        ask(lens, kind, layer="eye", examples=examples)


def test_the_detail_tells_which_part_of_its_image_an_example_is(lens, frames):
    examples = ask(lens, "detail", layer="eye", component=1).result["examples"]
    row = lens.database.crops.rows["eye"][1, 0]
    left, top, right, bottom = lens.database.crops.boxes[row].tolist()
    assert examples[0]["box"] == pytest.approx([left / 96, top / 64, right / 96, bottom / 64])
    assert [one["box"] for one in ask(lens, "detail", layer="head", component=1).result["examples"]] == [
        None
    ] * 4
    assert ask(frames, "detail", layer="bn1", component=0).result["examples"][0]["box"] is None


@pytest.mark.parametrize("widget", WIDGETS)
def test_a_widget_shows_examples_as_what_they_are_and_offers_what_its_lens_can(lens, frames, widget):
    saved = Lens(lens.database, foundation_model=ColourSpace())
    unattached = Lens(replace(lens.database, crops=None), foundation_model=ColourSpace())
    shown = [widget(each) for each in (lens, saved, unattached, frames)]
    assert [each.examples_as for each in shown] == ["crop", "crop", "frame", "frame"]
    assert [each.examples_choices for each in shown] == [
        ["frame", "crop", "heatmap"],
        ["frame", "crop"],
        ["frame"],
        ["frame"],
    ]
    assert widget(lens, examples_as="heatmap").examples_as == "heatmap"


@pytest.mark.parametrize(
    ("way", "message"),
    [
        ("crop", "examples_as='crop' needs crops, which this lens was built without; build it with"),
        ("heatmap", "examples_as='heatmap' needs the model and the images; pass both"),
        ("crops", "examples_as must be 'frame', 'crop' or 'heatmap', not 'crops'; did you mean 'crop'?"),
    ],
)
@pytest.mark.parametrize("widget", WIDGETS)
def test_a_way_that_the_lens_cannot_show_is_refused_and_changes_nothing(frames, widget, way, message):
    shown = widget(frames)
    with pytest.raises(ValueError, match=re.escape(message)):
        shown.examples_as = way
    assert shown.examples_as == "frame"
    with pytest.raises(ValueError, match=re.escape(message)):
        widget(frames, examples_as=way)


def test_pictures_of_examples_are_the_crops_where_the_examples_are_crops(lens):
    crops, samples = lens.database.crops, lens.database.samples
    expected = [crops.thumbnail(row) for row in crops.rows["eye"][1].tolist()]
    assert lens.database.example_thumbnails("eye", 1) == expected
    assert lens.database.example_thumbnails("eye", 1, 2) == expected[:2]
    whole = samples.rows(lens.database.examples["head"].sample_ids[1]).tolist()
    assert lens.database.example_thumbnails("head", 1) == [samples.thumbnail(row) for row in whole]


def test_an_example_that_is_not_there_leaves_no_gap_among_the_pictures(frames):
    examples = frames.database.examples["bn1"]
    ids = torch.cat([examples.sample_ids[:, :1], torch.full_like(examples.sample_ids[:, 1:], -1)], dim=1)
    database = replace(frames.database, examples={"bn1": replace(examples, sample_ids=ids)})
    row = int(database.samples.rows(ids[0, :1]))
    assert database.example_thumbnails("bn1", 0) == [database.samples.thumbnail(row)]


def test_the_page_of_an_audit_shows_crops(lens):
    lens.attribute(layer="eye", classes=["red", "green", "blue"], progress=False)
    audit = lens.audit(Requirement("red", valid=["red"]), layer="eye")
    shown = re.findall(r"base64,([^\"]+)", audit.to_html())
    crops = [
        b64encode(file).decode() for row in range(3) for file in lens.database.example_thumbnails("eye", row)
    ]
    assert shown
    assert set(shown) <= set(crops)


def test_a_drawn_figure_shows_crops(lens):
    figure = np.asarray(draw_components(lens, {"colours": ["eye:1"]}), float)
    tile = figure[60:124, 224:288]
    assert tile.mean((0, 1)).argmax() == 1
    assert tile[..., 1].mean() > 100  # a whole image is grey but for its patch
