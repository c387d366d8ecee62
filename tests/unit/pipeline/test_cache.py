"""The cache finds results by their content and never gives back anything else."""

import pytest
import torch

from semanticlens_widgets.passes import Entry
from semanticlens_widgets.pipeline._cache import Cache, content_key


def test_equal_contents_have_equal_keys_and_others_do_not():
    assert content_key("a", {"k": 1, "b": 2}) == content_key("a", {"b": 2, "k": 1})
    different = [("a", "b"), ("ab",), ("a", "b", None), (["a", "b"],), (1,)]
    assert len({content_key(*parts) for parts in different}) == 5


def test_what_was_saved_comes_back(tmp_path):
    entry = Cache(tmp_path).entry("kind", "key")
    assert entry.load() is None
    entry.save({"x": torch.arange(3)}, {"a": [1, "ü"]})
    found = entry.load()
    assert found is not None
    tensors, rest = found
    assert tensors["x"].tolist() == [0, 1, 2]
    assert rest == {"a": [1, "ü"]}


def test_a_damaged_entry_counts_as_absent_with_a_warning(tmp_path):
    entry = Entry(tmp_path / "e.safetensors")
    entry.save({"x": torch.arange(3)}, {})
    entry.path.write_bytes(entry.path.read_bytes()[:-4])
    with pytest.warns(UserWarning, match="cannot be read .* its contents are computed again"):
        assert entry.load() is None


def test_a_failed_save_keeps_the_old_entry_and_leaves_no_draft(tmp_path):
    entry = Entry(tmp_path / "e.safetensors")
    entry.save({"x": torch.arange(3)}, {})
    with pytest.raises(TypeError):
        entry.save({"x": torch.arange(4)}, {"not json": object()})
    assert entry.load()[0]["x"].tolist() == [0, 1, 2]
    assert [file.name for file in tmp_path.iterdir()] == ["e.safetensors"]


def test_without_a_folder_nothing_is_kept():
    assert Cache(None).entry("kind", "key") is None
