"""A damaged, garbled or hostile lens is refused in one sentence; one that is whole is read once, when asked for."""

import dataclasses
import io
import json
import os
import shutil

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from semanticlens_widgets.concepts import ConceptDatabase, open_database, pack, save_database
from semanticlens_widgets.concepts.folder import _json
from semanticlens_widgets.concepts.folder import _lens_folder as lens_folder
from semanticlens_widgets.errors import LensFileError
from tests.unit.concepts.test_storage import attributed_database, cropped_database, small_database

LAYER = "layers/0001.safetensors"


@pytest.fixture
def path(tmp_path):
    return save_database(small_database(), tmp_path / "a.lens")


def read_all(database: ConceptDatabase) -> None:
    for layer in database.layers:
        assert database.examples[layer].k
        assert database.component_embeddings[layer].shape
    assert len(database.samples.names) == len(database.samples)
    assert all(relevance.classes for relevance in database.relevance.values())
    assert database.crops is None or database.crops.rows


def garbled(path, change) -> None:
    """Changes the manifest, and gives it the digest of the change."""
    manifest = json.loads((path / "lens.json").read_text())
    change(manifest)
    manifest.pop("digest", None)
    (path / "lens.json").write_text(json.dumps(_json.signed(manifest)))


@pytest.mark.parametrize("make", [small_database, attributed_database, cropped_database])
def test_every_file_is_hashed_once_and_only_when_it_is_first_read(tmp_path, monkeypatch, make):
    path, hashed = save_database(make(), tmp_path / "a.lens"), []
    digest = lens_folder.file_digest
    monkeypatch.setattr(lens_folder, "file_digest", lambda file: hashed.append(file.name) or digest(file))
    opened = open_database(path)
    assert opened.dim == 4
    # The run-time type checker of the tests looks into each mapping when the database is made.
    assert "samples.safetensors" not in hashed
    read_all(opened)
    read_all(opened)
    assert len(hashed) == len(list(path.rglob("*.*"))) - 1


@pytest.mark.parametrize("name", ["samples.safetensors", LAYER])
def test_a_bit_that_flipped_in_any_file_is_noticed(path, name):
    content = bytearray((path / name).read_bytes())
    content[-3] ^= 1
    (path / name).write_bytes(content)
    opened = open_database(path)
    with pytest.raises(
        LensFileError, match=f"damaged: {name}: its content is not what was saved; copy or save"
    ):
        read_all(opened)


