"""A widget as a folder: the page and its parts hold what a page in one file holds."""

import base64
import gzip
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.widgets import AuditTable, Explorer, NeuronGallery
from semanticlens_widgets.widgets.page import parts
from semanticlens_widgets.widgets.page.parts import Parts
from tests.fakes import DIM, WordModel, attributed_lens, cropped_lens, fake_lens
from tests.unit.widgets.test_page import WORDS, Kept, code, interrupted, kept  # noqa: F401 - code is a fixture

BIRD = Requirement("bird", valid=["bird"], spurious=["tree"])


class Folder:
    """The contents of a folder, with its columns in one piece."""

    def __init__(self, page: Path) -> None:
        self.contents = Kept(page.read_text(encoding="utf-8")).contents
        self.parts = [_part(page.parent, number) for number in range(len(self.contents["starts"]) - 1)]
        self.columns = b"".join(self.parts)

    def json(self, at: list[int]) -> Any:
        return json.loads(self.columns[at[0] : at[1]])

    def column(self, at: list[int], kind: str) -> np.ndarray:
        return np.frombuffer(self.columns[at[0] : at[1]], kind)


def _part(folder: Path, number: int) -> bytes:
    text = (folder / "parts" / str(number // 1000) / f"{number}.js").read_text()
    found = re.fullmatch(r'slwPart\((\d+),"([A-Za-z0-9+/=]*)"\)\n', text)
    assert found is not None
    assert int(found[1]) == number
    return gzip.decompress(base64.b64decode(found[2]))


def folder_of(widget: Any, path: Path, **options: Any) -> Folder:
    page = widget.to_html(path, **{"words": WORDS, "progress": False, **options})
    assert page == path / "index.html"
    return Folder(page)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in {"_PART": 256, "_PICTURES": 500, "CARDS": 16, "DETAILS": 7}.items():
        monkeypatch.setattr(parts, name, size)


def test_columns_are_found_again_whatever_the_parts_that_they_lie_in(tmp_path: Path) -> None:
    columns, generator = Parts(tmp_path / "parts"), np.random.default_rng(0)
    given = [generator.bytes(size) for size in (0, 1, 8, 255, 256, 257, 1000, 3)]
    files = [generator.bytes(size) for size in (499, 2, 0, 700, 13)]
    ats = [columns.add(part) for part in given]
    apart = columns.add_apart(b"apart")
    pictures = columns.add_files(iter(files))
    ats += [columns.add(part) for part in given]
    assert columns.joined() == b""
    whole = b"".join(_part(tmp_path, number) for number in range(len(columns.starts) - 1))
    assert [whole[start:end] for start, end in ats] == given * 2
    assert all(start % 8 == 0 for start, _ in ats)
    own = whole[slice(*pictures["at"])]
    assert [own[start:end] for start, end in pairwise(pictures["offsets"])] == files
    assert apart[0] in columns.starts
    # No picture is in two parts.
    places = [pictures["at"][0] + offset for offset in pictures["offsets"]]
    for start, end in pairwise(places):
        assert not any(start < cut < end for cut in columns.starts)


def test_a_folder_keeps_every_neuron_as_a_file_does(tmp_path: Path) -> None:
    lens = attributed_lens(40)
    explorer = Explorer(lens, requirements=[BIRD], method="pca", query="bird", vocabulary=WORDS)
    folder, file = folder_of(explorer, tmp_path / "page"), kept(explorer, tmp_path)
    for layer, expected in file.contents["layers"].items():
        found = folder.contents["layers"][layer]
        details = [one for at in found["parts"]["details"] for one in folder.json(at)]
        cards = [folder.json(at) for at in found["parts"]["cards"]]
        assert [len(one["cards"]) for one in cards] == [16, 16, 8]
        for one, card, detail in zip(
            details, [card for own in cards for card in own["cards"]], expected["details"], strict=True
        ):
            assert same(one, detail)
            assert card == one["card"]
        assert [label for own in cards for label in own["labels"]] == expected["names"]["labels"]
        assert found["names"]["named"] == expected["names"]["named"]
        measures = found["parts"]["measures"]
        for name, at in measures.items():
            given = [np.nan if one["card"][name] is None else one["card"][name] for one in details]
            np.testing.assert_allclose(folder.column(at, "<f4"), given, rtol=1e-6)
        embeddings = folder.column(found["embeddings"], "<i2").reshape(-1, DIM) / 32767
        unrelated = folder.column(folder.contents["words"]["unrelated"], "<i2").reshape(-1, DIM) / 32767
        alignments = folder.column(found["parts"]["unrelated"], "<i2").reshape(40, -1) / 32767
        np.testing.assert_allclose(alignments, embeddings @ unrelated.T, atol=2e-4)
        assert (
            folder.column(found["embeddings"], "<i2").tobytes()
            == (file.columns[slice(*expected["embeddings"])])
        )
    for name in ("traits", "ids"):
        assert folder.contents[name] == file.contents[name]
    pictures, others = folder.contents["pictures"]["samples"], file.contents["pictures"]["samples"]
    assert pictures["offsets"] == others["offsets"]
    assert folder.columns[slice(*pictures["at"])] == file.columns[slice(*others["at"])]
    assert folder.contents["audits"].keys() == file.contents["audits"].keys()


def same(one: Any, other: Any) -> bool:
    """True where numbers are the same up to rounding, and all else is equal."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == (pytest.approx(other, abs=1e-6) if isinstance(other, float) else other)


def test_crops_and_fewer_examples_are_kept_in_a_folder_too(tmp_path: Path) -> None:
    lens = cropped_lens()
    folder = folder_of(NeuronGallery(lens), tmp_path / "page", n_examples=2)
    crops = lens.database.crops
    assert crops is not None
    cards = [folder.json(at) for at in folder.contents["layers"]["eye"]["parts"]["cards"]]
    assert [rows for own in cards for rows in own["crops"]] == crops.rows["eye"][:, :2].tolist()
    assert all(len(card["samples"]) <= 2 for own in cards for card in own["cards"])
    shown = {row for rows in crops.rows["eye"][:, :2].tolist() for row in rows if row >= 0}
    sizes = np.diff(folder.contents["pictures"]["crops"]["offsets"])
    assert set(np.flatnonzero(sizes)) == shown


def test_a_folder_has_no_limit_of_neurons_and_loads_scripts_of_its_own_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("semanticlens_widgets.widgets.page.file._NEURONS", 10)
    page = NeuronGallery(fake_lens()).to_html(tmp_path / "page", words=WORDS, progress=False)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page.read_text(encoding="utf-8"))
    assert policy is not None
    assert "script-src 'unsafe-inline' 'self' file:;" in policy[1]
    assert policy[1].startswith("default-src 'none'")


def test_a_folder_replaces_the_one_before_and_no_other(tmp_path: Path) -> None:
    gallery, path = NeuronGallery(fake_lens()), tmp_path / "page"
    path.mkdir()
    first = folder_of(gallery, path)
    gallery.query = "car"
    assert len(folder_of(gallery, path).parts) == len(first.parts)
    assert Folder(path / "index.html").contents["traits"]["query"] == "car"
    (path / "notes.txt").write_text("mine")
    with pytest.raises(
        ValueError, match=r"path must be a new folder.*has other files; name another, or a file"
    ):
        gallery.to_html(path, words=WORDS, progress=False)
    with pytest.raises(ValueError, match="path must be in an existing folder"):
        gallery.to_html(tmp_path / "none" / "page", words=WORDS, progress=False)
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(ValueError, match=r"path must be a folder or end in \.html"):
        gallery.to_html(tmp_path / "taken", words=WORDS, progress=False)
    assert (path / "notes.txt").read_text() == "mine"


def test_who_is_interrupted_keeps_the_folder_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(NeuronGallery(fake_lens()), tmp_path / "page")
    before = (tmp_path / "page" / "index.html").read_bytes()
    monkeypatch.setattr(WordModel, "embed_texts", interrupted)
    with pytest.raises(KeyboardInterrupt):
        NeuronGallery(fake_lens()).to_html(tmp_path / "page", words=["boat"], progress=False)
    assert (tmp_path / "page" / "index.html").read_bytes() == before
    assert list(tmp_path.glob(".page*")) == []


def test_an_audit_in_a_folder_loads_each_class_when_it_is_looked_at(tmp_path: Path) -> None:
    lens = attributed_lens()
    folder = folder_of(AuditTable(lens, [BIRD]), tmp_path / "page")
    judged = folder.contents["audits"]["bn1"]["judged"]["bird"]
    verdicts = folder.column(judged["buffers"][10], "u1")
    assert verdicts.tolist() == lens.audit([BIRD], layer="bn1").verdicts[0].tolist()
