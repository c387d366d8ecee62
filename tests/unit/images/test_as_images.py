import os
import re
import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images, as_images, subset
from semanticlens_widgets.images._as_images import _satisfies_protocol

PHOTOS = Path(__file__).resolve().parents[3] / "notebooks" / "photos"
COLOURS = ["red", "lime", "blue", "white", "black"]


def save(path, colour="red"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (6, 4), colour).save(path)
    return path


@pytest.fixture
def classes(tmp_path):
    root = tmp_path / "set"
    for name in ["dog/img10.png", "dog/img2.png", "cat/a.PNG", "loose.png", "cat/deep/b.png"]:
        save(root / name)
    save(root / ".hidden" / "x.png")
    save(root / "cat" / ".thumb.png")
    (root / "notes.txt").write_text("not an image")
    return root


def names(images):
    return [images.name(sample) for sample in range(len(images))]


def labels(images):
    return [images.label(sample) for sample in range(len(images))]


def test_a_folders_images_come_in_natural_order_without_hidden_files(classes):
    assert names(as_images(classes)) == [
        "cat/a.PNG",
        "cat/deep/b.png",
        "dog/img2.png",
        "dog/img10.png",
        "loose.png",
    ]


def test_the_first_sub_folder_is_the_label(classes):
    assert labels(as_images(str(classes))) == ["cat", "cat", "dog", "dog", None]


def test_a_link_to_a_folder_is_followed_and_a_loop_ends(classes, tmp_path):
    save(tmp_path / "elsewhere" / "z.png")
    (classes / "zebra").symlink_to(tmp_path / "elsewhere")
    (classes / "loop").symlink_to(classes)
    assert names(as_images(classes))[-1] == "zebra/z.png"
    assert len(as_images(classes)) == 6


def test_a_labels_csv_gives_files_order_and_labels(classes):
    (classes / "labels.csv").write_text(
        "file,label,category,other\ndog/img2.png,rex,dog,1\ncat/a.PNG,,cat,2\n"
    )
    images = as_images(classes)
    assert names(images) == ["dog/img2.png", "cat/a.PNG"]
    assert labels(images) == ["rex", None]
    assert labels(as_images(classes, label_column="category")) == ["dog", "cat"]
    assert labels(as_images(classes / "labels.csv")) == ["rex", None]


def test_the_photos_of_the_checkout_are_read_by_their_csv():
    images = as_images(PHOTOS)
    assert len(images) == 522
    assert (images.name(0), images.label(0)) == ("img/000_frog.webp", "frog")
    assert as_images(PHOTOS, label_column="category").label(0) == "amphibian"
    assert images.image(0).mode == "RGB"


def test_a_csv_with_a_wrong_column_is_answered_with_near_names(classes):
    (classes / "labels.csv").write_text("file,label,category\nloose.png,a,b\n")
    with pytest.raises(ValueError, match=r"has no 'catgory'; did you mean 'category'\?"):
        as_images(classes, label_column="catgory")


def test_a_label_column_without_a_csv_is_refused(classes):
    with pytest.raises(
        ValueError, match=r"label_column='category' needs the file '.*labels\.csv', which does not exist"
    ):
        as_images(classes, label_column="category")


def test_one_absent_file_of_a_csv_is_broken_and_not_fatal(classes):
    (classes / "labels.csv").write_text("file,label\ngone.png,a\nloose.png,b\n")
    images = as_images(classes)
    assert len(images) == 2
    with pytest.raises(FileNotFoundError):
        images.image(0)
    assert images.image(1).size == (6, 4)
    assert len(images.fingerprint) == 40


def test_a_csv_of_absent_files_alone_is_refused(classes):
    (classes / "labels.csv").write_text("file,label\nlose.png,a\n")
    with pytest.raises(
        FileNotFoundError, match=r"there is no file '.*lose\.png'; did you mean 'loose\.png'\?"
    ):
        as_images(classes)


def test_a_csv_without_rows_has_no_images(classes):
    (classes / "labels.csv").write_text("file,label\n")
    with pytest.raises(ImagesError, match="lists no images: it needs a row for each"):
        as_images(classes)


def test_an_absent_folder_is_answered_with_near_names(classes):
    with pytest.raises(FileNotFoundError, match=r"there is no folder '.*sett'; did you mean 'set'\?"):
        as_images(classes.parent / "sett")
    with pytest.raises(FileNotFoundError, match=r"its folder '.*no' does not exist"):
        as_images(classes.parent / "no" / "way")


def test_a_folder_without_images_says_what_it_holds(tmp_path):
    with pytest.raises(ImagesError, match="holds no images \\(it is empty\\)"):
        as_images(tmp_path)
    (tmp_path / "a.txt").touch()
    with pytest.raises(ImagesError, match="holds no images \\(1 .txt\\)"):
        as_images(tmp_path)


def test_a_list_of_paths_is_named_below_its_common_folder(classes):
    images = as_images([classes / "dog/img2.png", str(classes / "cat/a.PNG")], labels=["x", 3])
    assert names(images) == ["dog/img2.png", "cat/a.PNG"]
    assert labels(images) == ["x", "3"]
    assert names(as_images(classes / "loose.png")) == ["loose.png"]


