"""Everything that somebody tries on the first day works, or is answered in one sentence with the way out."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets import NeuronGallery
from tests.colour_world import COLOURS, ColourModel, labels, pictures, to_tensor
from tests.fakes import attributed_lens
from tests.refusals import build

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def lens() -> Lens:
    return build(layers=["eye", "head"]).attribute(classes=list(COLOURS), progress=False)


def test_every_wrong_argument_is_answered_with_the_way_out():
    """In a process of its own: here, types are checked before we see them."""
    script = [sys.executable, "-W", "ignore", "-m", "tests.refusals"]
    ran = subprocess.run(script, capture_output=True, text=True, cwd=REPOSITORY, check=True)
    (counted,) = re.findall(r"^(\d+) refused$", ran.stdout, re.MULTILINE)
    assert int(counted) >= 58, ran.stdout


def test_a_picture_is_a_query_as_a_file_and_as_pixels(lens, tmp_path):
    red = Image.fromarray(pictures()[0])
    red.save(tmp_path / "red.png")
    first = lens.search(red, layer="eye")
    for other in (tmp_path / "red.png", np.asarray(red), to_tensor(red), [tmp_path / "red.png"]):
        assert lens.search(other, layer="eye").equals(first)
    assert lens.search(np.array([1.0, 0.0, 0.0], np.float32), layer="eye")["component"][0] == "eye:0"


def test_a_file_can_be_a_concept(lens, tmp_path):
    Image.fromarray(pictures()[0]).save(tmp_path / "red.png")
    audit = lens.audit(Requirement("red", valid=[tmp_path / "red.png"]), layer="eye")
    assert audit.answers.names == ("image",)


def test_requirements_are_read_before_the_model_runs():
    fresh = build()
    with pytest.raises(ValueError, match="there is no file 'absent.yaml'"):
        fresh.audit("absent.yaml")
    assert not fresh.database.relevance


def test_a_missing_relevance_names_what_is_known():
    with pytest.raises(ValueError, match="or ask for what is known: layer='bn1'"):
        attributed_lens().audit(Requirement("bird", valid=["bird"]))


@pytest.mark.parametrize("name", ["r.csv", "r.yaml", "r.json"])
def test_a_file_of_requirements_that_is_no_utf8_says_so(lens, tmp_path, name):
    (tmp_path / name).write_bytes("red: é".encode("latin-1"))
    with pytest.raises(ValueError, match="UTF-8"):
        lens.audit(tmp_path / name)


def test_requirements_are_read_from_json(lens, tmp_path):
    (tmp_path / "r.json").write_text('{"red": {"valid": ["red"]}}')
    assert lens.audit(tmp_path / "r.json", layer="eye").classes == ("red",)


def test_an_audit_is_not_written_where_there_is_no_folder(lens, tmp_path):
    audit = lens.audit(Requirement("red", valid=["red"]), layer="eye")
    with pytest.raises(ValueError, match="path must be in an existing folder"):
        audit.to_html(tmp_path / "absent" / "a.html")
    with pytest.raises(ValueError, match="path must be a file, and .* is a folder"):
        audit.to_json(tmp_path)


def test_a_component_that_is_named_twice_is_taken_out_once(lens):
    assert lens.ablation(["eye:1", "eye:1"], n_draws=1, progress=False).components == {"eye": ["eye:1"]}


def test_names_in_a_column_of_a_table_are_names(lens):
    names = pd.Series(["eye:0", "eye:1"], index=[7, 9])
    assert set(lens.samples(names)["component"]) == {"eye:0", "eye:1"}


def test_other_images_than_those_of_the_lens_are_refused_by_their_number(lens, tmp_path):
    path = lens.save(tmp_path / "a.lens")
    with pytest.raises(ValueError, match="images must be the 24 that the lens was built with, .* not 5"):
        Lens.open(path, images=pictures()[:5])


def test_home_is_found_in_paths(lens, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    lens.save("~/a.lens")
    assert (tmp_path / "a.lens" / "lens.json").is_file()
    assert Lens.open("~/a.lens").layers == ["eye", "head"]


def test_a_folder_or_file_that_is_no_lens_says_what_it_is(tmp_path):
    with pytest.raises(ValueError, match="is not a lens: it is a folder without lens.json"):
        Lens.open(tmp_path)
    (tmp_path / "a").write_text("")
    with pytest.raises(ValueError, match="is not a lens: it is a file; a lens is a folder"):
        Lens.open(tmp_path / "a")


def test_labels_that_are_numbers_are_the_outputs_they_name():
    class Wide(ColourModel):
        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            red, green, blue = super().forward(pixels).unbind(1)
            zeros = torch.zeros(len(pixels), 7)
            return torch.cat([torch.stack([red, green], 1), zeros, zeros[:, :1], blue[:, None]], 1)

    numbers = [str(10 if name == "blue" else list(COLOURS).index(name)) for name in labels()]
    found = build(Wide(), as_images(pictures(), labels=numbers))
    relevance = found.attribute(progress=False).relevance("eye")
    assert dict(zip(relevance.classes, relevance.outputs.tolist(), strict=True)) == {"0": 0, "1": 1, "10": 10}


def test_a_dataset_says_in_which_order_its_classes_are():
    class Numbered(torch.utils.data.Dataset):
        classes = tuple(COLOURS)

        def __len__(self) -> int:
            return 9

        def __getitem__(self, number: int) -> tuple[Image.Image, int]:
            return Image.fromarray(pictures()[number]), number % 3

    for images in (Numbered(), torch.utils.data.Subset(Numbered(), range(8))):
        assert build(images=images).attribute(progress=False).relevance("eye").classes == tuple(COLOURS)


def test_a_list_of_pairs_is_a_dataset(tmp_path):
    frames = [Image.fromarray(frame) for frame in pictures()[:2]]
    frames[0].save(tmp_path / "a.png")
    pairs = as_images([(frames[0], 3), (frames[1], "red")])
    assert [pairs.label(sample) for sample in range(2)] == ["3", "red"]
    assert pairs.image(1).tobytes() == frames[1].tobytes()
    files = as_images([(tmp_path / "a.png", torch.tensor(1))])
    assert (files.name(0), files.label(0)) == ("a.png", "1")
    entries = as_images([{"image": frames[0], "label": None}])
    assert entries.label(0) is None


def test_an_empty_cell_of_a_column_of_labels_is_no_label():
    images = as_images(pictures()[:3], labels=pd.Series(["red", None, float("nan")]))
    assert [images.label(sample) for sample in range(3)] == ["red", None, None]


def test_a_table_of_files_is_answered_with_the_way_out():
    with pytest.raises(TypeError, match=r"as_images\(list\(table\['file'\]\), labels=table\['label'\]\)"):
        as_images(pd.DataFrame({"file": ["a.png"], "label": ["x"]}))


def test_a_csv_that_is_no_utf8_says_so(tmp_path):
    with (tmp_path / "labels.csv").open("w", encoding="latin-1", newline="") as file:
        csv.writer(file).writerows([["file", "label"], ["a.png", "é"]])
    with pytest.raises(ValueError, match="must be UTF-8 text; save it as UTF-8"):
        as_images(tmp_path)


def test_what_a_lens_is_made_of_prints_on_a_line(lens):
    database = lens.database
    assert repr(database) == "<ConceptDatabase of ColourModel: eye (3), head (3); 24 images; colour space>"
    assert repr(database.samples) == f"<{len(database.samples)} samples with embeddings of 3 dimensions>"
    assert repr(database.examples["eye"]) == (
        "<ConceptExamples of eye: the 4 best of 24 samples for each of 3 components>"
    )
    assert repr(lens.relevance("eye")) == (
        "<Relevance of eye by gradient: 3 components for 3 classes, over 24 samples>"
    )


def test_a_card_has_places_for_as_many_examples_as_there_are(lens):
    assert NeuronGallery(lens).n_examples_shown == 4
    assert NeuronGallery(attributed_lens()).n_examples_shown == 9
