"""Streamed Hugging Face datasets, and other streams."""

import io
import itertools
import pickle

import datasets
import numpy as np
import pytest
from PIL import Image
from torch.utils.data import IterableDataset

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images, as_images

N = 12
PICTURES = [Image.fromarray(np.random.default_rng(n).integers(0, 256, (4, 6, 3), np.uint8)) for n in range(N)]


def png(picture):
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def features():
    return datasets.Features(
        {
            "image": datasets.Image(),
            "label": datasets.ClassLabel(names=["cat", "dog", "ox"]),
            "id": datasets.Value("int64"),
        }
    )


def rows(broken=()):
    for n, picture in enumerate(PICTURES):
        content = b"not an image" if n in broken else png(picture)
        yield {"image": {"bytes": content, "path": f"{n}.png"}, "label": n % 3 if n else -1, "id": n}


def table():
    return datasets.Dataset.from_list(list(rows()), features=features())


def streamed(**options):
    return datasets.IterableDataset.from_generator(rows, features=features(), gen_kwargs=options)


def labels(images):
    return [images.label(n) for n in range(len(images))]


def pixels(images):
    return [images.image(n).tobytes() for n in range(len(images))]


@pytest.fixture
def stored(tmp_path):
    """The folder of a dataset in parquet, as hubs keep it."""
    table().to_parquet(str(tmp_path / "train.parquet"))
    return datasets.load_dataset(
        "parquet", data_files=str(tmp_path / "*.parquet"), split="train", streaming=True
    )


def test_a_streamed_dataset_is_the_dataset(stored):
    expected = as_images(table())
    for dataset in (stored, streamed(), table().to_iterable_dataset(num_shards=3)):
        images = as_images(dataset)
        assert isinstance(images, Images)
        assert (len(images), getattr(images, "classes", None)) == (N, ["cat", "dog", "ox"])
        assert (
            labels(images) == labels(expected) == [None, *["cat", "dog", "ox"][1:], *["cat", "dog", "ox"] * 3]
        )
        assert pixels(images) == pixels(expected) == [picture.tobytes() for picture in PICTURES]
        assert images.name(3) == "3"
        assert "12 images of a stream" in repr(images)


def test_the_fingerprint_is_of_the_content(stored):
    same = [as_images(dataset).fingerprint for dataset in (stored, streamed())]
    assert same[0] == same[1]
    assert as_images(streamed(broken=(3,))).fingerprint != same[0]
    assert as_images(stored, value_range=(0, 128)).fingerprint != same[0]


def test_items_are_reached_in_any_order_and_by_a_copy(stored):
    images = as_images(stored)
    order = [5, 5, 2, 11, 0, 3]
    assert [images.image(n).tobytes() for n in order] == [PICTURES[n].tobytes() for n in order]
    again = pickle.loads(pickle.dumps(images))  # noqa: S301 (our own)
    assert again.image(4).tobytes() == PICTURES[4].tobytes()


class Counted(IterableDataset):
    """Pairs, and the number of times that it was begun."""

    def __init__(self):
        self.begun = 0

    def __iter__(self):
        self.begun += 1
        return iter(zip(PICTURES, "abcdefghijkl", strict=True))


def test_reading_forward_begins_once():
    source = Counted()
    images = as_images(source, count=N)
    before = source.begun
    assert [images.image(n).tobytes() for n in (1, 4, 4, 9)] == [PICTURES[n].tobytes() for n in (1, 4, 4, 9)]
    assert source.begun == before + 1
    assert labels(images) == list("abcdefghijkl")


def test_a_damaged_image_is_an_error_of_that_image_alone():
    images = as_images(streamed(broken=(0, 3)))
    for n in (0, 3):
        with pytest.raises(OSError, match="cannot identify"):
            images.image(n)
    assert images.image(4).tobytes() == PICTURES[4].tobytes()


def test_a_column_of_labels_is_chosen_by_name():
    assert as_images(streamed(), label_column="id").label(7) == "7"
    with pytest.raises(ValueError, match=r"has no column 'lable'; did you mean 'label'\?"):
        as_images(streamed(), label_column="lable")


def test_a_mapped_stream_without_stated_columns_is_read_by_its_items():
    mapped = streamed().map(
        lambda row: {"image": row["image"].transpose(Image.Transpose.ROTATE_90), "label": row["id"]}
    )
    images = as_images(mapped)
    assert images.image(2).tobytes() == PICTURES[2].transpose(Image.Transpose.ROTATE_90).tobytes()
    assert images.label(2) in ("2", "ox")


def test_streams_that_change_are_refused():
    random = np.random.default_rng(0)

    def flipped(row):
        return {**row, "image": row["image"].rotate(int(random.integers(1, 360)))}

    with pytest.raises(
        ImagesError, match="another image each time item 0 is read: pass it without shuffling"
    ):
        as_images(streamed().map(flipped))
    calm = streamed().shuffle(seed=3, buffer_size=5)
    assert sorted(pixels(as_images(calm))) == sorted(picture.tobytes() for picture in PICTURES)


class Later(Counted):
    """Other pictures from the third time on."""

    def __iter__(self):
        self.begun += 1
        return iter(PICTURES if self.begun < 3 else PICTURES[::-1])


def test_a_stream_that_changes_later_is_refused_then():
    images = as_images(Later(), count=N)
    assert images.image(9).tobytes() == PICTURES[9].tobytes()
    with pytest.raises(ImagesError, match="another image each time item 2 is read"):
        images.image(2)


def test_count_takes_the_first_and_ends_an_endless_one():
    def endless():
        for n in itertools.count():
            yield {"image": PICTURES[n % N], "label": n % 3, "id": n}

    images = as_images(datasets.IterableDataset.from_generator(endless, features=features()), count=20)
    assert (len(images), images.image(15).tobytes()) == (20, PICTURES[3].tobytes())
    with pytest.raises(ImagesError, match="the stream holds 12 images, fewer than count=13"):
        as_images(streamed(), count=13)


def test_a_stream_that_fails_says_after_how_many():
    def failing():
        yield from itertools.islice(rows(), 3)
        raise ConnectionError("the line is cut")

    with pytest.raises(ImagesError, match=r"fails after 3 images \(.*the line is cut\)"):
        as_images(datasets.IterableDataset.from_generator(failing, features=features()))


def test_an_empty_stream_and_a_dict_of_streams_are_refused():
    empty = datasets.IterableDataset.from_generator(lambda: iter(()), features=features())
    with pytest.raises(ImagesError, match="there must be at least one"):
        as_images(empty)
    with pytest.raises(TypeError, match=r"pass one split, for example source\['train'\]"):
        as_images(datasets.IterableDatasetDict({"train": streamed()}))
