import io
import itertools

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import Dataset, IterableDataset, Subset

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import as_images, labels_of, subset

COLOURS = ["red", "lime", "blue"]


class Coloured(Dataset):
    """A dataset of three colours, whose items `item` makes of the picture and its number."""

    def __init__(self, item=lambda picture, target: (picture, target), classes=None):
        self.item = item
        self.reads = 0
        if classes:
            self.classes = classes

    def __len__(self):
        return 3

    def __getitem__(self, sample):
        if sample >= 3:
            raise IndexError(sample)
        self.reads += 1
        return self.item(Image.new("RGB", (8, 6), COLOURS[sample]), sample)


def tensor(picture):
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1)


ITEMS = {
    "picture": lambda picture, target: picture,
    "pair": lambda picture, target: (picture, target),
    "uint8 tensor": lambda picture, target: (tensor(picture), torch.tensor(target)),
    "float tensor": lambda picture, target: (tensor(picture) / 255, target),
    "array": lambda picture, target: (np.array(picture), np.int64(target)),
    "triple": lambda picture, target: (picture, target, "path"),
    "mapping": lambda picture, target: {"image": picture, "label": target},
}


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_items_of_every_kind_are_images(item):
    images = as_images(Coloured(item))
    assert len(images) == 3
    assert images.image(1).getpixel((0, 0)) == (0, 255, 0)
    assert images.label(2) == (None if item is ITEMS["picture"] else "2")


def test_classes_name_the_targets_through_a_subset_too():
    dataset = Coloured(classes=["r", "g", "b"])
    assert [as_images(dataset).label(sample) for sample in range(3)] == ["r", "g", "b"]
    assert as_images(Subset(dataset, [2, 0])).label(0) == "b"


def test_a_text_target_is_the_label_and_a_structured_one_is_none():
    assert as_images(Coloured(lambda picture, target: (picture, "rex"))).label(0) == "rex"
    for target in ({"boxes": []}, [1, 2], torch.tensor([3, 1])):
        assert as_images(Coloured(lambda picture, _, target=target: (picture, target))).label(0) is None


def test_the_label_of_an_image_that_was_read_costs_no_second_read():
    dataset = Coloured()
    images = as_images(dataset)
    images.image(1)
    reads = dataset.reads
    assert images.label(1) == "1"
    assert dataset.reads == reads


def test_a_normalizing_transform_is_refused():
    with pytest.raises(ValueError, match="pass the dataset without its normalizing transform"):
        as_images(Coloured(lambda picture, target: ((tensor(picture) / 255 - 0.5) / 0.2, target)))


def test_a_random_transform_is_refused():
    sides = itertools.count(5)
    with pytest.raises(ValueError, match="a different image each time item 0 is read"):
        as_images(Coloured(lambda picture, target: (picture.resize((next(sides), 6)), target)))


@pytest.mark.parametrize(
    "item", [lambda picture, target: "text", lambda picture, target: (), lambda picture, target: {"x": 1}]
)
def test_items_that_are_no_images_are_refused(item):
    with pytest.raises(TypeError, match=r"items of a dataset must be images or \(image, target\)"):
        as_images(Coloured(item))


def test_a_dataset_without_items_is_refused():
    with pytest.raises(ImagesError, match="the dataset Subset has no images"):
        as_images(Subset(Coloured(), []))


def test_a_streamed_dataset_is_refused():
    class Streamed(IterableDataset):
        def __len__(self):
            return 3

        def __iter__(self):
            return iter([])

    with pytest.raises(TypeError, match="a dataset must return item i, which Streamed does not"):
        as_images(Streamed())


def test_a_broken_item_is_an_error_of_that_sample_alone():
    def item(picture, target):
        if target == 0:
            raise OSError("truncated")
        return picture, target

    images = as_images(Coloured(item))
    with pytest.raises(OSError, match="truncated"):
        images.image(0)
    assert images.image(1).size == (8, 6)
    assert len(images.fingerprint) == 40


def test_the_fingerprint_is_of_pixels_and_labels():
    plain = as_images(Coloured()).fingerprint
    assert as_images(Coloured(ITEMS["uint8 tensor"])).fingerprint == plain
    assert as_images(Coloured(classes=["r", "g", "b"])).fingerprint != plain


def test_a_plain_image_folder_of_torchvision_is_read_as_files(tmp_path):
    datasets = pytest.importorskip("torchvision.datasets")
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        Image.new("RGB", (8, 6), "red").save(tmp_path / name / "1.png")
    images = as_images(datasets.ImageFolder(tmp_path))
    assert (images.name(1), images.label(1)) == ("dog/1.png", "dog")
    assert images.fingerprint == as_images(tmp_path).fingerprint
    resized = as_images(datasets.ImageFolder(tmp_path, transform=lambda image: image.resize((3, 3))))
    assert (resized.image(1).size, resized.label(1)) == ((3, 3), "dog")


class Feature:
    """A fake feature of a Hugging Face dataset, recognized by its class name and `names`."""


class ClassLabel(Feature):
    def __init__(self, names):
        self.names = names


