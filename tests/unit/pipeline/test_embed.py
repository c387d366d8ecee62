"""Embeddings are kept part by part."""

import pytest
import torch

from semanticlens_widgets._cache import Cache
from semanticlens_widgets.concepts import pack
from semanticlens_widgets.images import as_images
from semanticlens_widgets.passes import Entry, _progress
from semanticlens_widgets.pipeline import _embed
from semanticlens_widgets.pipeline._embed import embed
from semanticlens_widgets.pipeline._embedded import WHOLE
from semanticlens_widgets.storage import _spill
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


def test_pieces_are_read_from_files_in_any_order(parts, monkeypatch):
    monkeypatch.setattr(_spill, "IN_MEMORY", 100)
    found, _ = run(parts)
    expected, _ = run(None)
    for order in (PIECES, PIECES[::-1], PIECES[10:20] + PIECES[3:5] + PIECES[10:11], PIECES[:1]):
        vectors, files = zip(*(expected[piece] for piece in order), strict=True)
        assert torch.equal(found.embeddings(order), torch.stack(vectors))
        for ours, theirs in zip(found.thumbnails(order), pack(list(files)), strict=True):
            assert torch.equal(ours, theirs)
    assert not list(parts.path.parent.glob("tmp*"))


def test_only_what_is_asked_for_is_taken_from_the_cache(parts):
    run(parts)
    found, n_images = run(parts, PIECES[5:9])
    assert n_images == 0
    assert list(found) == PIECES[5:9]


def test_a_part_that_other_code_wrote_is_removed_and_embedded_again(parts):
    computed, _ = run(parts)
    file = next(iter(parts.path.parent.iterdir()))
    stored = Entry(file).load()[0]
    Entry(file).save({**stored, "thumbnail_offsets": stored["thumbnail_offsets"][:5]}, {})
    again, n_images = run(parts)
    assert n_images == len(stored["ids"])
    assert same(again, computed)


def test_a_part_is_saved_before_many_pieces_are_held(tmp_path, monkeypatch):
    monkeypatch.setattr(_embed, "_PART", 32)
    parts = Cache(tmp_path).parts("embedded", "key")
    run(parts)
    assert sorted(len(Entry(file).load()[0]["ids"]) for file in parts.paths()) == [8, 32, 32]
