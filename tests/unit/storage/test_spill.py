"""Bytes that grow in a temporary file."""

import errno
import tempfile

import pytest
import torch

from semanticlens_widgets.storage import Spill, _spill

NUMBERS = torch.arange(1000, dtype=torch.float32)


@pytest.fixture(params=[0, 1000, 1 << 20], ids=["file at once", "file later", "memory"])
def spill(request, monkeypatch, tmp_path):
    monkeypatch.setattr(_spill, "IN_MEMORY", request.param)
    return Spill(tmp_path)


def fill(spill):
    for part in NUMBERS.split(77):
        spill.append(part.numpy().tobytes())


def test_what_was_appended_is_read_and_mapped(spill):
    fill(spill)
    assert spill.size == 4000
    assert spill.read(40, 48) == NUMBERS[10:12].numpy().tobytes()
    assert torch.equal(spill.tensor(torch.float32, 500, 2), NUMBERS.view(500, 2))
    assert torch.equal(spill.tensor(torch.float32, 10), NUMBERS[:10])


def test_a_tensor_outlives_its_spill_and_nothing_is_left_of_the_file(spill, tmp_path):
    fill(spill)
    table = spill.tensor(torch.float32, 1000)
    del spill
    assert torch.equal(table, NUMBERS)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_an_empty_tensor(spill):
    assert spill.tensor(torch.int64, 0, 7).shape == (0, 7)


class Full:
    """A file for which there is room for so many bytes."""

    def __init__(self, file, room):
        self.file, self.room = file, room

    def __getattr__(self, name):
        return getattr(self.file, name)

    def write(self, data):
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        n = self.file.write(data[: self.room])
        self.room -= n
        return n


@pytest.mark.parametrize("room", [0, 100, 3999])
def test_without_room_the_bytes_are_held_in_memory(room, monkeypatch, tmp_path):
    opened = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **options: Full(opened(**options), room))
    monkeypatch.setattr(_spill, "IN_MEMORY", 1000)
    spill = Spill(tmp_path)
    with pytest.warns(
        UserWarning, match="held in memory, as there is no room .*No space left.*TMPDIR"
    ) as said:
        fill(spill)
    assert len(said) == 1
    assert torch.equal(spill.tensor(torch.float32, 1000), NUMBERS)


def test_where_no_file_can_be_made_the_bytes_are_held_in_memory(monkeypatch):
    def refused(**_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    monkeypatch.setattr(_spill, "IN_MEMORY", 0)
    spill = Spill()
    with pytest.warns(UserWarning, match="held in memory"):
        fill(spill)
    assert torch.equal(spill.tensor(torch.float32, 1000), NUMBERS)


def test_a_folder_that_cannot_hold_the_file_is_replaced_by_the_system_s(monkeypatch, tmp_path):
    monkeypatch.setattr(_spill, "IN_MEMORY", 0)
    spill = Spill(tmp_path / "absent")
    fill(spill)
    assert torch.equal(spill.tensor(torch.float32, 1000), NUMBERS)
