"""Shards of a webdataset, as its own writer makes them, and read back by its own reader."""

import io
import json
from typing import Any

import fsspec
import numpy as np
import pytest
from PIL import Image
from webdataset.compat import WebDataset
from webdataset.writer import ShardWriter

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import as_images


def picture(number):
    return Image.fromarray(np.random.default_rng(number).integers(0, 256, (4, 6, 3), np.uint8))


def written(folder, n=10, *, per_shard=4, sample=None):
    """The pattern of shards of n samples."""
    samples = map(sample or (lambda n: {"__key__": f"{n:03d}", "png": picture(n), "cls": n % 3}), range(n))
    with ShardWriter(str(folder / "set-%03d.tar"), maxcount=per_shard, verbose=0) as writer:
        for one in samples:
            writer.write(one)
    return str(folder / f"set-{{000..{(n - 1) // per_shard:03d}}}.tar")


def read_by_webdataset(pattern):
    shards: Any = WebDataset(pattern, shardshuffle=False).decode("pil").to_tuple("__key__", "png", "cls")
    return [(f"{key}.png", str(label), image.tobytes()) for key, image, label in shards]


def facts(images):
    return [(images.name(n), images.label(n), images.image(n).tobytes()) for n in range(len(images))]


def test_shards_are_read_as_webdataset_reads_them(tmp_path):
    pattern = written(tmp_path)
    images = as_images(pattern)
    assert facts(images) == read_by_webdataset(pattern)
    assert len(images) == 10
    assert facts(as_images(str(tmp_path / "*.tar"))) == facts(images)
    assert facts(as_images(sorted(tmp_path.glob("*.tar")))) == facts(images)
    assert as_images(sorted(tmp_path.glob("*.tar"))).fingerprint == images.fingerprint


def test_one_shard_is_a_webdataset_by_its_labels(tmp_path):
    written(tmp_path, 3)
    images = as_images(tmp_path / "set-000.tar")
    assert [images.label(n) for n in range(3)] == ["0", "1", "2"]


def test_shards_on_another_file_system_are_the_same(tmp_path):
    expected = as_images(written(tmp_path))
    fs = fsspec.filesystem("memory")
    for path in tmp_path.glob("*.tar"):
        fs.pipe_file(f"/shards/{path.name}", path.read_bytes())
    images = as_images("memory://shards/set-{000..002}.tar")
    assert facts(images) == facts(expected)
    assert images.fingerprint == expected.fingerprint


def test_shards_keep_their_order_and_compressed_ones_too(tmp_path):
    def sample(n):
        return {"__key__": f"{9 - n}", "png": picture(n), "cls": n}

    pattern = written(tmp_path, sample=sample)
    expected = facts(as_images(pattern))
    assert [label for _, label, _ in expected] == list("0123456789")
    with ShardWriter(str(tmp_path / "z-%d.tar.gz"), maxcount=5, verbose=0) as writer:
        for n in range(10):
            writer.write(sample(n))
    images = as_images(str(tmp_path / "z-{0..1}.tar.gz"))
    assert facts(images) == expected
    assert images.image(9).tobytes() == expected[9][2]
    assert images.image(1).tobytes() == expected[1][2]


def test_labels_come_from_json_text_or_a_file_of_the_named_column(tmp_path):
    def sample(n):
        about = {"label": f"class {n}", "other": n}
        return {
            "__key__": f"a/{n}",
            "jpg": picture(n),
            "json": about,
            "breed": f"breed {n}\n",
            "txt": "caption",
        }

    pattern = written(tmp_path, 5, sample=sample)
    assert as_images(pattern).label(2) == "class 2"
    assert as_images(pattern, label_column="other").label(2) == "2"
    assert as_images(pattern, label_column="breed").label(2) == "breed 2"


def test_labels_are_sub_folders_where_no_file_states_one(tmp_path):
    def sample(n):
        return {"__key__": f"{'cat' if n % 2 else 'dog'}/{n}", "png": picture(n), "json": {"width": 6}}

    images = as_images(written(tmp_path, 6, sample=sample))
    assert [images.label(n) for n in range(4)] == ["dog", "cat", "dog", "cat"]


