"""The same files wherever they lie give the same lens, bit for bit."""

import io
import shutil
import tarfile

import datasets
import fsspec
import numpy as np
import pytest
import torch
from PIL import Image
from webdataset.writer import ShardWriter

import semanticlens_widgets as slw
from tests.colour_world import COLOURS, ColourModel, ColourSpace, labels, pictures, to_tensor

FRAMES = pictures(6)
FRAMES = np.random.default_rng(0).integers(0, 60, FRAMES.shape, np.uint8) // 2 + FRAMES // 2
LABELS = labels(6)
NAMES = [f"{label}/{number:02d}.png" for number, label in enumerate(LABELS)]
ORDER = sorted(range(len(NAMES)), key=NAMES.__getitem__)


@pytest.fixture
def folder(tmp_path):
    for name, frame in zip(NAMES, FRAMES, strict=True):
        (tmp_path / "set" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(frame).save(tmp_path / "set" / name)
    return tmp_path / "set"


def in_memory(folder):
    fs = fsspec.filesystem("memory")
    fs.store.clear()
    fs.put(f"{folder}/", "/same/", recursive=True)
    return "memory://same"


def shards(folder):
    with ShardWriter(str(folder.parent / "s-%d.tar"), maxcount=5, verbose=0) as writer:
        for number in ORDER:
            content = (folder / NAMES[number]).read_bytes()
            writer.write({"__key__": NAMES[number][:-4], "png": content, "cls": LABELS[number]})
    return str(folder.parent / "s-{0..3}.tar")


def packed(folder):
    with tarfile.open(folder.parent / "set.tar.gz", "w:gz") as archive:
        for number in ORDER:
            archive.add(folder / NAMES[number], NAMES[number])
    return folder.parent / "set.tar.gz"


def streamed(folder):
    def rows():
        for number in ORDER:
            content = (folder / NAMES[number]).read_bytes()
            yield {"image": {"bytes": content, "path": None}, "label": LABELS[number]}

    names = datasets.ClassLabel(names=list(COLOURS))
    features = datasets.Features({"image": datasets.Image(), "label": names})
    return datasets.IterableDataset.from_generator(rows, features=features)


SOURCES = {
    "zip": lambda folder: shutil.make_archive(str(folder.parent / "a"), "zip", folder),
    "tar": lambda folder: shutil.make_archive(str(folder.parent / "a"), "tar", folder),
    "tar.gz": packed,
    "memory": in_memory,
    "webdataset": shards,
    "hugging face": streamed,
}


def build(images, **options):
    return slw.Lens.build(
        ColourModel(), images, "eye", foundation_model=ColourSpace(), transform=to_tensor, k=4, batch_size=4,
        memory_format=torch.contiguous_format, progress=False, look_alikes=True, classes=list(COLOURS), **options,
    )  # fmt: skip


def tensors(lens):
    found = lens.database
    examples, samples = found.examples["eye"], found.samples
    return [
        examples.sample_ids, examples.scores, examples.mean, found.component_embeddings["eye"], samples.ids,
        samples.embeddings, samples.thumbnail_bytes, samples.thumbnail_offsets, found.look_alikes["eye"],
    ]  # fmt: skip


@pytest.mark.parametrize("kind", SOURCES)
def test_the_same_files_give_the_same_lens_wherever_they_lie(kind, folder, tmp_path):
    expected = build(folder, cache=tmp_path / "cache")
    images = slw.as_images(SOURCES[kind](folder))
    lens = build(images)
    assert all(torch.equal(a, b) for a, b in zip(tensors(lens), tensors(expected), strict=True))
    assert lens.database.samples.labels == expected.database.samples.labels
    assert set(lens.database.samples.labels) == set(COLOURS)
    relevance, known = (one.attribute(progress=False).relevance("eye") for one in (lens, expected))
    assert torch.equal(relevance.relevance, known.relevance)
    assert relevance.classes == known.classes
    if kind != "hugging face":  # whose items have no names
        assert lens.database.samples.names == expected.database.samples.names
        assert images.fingerprint == slw.as_images(folder).fingerprint


class Streamed:
    """Counts how often the stream begins anew."""

    def __init__(self):
        self.begun = 0

    def __iter__(self):
        self.begun += 1
        return iter(zip(map(Image.fromarray, FRAMES), LABELS, strict=True))


def test_each_pass_of_a_build_reads_a_stream_once():
    stream = Streamed()
    images = slw.as_images(stream, count=len(FRAMES))
    first_pass_and_look = stream.begun
    lens = build(images)
    assert stream.begun - first_pass_and_look <= 3  # collecting, embedding, look-alikes
    lens.attribute(progress=False)
    assert stream.begun - first_pass_and_look <= 4


def test_a_damaged_file_is_left_out_with_the_same_words_wherever_it_lies(folder, tmp_path):
    (folder / NAMES[4]).write_bytes(b"not an image")
    reasons = []
    for images in [
        folder,
        *(SOURCES[kind](folder) for kind in ("zip", "tar", "tar.gz", "memory", "webdataset")),
    ]:
        with pytest.warns(UserWarning, match="1 of 18 images were left out"):
            reasons.append(dict(build(images).database.provenance.broken))
    assert list(reasons[0]) == [NAMES[4]]
    assert reasons == [reasons[0]] * 6
    assert io.BytesIO.__name__ not in reasons[0][NAMES[4]]
