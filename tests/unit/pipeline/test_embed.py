"""Embeddings are kept part by part."""

import pytest
import torch

from semanticlens_widgets._cache import Cache
from semanticlens_widgets.images import as_images
from semanticlens_widgets.passes import Entry, _progress
from semanticlens_widgets.pipeline._embed import WHOLE, embed
from tests.colour_world import ColourSpace, pictures

SOURCE = as_images(pictures(n_each=24))
PIECES = [(sample, WHOLE if sample % 2 else (0, 0, 8, 9)) for sample in range(len(SOURCE))]


@pytest.fixture
def parts(tmp_path, monkeypatch):
    monkeypatch.setattr(_progress, "_SECONDS_BETWEEN_SAVES", -1.0)
    return Cache(tmp_path).parts("embedded", "key")


def run(parts, pieces=PIECES):
    space = ColourSpace()
    return embed(SOURCE, pieces, space, parts, progress=False), space.n_images


def same(one, other):
    return one.keys() == other.keys() and all(
        torch.equal(one[piece][0], other[piece][0]) and one[piece][1] == other[piece][1] for piece in one
    )


def test_every_save_writes_what_is_new_and_nothing_is_embedded_again(parts):
    computed, n_images = run(parts)
    files = list(parts.path.parent.iterdir())
    assert (n_images, len(files)) == (72, 3)  # batches of 32
    assert sum(len(Entry(file).load()[0]["ids"]) for file in files) == 72
    loaded, n_images = run(parts)
    assert n_images == 0
    assert same(loaded, computed)
    assert same(run(None)[0], computed)


def test_a_damaged_part_alone_is_embedded_again(parts):
    computed, _ = run(parts)
    file = next(iter(parts.path.parent.iterdir()))
    n_lost = len(Entry(file).load()[0]["ids"])
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.warns(UserWarning, match="its contents are computed again"):
        again, n_images = run(parts)
    assert n_images == n_lost
    assert same(again, computed)
    assert run(parts)[1] == 0


def test_the_one_file_of_earlier_versions_is_read_and_left_alone(parts):
    _, _ = run(parts, PIECES[:10])
    (part,) = parts.path.parent.iterdir()
    part.rename(parts.path)
    before = parts.path.read_bytes()
    assert run(parts)[1] == 62
    assert run(parts)[1] == 0
    assert parts.path.read_bytes() == before
