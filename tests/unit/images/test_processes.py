"""Images that worker processes decode."""

import multiprocessing
import os
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets.errors import WorkerError
from semanticlens_widgets.images import as_images, decode_ahead
from semanticlens_widgets.lens import Lens
from tests.colour_world import ColourModel, ColourSpace, labels, pictures, to_tensor
from tests.faults.saved import change, content

N = 30


@pytest.fixture
def folder(tmp_path):
    for number in range(N):
        pixels = np.random.default_rng(number).integers(0, 256, (20, 24, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{number:02d}.png")
    (tmp_path / "07.png").write_bytes(b"no image")
    return tmp_path


class OddError(Exception):
    """Cannot be sent."""

    def __init__(self, first, second):
        super().__init__(f"{first} {second}")


def values(images, transform) -> list[tuple[int, Any]]:
    return list(decode_ahead(images, [*range(N)], transform, depth=5))


def test_order_numbers_notes_and_failures_are_those_of_threads(folder):
    def transform(picture):
        red = picture.getpixel((0, 0))[0]
        if red < 40:
            raise OddError("red is", red)
        return to_tensor(picture), (red, "note")

    alone, worked = (values(as_images(folder, num_workers=n), transform) for n in (0, 2))
    assert [sample for sample, _ in worked] == [*range(N)]
    n_failed = 0
    for (_, one), (_, other) in zip(alone, worked, strict=True):
        if isinstance(one, Exception):
            n_failed += 1
            assert (type(other).__name__, str(other)) == (type(one).__name__, str(one))
            assert isinstance(other, Exception)
        else:
            assert torch.equal(one[0], other[0])
            assert one[1] == other[1]
    assert n_failed > 1


def test_a_lens_is_the_same_and_no_process_is_left():
    built = [
        Lens.build(
            ColourModel(), as_images(pictures(), labels=labels(), num_workers=n), ["act"], k=3, batch_size=8,
            foundation_model=ColourSpace(), transform=to_tensor, classes=["red", "green", "blue"],
            memory_format=torch.contiguous_format, progress=False,
        ).attribute(progress=False)
        for n in (0, 2)
    ]  # fmt: skip
    assert change(content(built[1]), content(built[0])) is None
    assert multiprocessing.active_children() == []


def test_what_cannot_be_sent_is_refused_with_the_way_out(folder):
    handle = (folder / "00.png").open("rb")
    with handle, pytest.raises(TypeError, match="images and a transform that can be sent .*num_workers=0"):
        values(as_images(folder, num_workers=1), lambda _: handle)


def test_a_process_that_ends_is_one_sentence(folder):
    with pytest.raises(WorkerError, match="has ended: it may lack memory .*__main__"):
        values(as_images(folder, num_workers=1), lambda _: os._exit(1))


def test_an_interrupt_leaves_no_process(folder):
    stream = decode_ahead(as_images(folder, num_workers=2), range(N), to_tensor, depth=4)
    next(stream)
    with pytest.raises(KeyboardInterrupt):
        stream.throw(KeyboardInterrupt())
    assert multiprocessing.active_children() == []


def test_streams_have_one_reader():
    class Stream:
        def __iter__(self):
            return iter(pictures(size=4))

    with pytest.raises(ValueError, match="num_workers must be 0 for a stream"):
        as_images(Stream(), count=3, num_workers=2)
    with pytest.raises(ValueError, match="num_workers must be"):
        as_images(pictures(), num_workers=-1)
