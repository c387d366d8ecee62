"""An interrupted pass of a lens has lost nothing, and has written every row once."""

import pytest
import torch
from safetensors import SafetensorError

from semanticlens_widgets.images import as_images
from semanticlens_widgets.layers.axes._probe_runs import is_probing
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.passes import Checkpoint, Entry, _checkpoint, _files, _progress, _rows
from semanticlens_widgets.pipeline._attributions import Attributions
from semanticlens_widgets.storage import _spill
from tests.colour_world import ColourModel, ColourSpace, labels, pictures, to_tensor

pytestmark = pytest.mark.usefixtures("instrumented")

FIELDS = ("mean", "maximum", "share", "n_samples", "sample_ids", "predicted", "relevance", "scores")


class Tired(ColourModel):
    """Is interrupted when no batches are left, and remembers how many images it saw."""

    left = 10**6
    n_seen = 0

    def forward(self, pixels):
        if is_probing():
            return super().forward(pixels)
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        self.n_seen += len(pixels)
        return super().forward(pixels)


@pytest.fixture(autouse=True)
def saved_after_every_batch(monkeypatch):
    monkeypatch.setattr(_progress, "_SECONDS_BETWEEN_SAVES", -1.0)


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


def test_rows_in_files_give_the_same_relevance_also_after_an_interruption(tmp_path, monkeypatch):
    expected, _ = finished(None)
    monkeypatch.setattr(_rows, "_HELD", 200)
    monkeypatch.setattr(_spill, "IN_MEMORY", 100)
    assert_same(finished(None)[0], expected)
    interrupted(tmp_path, 3)
    lens, n_seen = finished(tmp_path)
    assert 0 < n_seen < len(pictures())
    assert_same(lens, expected)
    assert_same(finished(tmp_path)[0], expected)
    opened = Lens.open(lens.save(tmp_path / "a.lens"))
    assert_same(opened, expected)


def rows_in(folder) -> dict[str, int]:
    parts = {file.name: (Entry(file).load() or ({}, {}))[0] for file in folder.iterdir()}
    return {name: len(part["sample_ids"]) for name, part in parts.items() if "sample_ids" in part}


def test_every_save_writes_the_rows_that_are_new_and_the_pass_goes_on_from_there(tmp_path):
    interrupted(tmp_path, 2)
    first = rows_in(tmp_path / "checkpoints")
    assert sorted(first.values()) == [4, 4]
    before = {name: (tmp_path / "checkpoints" / name).stat().st_mtime_ns for name in first}
    interrupted(tmp_path, 3)
    assert sorted(rows_in(tmp_path / "checkpoints").values()) == [4] * 5
    assert before == {name: (tmp_path / "checkpoints" / name).stat().st_mtime_ns for name in first}
    lens, n_attributed = finished(tmp_path)
    assert n_attributed == 24 - 20
    assert_same(lens, finished(None)[0])
    assert not list((tmp_path / "checkpoints").iterdir())


def test_without_one_of_its_parts_the_pass_begins_anew(tmp_path):
    interrupted(tmp_path, 3)
    lost = next(iter(rows_in(tmp_path / "checkpoints")))
    file = tmp_path / "checkpoints" / lost
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.warns(UserWarning, match="its contents are computed again"):
        lens, n_attributed = finished(tmp_path)
    assert n_attributed == 24
    assert_same(lens, finished(None)[0])
    assert not list((tmp_path / "checkpoints").iterdir())


def test_a_save_that_was_cut_off_before_the_head_counts_as_not_made(tmp_path, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    interrupted(tmp_path, 1)
    with monkeypatch.context() as cut_off:
        cut_off.setattr(_checkpoint, "encode", interrupt)
        with pytest.raises(KeyboardInterrupt):
            finished(tmp_path)
    assert sorted(rows_in(tmp_path / "checkpoints").values()) == [4, 4]
    lens, n_attributed = finished(tmp_path)
    assert n_attributed == 24 - 4
    assert_same(lens, finished(None)[0])


@pytest.mark.parametrize("kind", ["collected", "attributed"])
def test_a_pass_goes_on_where_its_results_cannot_be_saved_and_is_not_lost(tmp_path, monkeypatch, kind):
    save = _files.save_file

    def full_disk(tensors, path, metadata):
        if path.parents[1].name == kind:
            raise SafetensorError("I/O error: No space left on device (os error 28)")
        save(tensors, path, metadata)

    with monkeypatch.context() as cut_off:
        cut_off.setattr(_files, "save_file", full_disk)
        with pytest.warns(UserWarning, match="nothing can be kept in the cache .* No space left") as said:
            lens, _ = finished(tmp_path)
    assert len(said) == 1
    assert_same(lens, finished(None)[0])
    lens, model = lens_of(tmp_path)
    lens.attribute(batch_size=4, progress=False)
    # One image asks how many outputs there are.
    assert model.n_seen == 1
    assert_same(lens, finished(None)[0])
    assert not list((tmp_path / "checkpoints").iterdir())


def test_nothing_is_kept_without_a_folder_and_nothing_found_in_an_empty_one(tmp_path):
    checkpoint = Checkpoint(tmp_path / "a.safetensors")
    assert checkpoint.load(Attributions(), "pass") is None
    checkpoint.delete()
    assert not list(tmp_path.iterdir())
