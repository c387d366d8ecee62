"""The cache finds results by their content and never gives back anything else."""

import os
import subprocess
import sys
import textwrap

import pytest
import torch
from safetensors import SafetensorError

from semanticlens_widgets._cache import Cache, Codec, Unfinished, alone, cache_in, content_key
from semanticlens_widgets.passes import Entry, _files


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


CODEC = Codec(lambda number: ({"x": torch.tensor([number])}, {}), lambda tensors, _: int(tensors["x"]))


def numbers(cache: Cache, layers: str, computed: list[str]) -> dict[str, int]:
    """A number a layer, and in `computed` the layers of each pass."""

    def compute(missing, checkpoint):
        computed.append("".join(missing))
        return {layer: ord(layer) for layer in missing}

    return cache.by_layer("kind", {layer: (layer,) for layer in layers}, CODEC, compute)


@pytest.mark.parametrize("spoil", ["flip", "empty", "folder", "pipe", "link", "other code"])
def test_an_entry_that_is_not_as_it_was_saved_is_computed_again(tmp_path, spoil):
    cache, computed = cache_in(tmp_path), []
    assert numbers(cache, "ab", computed) == {"a": 97, "b": 98}
    path = cache.entry("kind", "a").path
    content = bytearray(path.read_bytes())
    if spoil == "other code":
        Entry(path).save({"y": torch.zeros(2)}, {})
    else:
        path.unlink()
    if spoil in ("flip", "empty"):
        content[-8] ^= 1
        path.write_bytes(content if spoil == "flip" else b"")
    elif spoil == "folder":
        path.mkdir()
    elif spoil == "pipe":
        os.mkfifo(path)
    elif spoil == "link":
        path.symlink_to(path)
    if spoil == "other code":
        assert numbers(cache, "ab", computed) == {"a": 97, "b": 98}
    else:
        with pytest.warns(UserWarning, match="its contents are computed again|nothing can be kept"):
            assert numbers(cache, "ab", computed) == {"a": 97, "b": 98}
    assert computed == ["ab", "a"]


def test_what_cannot_be_kept_is_said_once_and_ends_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise SafetensorError("No space left on device")

    monkeypatch.setattr(_files, "save_file", full)
    with pytest.warns(UserWarning, match="nothing can be kept in the cache .* make room") as said:
        assert numbers(cache_in(tmp_path), "abc", []) == {"a": 97, "b": 98, "c": 99}
    assert len(said) == 1


def test_a_pass_whose_results_were_saved_in_part_is_found_by_the_layers_that_it_is_over(tmp_path):
    unfinished = Unfinished(tmp_path, "key", ["a", "b", "c"])
    assert unfinished.of(["b"])[0] == ["b"]
    (tmp_path / "key-6.v3.safetensors").write_text("b and c")
    assert unfinished.of(["c"])[0] == ["b", "c"]
    assert unfinished.of(["a", "c"])[0] == ["a", "c"]
    (tmp_path / ".key-6.v3.safetensors.0123abcd").write_text("a draft")
    unfinished.delete()
    assert not list(tmp_path.iterdir())


def test_drafts_of_killed_processes_are_removed_and_others_stay(tmp_path):
    cache = cache_in(tmp_path)
    path = cache.entry("kind", "a").path
    path.parent.mkdir()
    (path.parent / f".{path.name}.0123abcd").write_text("half")
    (path.parent / ".another.safetensors.0123abcd").write_text("of a living process")
    numbers(cache, "a", [])
    assert sorted(file.name for file in path.parent.iterdir()) == [".another.safetensors.0123abcd", path.name]


def test_lock_files_of_killed_processes_are_removed(tmp_path):
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "kind-a.lock").write_text("")
    with alone(tmp_path / "kind" / "b.safetensors"):
        cache_in(tmp_path)
        assert [file.name for file in (tmp_path / "locks").iterdir()] == ["kind-b.lock"]
    assert not list((tmp_path / "locks").iterdir())


@pytest.mark.slow
def test_two_processes_on_one_cache_compute_once(tmp_path):
    script = textwrap.dedent(
        """
        import sys, time, pathlib, torch
        from semanticlens_widgets._cache import Codec, cache_in
        def compute(missing, checkpoint):
            with open(sys.argv[1] + "/computed", "a") as file: file.write("".join(missing))
            time.sleep(0.5)
            return {layer: 1 for layer in missing}
        codec = Codec(lambda number: ({"x": torch.tensor([number])}, {}), lambda tensors, _: int(tensors["x"]))
        folder = pathlib.Path(sys.argv[1])
        (folder / sys.argv[2]).touch()
        while not all((folder / name).exists() for name in "12"): time.sleep(0.01)
        print(cache_in(folder / "cache").by_layer("kind", {"a": ("a",), "b": ("b",)}, codec, compute))
        """
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path), name], stdout=subprocess.PIPE, text=True
        )
        for name in "12"
    ]
    assert [process.communicate(timeout=60)[0].strip() for process in processes] == ["{'a': 1, 'b': 1}"] * 2
    assert (tmp_path / "computed").read_text() == "ab"
