"""Tensors as safetensors, written block by block."""

import mmap

import pytest
import torch
from safetensors.torch import save_file as reference

from semanticlens_widgets.storage import _blocks, byte_blocks, save_file

TENSORS = {
    "long": torch.arange(7),
    "empty": torch.empty(0, 3),
    "number": torch.tensor(2.5, dtype=torch.float64),
    "turned": torch.arange(12.0).reshape(3, 4).T,
    "half": torch.tensor([1.5, -2.0]).half(),
    "brain": torch.tensor([1.5, -2.0]).bfloat16(),
    "bytes": torch.arange(5, dtype=torch.uint8),
    "truth": torch.tensor([True, False, True]),
    **{str(kind): torch.tensor([3, -4], dtype=kind) for kind in (torch.int8, torch.int16, torch.int32)},
}


@pytest.mark.parametrize("block", [4, 1 << 22])
@pytest.mark.parametrize("metadata", [None, {"rest": "é {}"}])
def test_the_file_is_that_of_the_library(tmp_path, monkeypatch, block, metadata):
    monkeypatch.setattr(_blocks, "BLOCK", block)
    save_file(TENSORS, tmp_path / "ours", metadata)
    reference({name: one.contiguous() for name, one in TENSORS.items()}, tmp_path / "theirs", metadata)
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


def test_the_blocks_of_a_mapped_file_are_its_bytes_and_what_was_written_over_it_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(_blocks, "BLOCK", 5000)
    content = bytes(range(256)) * 100
    (tmp_path / "a").write_bytes(content)
    with (tmp_path / "a").open("rb") as file:
        mapped = torch.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY), dtype=torch.uint8)
    mapped[7] = 99
    expected = content[:7] + bytes([99]) + content[8:]
    for _ in range(2):
        assert b"".join(byte_blocks(mapped)) == expected