FEATURES = {"Image": type("Image", (Feature,), {}), "Value": type("Value", (Feature,), {})}


class Table:
    """The members of a `datasets.Dataset` that the adapter uses."""

    def __init__(self, columns, features, fingerprint: str | None = "abc"):
        self.columns, self.features = columns, features
        self.column_names = list(columns)
        self._fingerprint = fingerprint

    def __len__(self):
        return len(next(iter(self.columns.values())))

    def __getitem__(self, key):
        if isinstance(key, str):
            return self.columns[key]
        return {name: column[key] for name, column in self.columns.items()}


def pictures():
    return [Image.new("RGB", (8, 6), colour) for colour in COLOURS]


def table(**more):
    columns = {"id": [7, 8, 9], "photo": pictures(), "fine": [2, -1, 0], **more}
    features = {"id": FEATURES["Value"](), "photo": FEATURES["Image"](), "fine": ClassLabel(["a", "b", "c"])}
    return Table(columns, features | {name: FEATURES["Value"]() for name in more})


def test_the_columns_of_a_hugging_face_dataset_are_told_by_their_types():
    images = as_images(table())
    assert images.image(2).getpixel((0, 0)) == (0, 0, 255)
    assert [images.label(sample) for sample in range(3)] == ["c", None, "a"]
    assert images.name(1) == "1"


def test_another_label_column_is_had_by_name():
    images = as_images(table(kind=["x", "y", None]), label_column="kind")
    assert [images.label(sample) for sample in range(3)] == ["x", "y", None]
    with pytest.raises(ValueError, match=r"the dataset has no column 'knd'; did you mean 'kind'\?"):
        as_images(table(kind=["x", "y", "z"]), label_column="knd")


def test_a_column_without_a_type_is_told_by_its_name():
    images = as_images(Table({"img": pictures(), "label": [1, 2, 3]}, {}))
    assert (images.image(0).size, images.label(0)) == ((8, 6), "1")


def test_images_that_were_left_encoded_are_decoded():
    file = io.BytesIO()
    Image.new("RGB", (8, 6)).save(file, "PNG")
    columns = {"image": [{"bytes": file.getvalue(), "path": None}]}
    assert as_images(Table(columns, {"image": FEATURES["Image"]()})).image(0).size == (8, 6)


def test_the_datasets_own_fingerprint_is_used():
    one, other = (Table({"image": pictures()}, {}, fingerprint) for fingerprint in ("a", "b"))
    assert as_images(one).fingerprint != as_images(other).fingerprint
    assert len(as_images(Table({"image": pictures()}, {}, None)).fingerprint) == 40


def test_a_dataset_without_an_image_column_is_refused():
    with pytest.raises(ValueError, match=r"has no image column, only \['text'\]"):
        as_images(Table({"text": ["a"]}, {"text": FEATURES["Value"]()}))


class Shifting(Dataset):
    """Thirty items, some of which are another picture each time."""

    def __init__(self, changing):
        self.changing, self.count = changing, itertools.count()

    def __len__(self):
        return 30

    def __getitem__(self, sample):
        grey = next(self.count) if self.changing(sample) else sample
        return Image.new("L", (4, 3), grey % 256)


@pytest.mark.parametrize(
    "changing", [lambda n: n % 2 == 1, lambda n: n == 29, lambda n: n % 3 == 2, lambda n: n >= 15]
)
def test_several_items_are_read_twice(changing):
    with pytest.raises(ValueError, match=r"a different image each time item \d+ is read"):
        as_images(Shifting(changing))
    assert len(as_images(Shifting(lambda n: False))) == 30


class Transformed(Table):
    """A Hugging Face dataset with `set_transform`."""

    def __init__(self, transform, columns=None):
        super().__init__(columns or {"image": pictures(), "label": [0, 1, 2]}, {"image": FEATURES["Image"]()})
        self.transform = transform
        self.format = {"type": "custom"}

    def __getitem__(self, key):
        return super().__getitem__(key) if isinstance(key, str) else self.transform(super().__getitem__(key))


def test_a_random_transform_of_a_hugging_face_dataset_is_refused():
    sides = itertools.count(5)
    with pytest.raises(ValueError, match="a different image each time item 0 is read"):
        as_images(Transformed(lambda row: row | {"image": row["image"].resize((next(sides), 6))}))


def test_a_transform_to_pixel_values_is_read_by_that_name():
    images = as_images(Transformed(lambda row: {"pixel_values": tensor(row["image"]) / 255}))
    assert images.image(2).getpixel((0, 0)) == (0, 0, 255)
    with pytest.raises(ValueError, match=r"the dataset's transform returns no image, only \['x'\]"):
        as_images(Transformed(lambda row: {"x": 1})).image(0)


def test_the_fingerprint_of_a_transformed_dataset_is_of_its_pixels():
    plain = as_images(Transformed(lambda row: row)).fingerprint
    smaller = as_images(Transformed(lambda row: row | {"image": row["image"].resize((3, 3))})).fingerprint
    assert plain != smaller


