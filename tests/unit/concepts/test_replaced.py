"""A lens that is saved over another one is the old one or the new one, whatever happens on the way."""

import errno

import pytest
from filelock import FileLock
from safetensors import SafetensorError

from semanticlens_widgets.concepts import open_database, save_database
from semanticlens_widgets.concepts.folder import _replace, _save
from semanticlens_widgets.errors import LensFileError
from tests.unit.concepts.test_storage import small_database


@pytest.fixture
def path(tmp_path):
    return save_database(small_database(1), tmp_path / "a.lens")


def test_a_lens_that_stepped_aside_is_put_back_by_whoever_opens_it(path, tmp_path):
    path.rename(tmp_path / ".a.lens.0123abcd.old")
    assert open_database(path).layers == ["layer1"]
    assert [file.name for file in tmp_path.iterdir()] == ["a.lens"]


def test_a_lens_that_stepped_aside_is_put_back_before_another_one_is_saved(path, tmp_path):
    path.rename(tmp_path / ".a.lens.0123abcd.old")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        save_database(small_database(2), path)
    assert open_database(path).layers == ["layer1"]
    path.rename(tmp_path / ".a.lens.0123abcd.old")
    save_database(small_database(2), path, overwrite=True)
    assert open_database(path).layers == ["layer1", "layer2"]
    assert [file.name for file in tmp_path.iterdir()] == ["a.lens"]


def test_what_killed_processes_left_is_removed_and_nothing_else(path, tmp_path):
    for name in (".a.lens.0123abcd", ".a.lens.4567abcd.old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "samples.safetensors").write_text("half")
    (tmp_path / ".a.lens.lock").write_text("")
    kept = {".a.lens.notes", ".another.lens.0123abcd", ".xa.lens.0123abcd", "a.lens"}
    for name in kept - {"a.lens"}:
        (tmp_path / name).mkdir()
    save_database(small_database(2), path, overwrite=True)
    assert {file.name for file in tmp_path.iterdir()} == kept


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_an_interrupt_between_the_renames_leaves_the_old_lens(path, tmp_path, monkeypatch, error):
    replace = type(path).replace

    def interrupted(source, target):
        if target == path and ".old" not in source.name:
            raise error
        return replace(source, target)

    monkeypatch.setattr(type(path), "replace", interrupted)
    with pytest.raises((KeyboardInterrupt, LensFileError)):
        save_database(small_database(2), path, overwrite=True)
    assert open_database(path).layers == ["layer1"]
    assert [file.name for file in tmp_path.iterdir()] == ["a.lens"]


def test_a_full_disk_is_one_sentence_and_leaves_the_old_lens(path, tmp_path, monkeypatch):
    def full(*_):
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(_save, "save_file", full)
    with pytest.raises(
        LensFileError, match=r"cannot be saved at .*a\.lens.*No space left.*make room.*stays as it is"
    ):
        save_database(small_database(2), path, overwrite=True)
    assert open_database(path).layers == ["layer1"]
    assert [file.name for file in tmp_path.iterdir()] == ["a.lens"]


def test_a_folder_in_which_nothing_may_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LensFileError, match=r"cannot be saved at .*file/a\.lens"):
        save_database(small_database(1), tmp_path / "file" / "a.lens")


def test_a_link_to_a_lens_stays_a_link(path, tmp_path):
    (tmp_path / "link.lens").symlink_to(path)
    save_database(small_database(2), tmp_path / "link.lens", overwrite=True)
    assert (tmp_path / "link.lens").readlink() == path
    assert open_database(path).layers == ["layer1", "layer2"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.lens", "link.lens"]


def test_what_a_living_process_writes_is_not_removed_by_a_reader(path, tmp_path):
    with FileLock(_replace._lock(path)):
        (tmp_path / ".a.lens.0123abcd").mkdir()
        assert open_database(path).layers == ["layer1"]
    assert (tmp_path / ".a.lens.0123abcd").is_dir()