def test_shards_without_labels_are_samples_too(tmp_path):
    images = as_images(written(tmp_path, 6, sample=lambda n: {"__key__": f"{n}", "png": picture(n)}))
    assert (len(images), images.label(0), images.name(5)) == (6, None, "5.png")


def test_of_several_images_of_a_sample_the_one_that_is_named_so_is_taken(tmp_path):
    def sample(n):
        return {"__key__": f"{n}", "seg.png": picture(n + 50), "jpg": picture(n), "cls": n}

    images = as_images(written(tmp_path, 4, sample=sample))
    assert [images.name(n) for n in range(4)] == ["0.jpg", "1.jpg", "2.jpg", "3.jpg"]
    with pytest.raises(
        ValueError, match=r"several images each \('left.png', 'right.png'\), and none is named image or jpg"
    ):
        as_images(written(tmp_path, 2, sample=lambda n: {
            "__key__": f"{n}", "left.png": picture(n), "right.png": picture(n), "cls": 0}))  # fmt: skip


def test_keys_that_every_shard_begins_anew_are_told_apart(tmp_path):
    images = as_images(written(tmp_path, 6, per_shard=2, sample=lambda n: {
        "__key__": f"{n % 2}", "png": picture(n), "cls": n}))  # fmt: skip
    assert [images.name(n) for n in range(4)] == [
        "set-000/0.png",
        "set-000/1.png",
        "set-001/0.png",
        "set-001/1.png",
    ]
    assert [images.label(n) for n in range(6)] == list("012345")


def test_count_reads_no_further_than_it_must(tmp_path):
    pattern = written(tmp_path)
    (tmp_path / "set-002.tar").write_bytes(b"damaged" * 200)
    images = as_images(pattern, count=6)
    assert [images.label(n) for n in range(6)] == list("012012")
    with pytest.raises(ValueError, match=r"set-002\.tar' is damaged or cut short"):
        as_images(pattern)
    (tmp_path / "set-002.tar").unlink()
    with pytest.raises(FileNotFoundError, match=r"set-002\.tar"):
        as_images(pattern)


def test_a_damaged_image_in_a_shard_is_an_error_of_that_image_alone(tmp_path):
    def sample(n):
        file = io.BytesIO()
        picture(n).save(file, "PNG")
        return {"__key__": f"{n}", "png": file.getvalue()[: 60 if n == 1 else None], "cls": n}

    images = as_images(written(tmp_path, 4, sample=sample))
    with pytest.raises(OSError, match="truncated"):
        images.image(1)
    assert images.image(2).tobytes() == picture(2).tobytes()


def test_shards_without_images_say_what_they_hold(tmp_path):
    with pytest.raises(ImagesError, match=r"holds? no images .*\.cls"):
        as_images(
            written(tmp_path, 4, sample=lambda n: {"__key__": f"{n}", "cls": n, "json": json.dumps({})})
        )


def test_a_pipeline_of_webdataset_is_a_stream_of_a_given_length(tmp_path):
    pattern = written(tmp_path)
    expected = facts(as_images(pattern))
    raw = as_images(WebDataset(pattern, shardshuffle=False), count=10)
    assert [(f"{name}.png", label, pixels) for name, label, pixels in facts(raw)] == expected
    pairs = WebDataset(pattern, shardshuffle=False).decode("pil").to_tuple("png", "cls")
    images = as_images(pairs, count=7)
    assert [fact[1:] for fact in facts(images)] == [fact[1:] for fact in expected[:7]]
    with pytest.raises(
        TypeError, match=r"does not say where it ends: pass slw\.as_images\(stream, count=5000\)"
    ):
        as_images(pairs)
    shuffled = WebDataset(pattern, shardshuffle=False).shuffle(100).decode("pil").to_tuple("png", "cls")
    with pytest.raises(ImagesError, match="gives another image each time item"):
        as_images(shuffled, count=10)