def test_an_absent_path_of_a_list_is_refused_with_near_names(classes):
    with pytest.raises(FileNotFoundError, match=r"did you mean 'img2\.png'"):
        as_images([classes / "dog/img3.png"])


@pytest.mark.parametrize("source", [[], (), np.zeros((0, 4, 4, 3), np.uint8)])
def test_nothing_is_refused(source):
    with pytest.raises(ImagesError, match="there must be at least one"):
        as_images(source)


def test_labels_must_be_one_an_image(classes):
    with pytest.raises(ValueError, match="labels must be one for each of the 5 images, not 2"):
        as_images(classes, labels=["a", "b"])


def test_an_array_is_a_row_of_images():
    pixels = np.random.default_rng(0).integers(0, 256, (3, 5, 7, 3), dtype=np.uint8)
    images = as_images(pixels, labels=["a", "b", None])
    assert (len(images), images.name(1), labels(images)) == (3, "1", ["a", "b", None])
    assert np.array_equal(np.asarray(images.image(2)), pixels[2])
    same = as_images((pixels / 255).astype(np.float32))
    assert np.array_equal(np.asarray(same.image(2)), pixels[2])
    tensor = as_images(torch.from_numpy(pixels).permute(0, 3, 1, 2))
    assert np.array_equal(np.asarray(tensor.image(2)), pixels[2])


def test_grey_arrays_become_rgb():
    images = as_images(np.full((2, 5, 7), 9, np.uint8))
    assert images.image(0).getpixel((0, 0)) == (9, 9, 9)


def test_a_single_image_is_not_taken_for_a_row_of_images():
    with pytest.raises(ValueError, match=r"not \(5, 7, 3\): for a single image pass array\[None\]"):
        as_images(np.zeros((5, 7, 3), np.uint8))


def test_normalized_pixels_are_refused_with_the_way_out():
    with pytest.raises(ValueError, match="pass the dataset without its normalizing transform"):
        as_images(np.random.default_rng(0).normal(size=(2, 5, 7, 3)).astype(np.float32))


def test_pil_images_are_images():
    images = as_images([Image.new("L", (3, 2), 7), Image.new("RGB", (3, 2), "red")])
    assert images.image(0).getpixel((0, 0)) == (7, 7, 7)
    assert labels(images) == [None, None]


def test_a_mixed_list_is_refused():
    with pytest.raises(
        TypeError, match="must hold only paths, or only PIL images, arrays and tensors, but item 1 is a str"
    ):
        as_images([Image.new("L", (3, 2)), "a.png"])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"train": 1}, "pass one split, for example source['train']"),
        (iter([1]), "list_iterator, which has no length and no item i"),
        (7, "images must be a folder, a list of paths"),
        (torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.zeros(2))), "pass loader.dataset"),
    ],
)
def test_near_misses_are_answered_with_the_way_out(source, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        as_images(source)


class Counted:
    """Images by the protocol, which record if their fingerprint was read."""

    reads = 0

    @property
    def fingerprint(self):
        self.reads += 1
        return "f"

    def __len__(self):
        return 1

    def image(self, sample):
        return Image.new("RGB", (2, 2))

    def label(self, sample):
        return None

    def name(self, sample):
        return str(sample)


def test_an_object_with_the_protocols_members_passes_as_it_is():
    images = Counted()
    assert _satisfies_protocol(images)
    assert images.reads == 0
    assert as_images(images) is images


def test_every_adapter_satisfies_the_protocol(classes):
    pixels = np.zeros((2, 4, 4, 3), np.uint8)
    for images in [
        as_images(classes),
        as_images(pixels),
        subset(as_images(pixels), [1]),
        as_images(pixels, labels=["ab"] * 2),
    ]:
        assert isinstance(images, Images)
        assert "image" in repr(images)


def test_the_fingerprint_is_of_the_content_and_not_of_the_place(classes, tmp_path):
    shutil.copytree(classes, tmp_path / "copy")
    before = as_images(classes).fingerprint
    assert as_images(tmp_path / "copy").fingerprint == before
    save(classes / "loose.png", "blue")
    assert as_images(classes).fingerprint != before
    assert as_images(tmp_path / "copy", labels=list("abcde")).fingerprint != before


def test_the_fingerprint_of_pixels_knows_values_order_and_shape():
    pixels = np.random.default_rng(0).integers(0, 256, (2, 4, 6, 3), dtype=np.uint8)
    prints = [
        as_images(array).fingerprint
        for array in (pixels, pixels[::-1], pixels.reshape(2, 6, 4, 3), pixels[:1])
    ]
    assert len(set(prints)) == 4
    assert as_images(list(pixels)).fingerprint == prints[0]


def test_the_label_none_and_the_label_called_none_differ():
    pixels = np.zeros((1, 4, 4, 3), np.uint8)
    assert as_images(pixels, labels=[None]).fingerprint != as_images(pixels, labels=["None"]).fingerprint


def test_a_subset_numbers_the_chosen_samples_anew(classes):
    images = as_images(classes)
    chosen = subset(images, [3, 0, 3])
    assert names(chosen) == ["dog/img10.png", "cat/a.PNG", "dog/img10.png"]
    assert labels(chosen) == ["dog", "cat", "dog"]
    assert chosen.image(1).size == (6, 4)
    assert chosen.fingerprint != subset(images, [0, 3, 3]).fingerprint


def test_a_subset_is_checked(classes):
    images = as_images(classes)
    with pytest.raises(ImagesError, match="the subset is empty"):
        subset(images, [])
    with pytest.raises(IndexError, match="indices must lie in 0 to 4, not -1"):
        subset(images, [0, -1])


def test_a_truncated_file_is_an_error_of_that_image_alone(classes):
    path = classes / "loose.png"
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:500])
    images = as_images(classes)
    with pytest.raises(OSError, match="truncated"):
        images.image(4)
    assert images.image(0).size == (6, 4)


