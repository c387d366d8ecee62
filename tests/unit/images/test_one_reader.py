"""Datasets that only one thread may enter at a time."""

import sqlite3
import threading
import time
from typing import Any

import numpy as np
import pytest
from PIL import Image

from semanticlens_widgets.images import as_images, decode_ahead

PIXELS = np.random.default_rng(0).integers(0, 256, (40, 4, 6, 3), np.uint8)


class Cursor:
    """Keeps where it reads."""

    def __len__(self):
        return len(PIXELS)

    def __getitem__(self, item):
        self.position = item
        time.sleep(0.0005)  # long enough for another thread to move the cursor
        return Image.fromarray(PIXELS[self.position])


class OneFile(Cursor):
    """Seeks and reads in one open file."""

    def __init__(self, path):
        path.write_bytes(PIXELS.tobytes())
        self.file = path.open("rb")

    def __getitem__(self, item):
        self.file.seek(item * PIXELS[0].nbytes)
        time.sleep(0.0005)
        pixels = np.frombuffer(self.file.read(PIXELS[0].nbytes), np.uint8)
        return Image.fromarray(pixels.reshape(PIXELS[0].shape))


class OneBuffer(Cursor):
    """Returns the same memory each time."""

    def __init__(self):
        self.buffer = np.zeros_like(PIXELS[0])

    def __getitem__(self, item):
        self.buffer[:] = PIXELS[item]
        return self.buffer


class Database(Cursor):
    """Reads through one sqlite connection, which only its own thread may use."""

    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        self.connection.execute("create table images (id integer, pixels blob)")
        rows = [(number, picture.tobytes()) for number, picture in enumerate(PIXELS)]
        self.connection.executemany("insert into images values (?, ?)", rows)

    def __getitem__(self, item):
        found = self.connection.execute("select pixels from images where id = ?", (item,))
        return np.frombuffer(found.fetchone()[0], np.uint8).reshape(PIXELS[0].shape)


class OwnImages(Cursor):
    """An object of the protocol that keeps where it reads."""

    fingerprint = "own"

    def image(self, sample):
        return self[sample]

    def label(self, sample):
        return None

    def name(self, sample):
        return str(sample)


SOURCES = {
    "cursor": lambda path: Cursor(),
    "one file": OneFile,
    "one buffer": lambda path: OneBuffer(),
    "sqlite": Database,
    "protocol": lambda path: OwnImages(),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_dataset_is_read_by_one_thread_at_a_time(source, tmp_path):
    images = as_images(source(tmp_path / "pixels"))
    found: dict[int, Any] = dict(decode_ahead(images, range(len(images)), np.asarray, workers=4))
    assert all((found[sample] == PIXELS[sample]).all() for sample in range(len(PIXELS)))


def test_a_dataset_is_read_by_the_thread_that_takes_the_values():
    class Home(Cursor):
        def __getitem__(self, item):
            readers.add(threading.get_ident())
            return Image.fromarray(PIXELS[item])

    readers = set()
    images = as_images(Home())
    assert len(images.fingerprint) == 40
    list(decode_ahead(images, range(len(images)), np.asarray))
    assert readers == {threading.get_ident()}


def test_transforms_and_files_run_in_several_threads(tmp_path):
    Image.fromarray(PIXELS[0]).save(tmp_path / "0.png")
    meeting = threading.Barrier(2, timeout=10)
    for images in (as_images(Cursor()), as_images([tmp_path / "0.png"] * 2)):
        waited: dict[int, Any] = dict(decode_ahead(images, range(2), lambda image: meeting.wait(), workers=2))
        assert sorted(waited.values()) == [0, 1]
    assert getattr(as_images(tmp_path), "parallel", False)
    assert getattr(as_images(PIXELS), "parallel", False)
    assert not getattr(as_images(Cursor(), labels=range(len(PIXELS))), "parallel", False)
