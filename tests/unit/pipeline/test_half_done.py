"""A pass that attributes and ends early has lost nothing, and has written every row once."""

import pytest
import torch

from semanticlens_widgets import _saving
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.pipeline import _half_done
from semanticlens_widgets.pipeline._cache import Cache, Entry
from semanticlens_widgets.pipeline._half_done import HalfDone
from tests.colour_world import ColourModel, ColourSpace, labels, pictures, to_tensor

FIELDS = ("mean", "maximum", "share", "n_samples", "sample_ids", "predicted", "relevance", "scores")


class Tired(ColourModel):
    """Is interrupted when no batches are left, and remembers how many images it saw."""

    left = 10**6
    n_seen = 0

    def forward(self, pixels):
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        self.n_seen += len(pixels)
        return super().forward(pixels)


@pytest.fixture(autouse=True)
def saved_after_every_batch(monkeypatch):
    monkeypatch.setattr(_saving, "_SECONDS_BETWEEN_SAVES", -1.0)


def lens_of(cache) -> tuple[Lens, Tired]:
    """As a new process would have it."""
    model, images = Tired(), as_images(pictures(), labels=labels())
    options = {"k": 3, "transform": to_tensor, "progress": False, "classes": ["red", "green", "blue"]}
    lens = Lens.build(model, images, ["eye", "act"], foundation_model=ColourSpace(), cache=cache, **options)
    return lens, model


def interrupted(cache, n_batches: int) -> None:
    lens, model = lens_of(cache)
    model.left = 1 + n_batches  # the first call asks how many outputs there are
    with pytest.raises(KeyboardInterrupt):
        lens.attribute(batch_size=4, progress=False)


def finished(cache) -> tuple[Lens, int]:
    """The lens, and how many images were attributed for it."""
    lens, model = lens_of(cache)
    before = model.n_seen
    lens.attribute(batch_size=4, progress=False)
    return lens, model.n_seen - before - 1


def assert_same(one: Lens, other: Lens) -> None:
    for layer in ("eye", "act"):
        for name in FIELDS:
            assert torch.equal(getattr(one.relevance(layer), name), getattr(other.relevance(layer), name))


def rows_in(folder) -> dict[str, int]:
    parts = {file.name: (Entry(file).load() or ({}, {}))[0] for file in folder.iterdir()}
    return {name: part["samples"].shape[1] for name, part in parts.items() if "samples" in part}


def test_every_save_writes_the_rows_that_are_new_and_the_pass_goes_on_from_there(tmp_path):
    interrupted(tmp_path, 2)
    first = rows_in(tmp_path / "interrupted")
    assert sorted(first.values()) == [4, 4]
    before = {name: (tmp_path / "interrupted" / name).stat().st_mtime_ns for name in first}
    interrupted(tmp_path, 3)
    assert sorted(rows_in(tmp_path / "interrupted").values()) == [4] * 5
    assert before == {name: (tmp_path / "interrupted" / name).stat().st_mtime_ns for name in first}
    lens, n_attributed = finished(tmp_path)
    assert n_attributed == 24 - 20
    assert_same(lens, finished(None)[0])
    assert not list((tmp_path / "interrupted").iterdir())


def test_without_one_of_its_parts_the_pass_begins_anew(tmp_path):
    interrupted(tmp_path, 3)
    lost = next(iter(rows_in(tmp_path / "interrupted")))
    file = tmp_path / "interrupted" / lost
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.warns(UserWarning, match="it is made again"):
        lens, n_attributed = finished(tmp_path)
    assert n_attributed == 24
    assert_same(lens, finished(None)[0])
    assert not list((tmp_path / "interrupted").iterdir())


def test_a_save_that_was_cut_off_before_the_sums_counts_as_not_made(tmp_path, monkeypatch):
    def full_disk(_):
        raise OSError("no space left on device")

    interrupted(tmp_path, 1)
    with monkeypatch.context() as cut_off:
        cut_off.setattr(_half_done, "_sums", full_disk)
        with pytest.raises(OSError, match="no space left"):
            finished(tmp_path)
    assert sorted(rows_in(tmp_path / "interrupted").values()) == [4, 4]
    lens, n_attributed = finished(tmp_path)
    assert n_attributed == 24 - 4
    assert_same(lens, finished(None)[0])


def test_nothing_is_kept_without_a_folder_and_nothing_found_in_an_empty_one(tmp_path):
    for store in (Cache(None), Cache(tmp_path)):
        half_done = HalfDone(store, "key")
        assert half_done.load().n_done == 0
        half_done.save(half_done.load())
        half_done.delete()
    assert not list(tmp_path.iterdir())