def test_labels_without_a_text_of_their_own_are_refused():
    pixels = np.zeros((2, 4, 4, 3), np.uint8)
    with pytest.raises(TypeError, match="labels must be texts or numbers, one per image, not a object"):
        as_images(pixels, labels=[object(), object()])
    assert labels(as_images(pixels, labels=torch.tensor([3, 1]))) == ["3", "1"]


def test_splits_are_not_labels(tmp_path):
    for name in ("train/cat/1.png", "val/dog/2.png"):
        (tmp_path / name).parent.mkdir(parents=True)
        save(tmp_path / name, "red")
    with pytest.warns(UserWarning, match=r"are splits \(train, val\), so the labels are the folders below"):
        assert labels(as_images(tmp_path)) == ["cat", "dog"]


def test_a_dict_of_paths_gives_their_labels(classes):
    images = as_images({classes / "dog/img2.png": 1, str(classes / "cat/a.PNG"): "x"})
    assert (names(images), labels(images)) == (["dog/img2.png", "cat/a.PNG"], ["1", "x"])


def test_a_path_in_bytes_is_a_path(classes):
    assert len(as_images(bytes(classes))) == 5


@pytest.mark.parametrize("name", ["a.7z", "a.rar", "a.png.gz"])
def test_an_archive_of_another_kind_is_refused(tmp_path, name):
    (tmp_path / name).touch()
    with pytest.raises(ValueError, match="is not read: unpack it, and pass the folder"):
        as_images(tmp_path / name)


def test_an_open_archive_is_passed_by_its_path(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "a")
        with pytest.raises(TypeError, match="must not be an open ZipFile: pass the path of the archive"):
            as_images(archive)
        with pytest.raises(TypeError, match="must not be an open Path: pass the path"):
            as_images(zipfile.Path(archive))


def test_pictures_of_closed_files_say_so(classes):
    with Image.open(classes / "loose.png") as picture:
        pass
    images = as_images([picture])
    with pytest.raises(ValueError, match="file was closed before its pixels were read"):
        images.image(0)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    images = as_images(tmp_path)
    assert len(images.fingerprint) == 40
    with pytest.raises(OSError, match="is not a file"):
        images.image(0)


def test_the_fingerprint_knows_how_pixels_are_read(classes):
    plain, other = as_images(classes), as_images(classes, value_range=(0, 128))
    assert plain.fingerprint != other.fingerprint
    assert as_images(classes, value_range=(0, 128)).fingerprint == other.fingerprint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"value_range": (5, 5)}, r"value_range must be \(low, high\) with low < high, not \(5, 5\)"),
        ({"bands": (0, 1)}, "bands must be one, three or four numbers"),
        ({"page": -1}, "page must be at least 0, not -1"),
    ],
)
def test_the_rules_for_pixels_are_checked(classes, options, message):
    with pytest.raises(ValueError, match=message):
        as_images(classes, **options)
    with pytest.raises(ValueError, match="belong to the source"):
        as_images(as_images(classes), page=0)


@pytest.mark.skipif(sys.platform == "darwin", reason="file names there are UTF-8")
def test_names_that_are_no_utf8_are_read_and_shown_as_text(tmp_path):
    folder = os.path.join(os.fsencode(tmp_path), b"caf\xe9")  # noqa: PTH118 (bytes)
    os.mkdir(folder)  # noqa: PTH102
    with open(os.path.join(folder, b"a\xff.png"), "wb") as file:  # noqa: PTH118, PTH123
        Image.new("RGB", (3, 2), (9, 8, 7)).save(file, "PNG")
    images = as_images(tmp_path)
    assert images.image(0).getpixel((0, 0)) == (9, 8, 7)
    assert (images.name(0), images.label(0)) == ("caf\ufffd/a\ufffd.png", "caf\ufffd")
    images.name(0).encode()


def test_a_picture_that_was_closed_says_so(tmp_path):
    Image.new("RGB", (3, 2)).save(tmp_path / "a.png")
    closed = Image.open(tmp_path / "a.png")
    closed.close()
    with pytest.raises(ValueError, match=r"closed before its pixels were read: pass paths"):
        as_images([closed]).image(0)