@pytest.mark.parametrize(
    ("target", "label"),
    [
        (torch.tensor([3]), "3"),
        (np.array([3]), "3"),
        ([3], "3"),
        (b"rex", "rex"),
        (float("nan"), None),
        (object(), None),
        (Image.new("L", (2, 2)), None),
        (len, "<built-in function len>"),
    ],
)
def test_targets_of_one_element_are_labels_and_addresses_are_none(target, label):
    assert as_images(Coloured(lambda picture, _: (picture, target))).label(0) == label


def test_the_fingerprint_does_not_hold_addresses():
    one, other = (as_images(Coloured(lambda picture, _: (picture, object()))) for _ in range(2))
    assert one.fingerprint == other.fingerprint


def test_a_mask_before_its_image_is_refused():
    with pytest.raises(ValueError, match="the first looks like a mask"):
        as_images(Coloured(lambda picture, _: (picture.convert("L"), picture)))
    assert as_images(Coloured(lambda picture, _: (picture, picture.convert("L")))).label(0) is None


def test_the_range_is_stated_for_a_dataset():
    def item(picture, target):
        return tensor(picture).int() * 10 - 1000

    with pytest.raises(ValueError, match=r"value_range=\(low, high\)"):
        as_images(Coloured(item))
    images = as_images(Coloured(item), value_range=(-1000, 1550))
    assert images.image(1).getpixel((0, 0)) == (0, 255, 0)


def test_a_flip_of_every_second_look_is_noticed_even_with_one_item():
    flips = np.random.default_rng(0)

    class Flipping(Dataset):
        def __len__(self):
            return 1

        def __getitem__(self, sample):
            return Image.fromarray(np.array([[0, 255]], np.uint8)[:, :: 1 - 2 * flips.integers(2)].copy())

    for _ in range(100):
        with pytest.raises(ValueError, match="a different image each time item 0 is read"):
            as_images(Flipping())


@pytest.mark.parametrize("kind", [list, np.array, torch.tensor])
def test_arrays_of_0_and_1_are_one_label_or_several(kind):
    marks = [[0, 1, 0], [1, 0, 1], [0, 0, 0]]
    images = as_images(
        Coloured(lambda picture, target: (picture, kind(marks[target])), classes=["r", "g", "b"])
    )
    assert [labels_of(images, sample) for sample in range(3)] == [("g",), ("r", "b"), ()]
    assert [images.label(sample) for sample in range(3)] == ["g", None, None]


def test_without_names_the_labels_of_arrays_are_numbers_of_outputs_and_lists_are_none():
    images = as_images(Coloured(lambda picture, _: (picture, torch.tensor([0.0, 1.0, 1.0]))))
    assert labels_of(images, 0) == ("1", "2")
    assert labels_of(as_images(Coloured(lambda picture, _: (picture, [0, 1]))), 0) is None
    assert labels_of(as_images(Coloured(lambda picture, _: (picture, np.array([0.5, 1])))), 0) is None


def test_whole_floats_are_whole_numbers():
    images = as_images(Coloured(lambda picture, target: (picture, float(target)), classes=["r", "g", "b"]))
    assert [images.label(sample) for sample in range(3)] == ["r", "g", "b"]
    assert as_images(Coloured(lambda picture, _: (picture, np.float32(3)))).label(0) == "3"
    assert as_images(Coloured(lambda picture, _: (picture, 2.5))).label(0) == "2.5"


def test_labels_may_be_given_as_arrays_or_lists_of_texts():
    pictures = [Image.new("RGB", (2, 2), colour) for colour in COLOURS]
    images = as_images(pictures, labels=[["a", "b"], [], np.array([1, 0])])
    assert [labels_of(images, sample) for sample in range(3)] == [("a", "b"), (), ("0",)]
    assert labels_of(subset(images, [2, 0]), 1) == ("a", "b")


def test_several_labels_are_in_the_fingerprint():
    one, other = (
        as_images(Coloured(lambda picture, _, marks=marks: (picture, torch.tensor(marks)))).fingerprint
        for marks in ([1, 1, 0], [1, 0, 1])
    )
    assert one != other


class Numbered(torch.utils.data.Dataset):
    """Two pictures with the targets 0 and 1."""

    def __init__(self, classes):
        self.classes = classes

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return Image.new("RGB", (8, 8), (90 * index, 0, 0)), index


def test_datasets_that_are_joined_share_their_classes_or_are_refused():
    joined = torch.utils.data.ConcatDataset
    same = as_images(joined([Numbered(["cat", "dog"]), Numbered(["cat", "dog"])]))
    assert [same.label(sample) for sample in range(4)] == ["cat", "dog", "cat", "dog"]
    for other in (["dog", "cat"], None):
        with pytest.raises(
            ValueError, match="name their classes differently, so that one number means several"
        ):
            as_images(joined([Numbered(["cat", "dog"]), Numbered(other)]))


def test_items_without_a_known_key_name_the_keys_that_they_have():
    class Odd(Numbered):
        def __getitem__(self, index):
            return {"scan": super().__getitem__(index)[0], "y": 1}

    with pytest.raises(TypeError, match="hold their image as 'image', and these hold 'scan', 'y'; rename"):
        as_images(Odd(None))
