"""A lens that an earlier version saved still opens, value by value."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets.concepts import open_database, save_database

GOLDEN = Path(__file__).with_name("golden") / "lens_v5"
CROPPED = GOLDEN.with_name("lens_v5_cropped")


def colour(file: bytes) -> str:
    """The strongest channel of a picture."""
    pixels = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
    return ("red", "green", "blue")[int(pixels[1, 1].argmax())]


def test_a_lens_of_version_5_opens_with_its_values():
    database = open_database(GOLDEN)
    examples = database.examples["layer1"]
    assert database.layers == ["layer1", "layer2"]
    assert examples.sample_ids.tolist() == [[2, 5], [9, 2], [5, -1]]
    assert examples.scores.tolist() == [[3.0, 1.0], [0.5, -2.0], [1.0, -torch.inf]]
    assert examples.positions.tolist() == [[0, 3], [1, 1], [2, -1]]
    assert (examples.grid, examples.n_samples, examples.sign) == ((2, 2), 10, "positive")
    assert database.samples.ids.tolist() == [2, 5, 9]
    assert list(database.samples.labels) == ["cat", None, "<img src=x onerror=alert(1)>"]
    files = [database.samples.thumbnail(row) for row in range(3)]
    assert (colour(files[0]), files[1], colour(files[2])) == ("red", b"", "blue")
    assert tuple(database.component_embeddings["layer2"].shape) == (3, 4)
    assert database.provenance.broken == {"d.png": "truncated"}


def test_a_lens_of_version_5_opens_with_its_crops():
    database = open_database(CROPPED)
    crops = database.crops
    assert crops.sample_ids.tolist() == [2, 2, 5]
    assert crops.boxes.tolist() == [[0, 0, 4, 4], [2, 1, 6, 5], [3, 0, 9, 6]]
    assert crops.sizes.tolist() == [[8, 6], [8, 6], [9, 7]]
    assert crops.embeddings[2].tolist() == [8.0, 9.0, 10.0, 11.0]
    assert {layer: rows.tolist() for layer, rows in crops.rows.items()} == {
        "layer2": [[1, 2], [0, 1], [2, -1]]
    }
    files = [crops.thumbnail(row) for row in range(3)]
    assert (colour(files[0]), files[1], colour(files[2])) == ("blue", b"", "red")
    assert crops.threshold == 0.25
    assert database.example_embeddings("layer2")[0, 1].tolist() == [8.0, 9.0, 10.0, 11.0]


@pytest.mark.parametrize("golden", [GOLDEN, CROPPED], ids=["whole images", "crops"])
def test_what_is_written_today_has_the_same_files_and_keys(tmp_path, golden):
    saved = save_database(open_database(golden), tmp_path / "again.lens")
    before, after = (json.loads((folder / "lens.json").read_text()) for folder in (golden, saved))
    assert before == after
    assert all((saved / file).read_bytes() == (golden / file).read_bytes() for file in before["files"])