def test_a_word_that_changed_in_the_manifest_is_noticed(path):
    text = (path / "lens.json").read_text()
    (path / "lens.json").write_text(text.replace('"positive"', '"negative"'))
    with pytest.raises(LensFileError, match=r"lens\.json: its digest is not that of its content"):
        open_database(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 100_000, "lens.json: "),
        ("[" * 50_000 + "]" * 50_000, "nested too deeply"),
        ('{"k": NaN}', "holds NaN, which is no JSON"),
        ('{"k": -Infinity}', "holds -Infinity"),
        ('{"k": 1e999}', "number 1e999 is too large"),
        ('{"k": 1, "k": 2}', "has the key 'k' twice"),
        ("\ufeff{}", "lens.json: "),
        ("1" * 5000, "lens.json: "),
    ],
)
def test_json_that_is_not_plain_is_refused(path, text, reason):
    (path / "lens.json").write_text(text)
    with pytest.raises(LensFileError, match=reason) as caught:
        open_database(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["lens.json", "samples.safetensors", LAYER])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_only_files_are_read(path, name, kind):
    file = path / name
    file.rename(path.parent / "elsewhere")
    if kind == "link":
        file.symlink_to(path.parent / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(file)
    else:
        file.mkdir()
    with pytest.raises(LensFileError, match="is a link, a pipe|is a folder|is missing|not a lens"):
        open_database(path)


def test_a_folder_of_a_lens_is_no_link(path):
    (path / "layers").rename(path.parent / "layers")
    (path / "layers").symlink_to(path.parent / "layers")
    with pytest.raises(LensFileError, match="'layers' is a link"):
        open_database(path)


@pytest.mark.parametrize("name", ["notes.txt", "layers/0002.safetensors", ".hidden"])
def test_a_file_that_is_not_listed_is_refused(path, name):
    (path / name).write_text("more")
    with pytest.raises(LensFileError, match=f"'{name}' is no part of it"):
        open_database(path)


def test_files_that_systems_leave_behind_do_no_harm(path):
    (path / ".DS_Store").write_text("Finder")
    (path / "Thumbs.db").write_text("Explorer")
    read_all(open_database(path))


def test_a_file_that_becomes_a_pipe_while_the_lens_is_open_is_not_waited_for(path):
    opened = open_database(path)
    (path / LAYER).unlink()
    os.mkfifo(path / LAYER)
    with pytest.raises(LensFileError, match="is a link, a pipe, a device or a folder"):
        opened.examples["layer2"]


def read_files(path) -> None:
    """Reads all without the database, into which the run-time type checker of the tests would look."""
    folder = lens_folder.LensFolder(path)
    for name in folder.manifest["files"]:
        folder.tensors(name)


def put(*keys_and_value):
    """A change of the manifest at a path."""
    *keys, last, value = keys_and_value

    def change(manifest):
        for key in keys:
            manifest = manifest[key]
        manifest[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (put("layers", 0, "file", "../../../etc/passwd"), "list of files"),
        (lambda m: (put("layers", 0, "file", "../x")(m), put("files", "../x", m["files"][LAYER])(m)), "files"),
        (put("layers", 0, "n_components", 10**12), r"'sample_ids' must be int64 \(component = 1000000000000"),
        (put("layers", 0, "n_components", 10**30), "positive"),
        (put("layers", 0, "k", 0), "positive"),
        (put("layers", 0, "grid", [-2, 2]), "positive"),
        (put("layers", 0, "grid", [1]), r"'positions' must lie in -1 to 0"),
        (put("layers", 0, "sign", "negative"), "sign must be one of"),
        (put("layers", 0, "name", "layer2"), "layers name something twice"),
        (put("layers", []), "no layers"),
        (put("layers", "layer1"), "it.layers must be a list"),
        (put("layers", 0, "n_samples", True), "n_samples must be an integer, not True"),
        (put("provenance", "n_images", 4), r"'sample_ids' must lie in -1 to 3, not in -1 to 9|'ids' must lie"),
        (put("provenance", "k", "2"), "provenance.k must be an integer"),
        (put("provenance", {}), "provenance must have the entries"),
        (put("provenance", "broken", ["a"]), "provenance.broken must be an object"),
        (put("dim", 5), "must be float32"),
        (put("n_samples", 4), "must be|must have"),
        (put("extra", 1), "it has 'extra', which has no meaning"),
        (put("crops", {"threshold": 0.5, "layers": []}), "list of files"),
        (put("relevance", [{"layer": "x"}]), "lacks"),
        (put("files", "samples.safetensors", "size", -1), "negative|bytes instead of"),
        (put("version", "3"), "version must be an integer"),
    ],
)  # fmt: skip
def test_a_manifest_that_is_wrong_by_its_types_references_or_numbers_is_refused(path, change, reason):
    garbled(path, change)
    with pytest.raises(LensFileError, match=reason) as caught:
        read_files(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("scores", torch.full((3, 2), torch.nan), "'scores' must lie in"),
        (
            "scores",
            torch.ones(3, 2).double(),
            r"'scores' must be float32 \(component = 3, k = 2\), not float64",
        ),
        ("mean", torch.tensor([0.0, torch.inf, 0.0]), "'mean' must lie in"),
        ("firing_rate", torch.tensor([0.5, 1.5, 0.0]), "'firing_rate' must lie in 0 to 1, not in 0 to 1.5"),
        (
            "positions",
            torch.full((3, 2), 4, dtype=torch.int32),
            "'positions' must lie in -1 to 3, not in 4 to 4",
        ),
        ("sample_ids", torch.full((3, 2), 10), "'sample_ids' must lie in -1 to 9"),
    ],
)
def test_tensors_out_of_the_schema_are_not_saved(tmp_path, field, value, reason):
    database = small_database(1)
    examples = dataclasses.replace(database.examples["layer1"], **{field: value})
    with pytest.raises(LensFileError, match=f"cannot be saved, for layers/0000.safetensors: {reason}"):
        save_database(dataclasses.replace(database, examples={"layer1": examples}), tmp_path / "a.lens")
    assert not list(tmp_path.iterdir())


