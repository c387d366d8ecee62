"""Names and labels of samples, packed in tensors."""

import pytest
import torch

from semanticlens_widgets.concepts import _texts
from semanticlens_widgets.concepts._texts import PackedTexts, texts_from_tensors, texts_to_tensors
from semanticlens_widgets.errors import LensFileError

NAMES = ["a.jpg", "", "Straße/ö.png", "日本", "\udcff half", "a.jpg", "x" * 300, "\x00"]
LABELS = ["cat", None, "", "Ähre", "cat", None, "None", "cat"]


@pytest.fixture(params=[1, 3, 4096], autouse=True)
def _at_once(request, monkeypatch):
    monkeypatch.setattr(_texts, "_AT_ONCE", request.param)


@pytest.mark.parametrize(("names", "labels"), [(NAMES, LABELS), (NAMES[:2], [None, None]), ([], [])])
def test_texts_are_as_they_were(names, labels):
    found = texts_from_tensors(texts_to_tensors(names, labels))
    for packed, plain in ((found["names"], names), (found["labels"], labels)):
        assert list(packed) == plain
        assert packed == plain
        assert [packed[row] for row in range(len(plain))] == plain
        assert [packed[row - len(plain)] for row in range(len(plain))] == plain
        assert packed[1:] == plain[1:]
        assert packed[::-2] == plain[::-2]
        with pytest.raises(IndexError):
            packed[len(plain)]


def test_packed_texts_differ_from_others():
    found = texts_from_tensors(texts_to_tensors(NAMES, LABELS))
    assert found["names"] != NAMES[:-1]
    assert found["names"] != [*NAMES[:-1], "other"]
    assert found["labels"] != "cat"


def test_bytes_that_are_no_text_are_one_sentence():
    tensors = texts_to_tensors(["abc"], ["x"])
    tensors["name_bytes"][1] = 255
    with pytest.raises(LensFileError, match="names of samples are no text .*copy or save the lens again"):
        PackedTexts(tensors["name_bytes"], tensors["name_offsets"])[0]


def test_a_label_is_kept_once():
    tensors = texts_to_tensors(["n"] * 1000, ["long label"] * 1000)
    assert len(tensors["label_bytes"]) == len("long label")
    assert tensors["label_codes"].dtype == torch.int32