def test_tensors_that_share_memory_are_saved(tmp_path):
    database = small_database(1)
    examples, same = database.examples["layer1"], torch.tensor([0.5, 0.25, 1.0])
    shared = dataclasses.replace(examples, mean=same, firing_rate=same, variance=same)
    path = save_database(dataclasses.replace(database, examples={"layer1": shared}), tmp_path / "a.lens")
    assert torch.equal(open_database(path).examples["layer1"].variance, same)


def test_what_was_read_stays_and_what_was_not_is_never_mixed_with_another_lens(path):
    opened = open_database(path)
    before = opened.examples["layer1"].scores.clone()
    save_database(small_database(3), path, overwrite=True)
    assert torch.equal(opened.examples["layer1"].scores, before)
    database = open_database(path)
    shutil.rmtree(path)
    save_database(small_database(1), path)
    with pytest.raises(LensFileError, match=r"replaced while it was open; open it again: slw\.open"):
        read_all(database)


def test_a_file_that_is_written_to_while_it_is_mapped_is_noticed(path):
    opened = open_database(path)
    assert opened.examples["layer2"].k == 2
    content = (path / LAYER).read_bytes()
    with (path / LAYER).open("r+b") as file:
        file.write(content)
    os.utime(path / LAYER, ns=(1, 1))
    with pytest.raises(LensFileError, match=r"replaced while it was open; open it again: slw\.open"):
        opened.examples["layer2"]


def test_a_file_that_is_swapped_after_it_was_hashed_is_not_read(path, monkeypatch):
    opened, digest = open_database(path), lens_folder.file_digest

    def swapped(file):
        found = digest(file)
        shutil.copy(file, path.parent / "other")
        (path.parent / "other").replace(file)
        return found

    monkeypatch.setattr(lens_folder, "file_digest", swapped)
    with pytest.raises(LensFileError, match="replaced while it was open"):
        opened.examples["layer2"]


def test_what_was_read_survives_that_its_file_is_replaced_by_a_pipe(path):
    opened = open_database(path)
    assert opened.examples["layer2"].k == 2
    (path / LAYER).unlink()
    os.mkfifo(path / LAYER)
    assert opened.examples["layer2"].k == 2


@pytest.mark.parametrize("name", ["a\0b", "", "x" * 5000])
def test_a_path_that_cannot_be_is_no_lens(tmp_path, name):
    with pytest.raises(LensFileError, match="there is no lens|is not a lens"):
        open_database(tmp_path / name)


def picture(size: tuple[int, int], kind: str = "WEBP", **options) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "file",
    [
        b"<svg onload=alert(1)>",
        picture((4, 4), "PNG"),
        picture((128, 128))[:-20],
        picture((4096, 4)),
        picture((4, 4), save_all=True, append_images=[Image.new("RGB", (4, 4), "red")]),
    ],
    ids=["markup", "PNG", "cut short", "large", "animated"],
)
def test_a_thumbnail_has_to_be_the_picture_that_it_claims_to_be(tmp_path, file):
    thumbnail_bytes, offsets = pack([picture((4, 3)), b"", file])
    samples = dataclasses.replace(
        small_database().samples, thumbnail_bytes=thumbnail_bytes, thumbnail_offsets=offsets
    )
    path = save_database(dataclasses.replace(small_database(), samples=samples), tmp_path / "a.lens")
    opened = open_database(path)
    assert opened.samples.thumbnail(0) == picture((4, 3))
    with pytest.raises(
        LensFileError, match="thumbnail in row 2 is not a WebP picture of at most 1024 pixels"
    ):
        opened.samples.thumbnail(2)


def test_a_signed_lens_whose_samples_lack_an_example_is_refused_in_one_sentence(path):
    file = path / "samples.safetensors"
    tensors = load_file(file)
    tensors["ids"][0] += 1
    save_file(tensors, file)
    garbled(
        path,
        lambda manifest: manifest["files"]["samples.safetensors"].update(
            size=file.stat().st_size, digest=lens_folder.file_digest(file)
        ),
    )
    opened = open_database(path)
    layer = opened.layers[0]
    for use in (
        lambda: opened.example_rows(layer, 0),
        lambda: opened.example_labels(layer, 0),
        lambda: opened.example_table(layer),
        lambda: opened.example_thumbnails(layer, 0),
        lambda: opened.distinct_rows(layer),
    ):
        with pytest.raises(LensFileError, match="is no component's concept example, or the lens is damaged"):
            use()
