"""A widget as one file: all that it may be asked for is in it, and nothing of that is read as a part of the page."""

import gzip
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import semanticlens_widgets as slw
from semanticlens_widgets.analysis import Requirement
from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.probes import probe
from semanticlens_widgets.lens.vocabularies import calibrations
from semanticlens_widgets.widgets import AuditTable, CompareGallery, ConceptMap, Explorer, NeuronGallery
from semanticlens_widgets.widgets.kernel import bundle
from semanticlens_widgets.widgets.page import file
from tests.benchmarks.large_lens import large_lens
from tests.fakes import DIM, HOSTILE, WordModel, attributed_lens, cropped_lens, fake_lens, picture
from tests.random_lenses import cluster_members, images_in_clusters, lens_with

WORDS = ["bird", "car", "flower"]
BIRD = Requirement("bird", valid=["bird"], spurious=["tree"])


@pytest.fixture(autouse=True)
def code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The code of the page is the business of the browser tests."""
    for name in ("loader", "bundle", "page", *bundle.PART_OF.values()):
        for kind in ("css", "js"):
            (tmp_path / f"{name}.{kind}").write_text(f"/* {name}.{kind} */ '</script>'")
    monkeypatch.setattr(bundle, "_STATIC", tmp_path)
    bundle._static.cache_clear()
    yield
    bundle._static.cache_clear()


@pytest.fixture
def lens() -> Lens:
    return fake_lens()


class Kept:
    """The contents of a file."""

    def __init__(self, text: str) -> None:
        packed = re.search(r'(?:id="kept">|^const slwModule = {"kept": ")([^<"]*)', text, re.MULTILINE)
        assert packed is not None
        whole = gzip.decompress(b64decode(packed[1]))
        length = int.from_bytes(whole[:8], "little")
        self.contents: dict[str, Any] = json.loads(whole[8 : 8 + length])
        self.columns = whole[8 + length :]

    def column(self, at: list[int], kind: str) -> np.ndarray:
        return np.frombuffer(self.columns[at[0] : at[1]], kind)


def kept(widget: Any, folder: Path, **options: Any) -> Kept:
    path = widget.to_html(folder / "page.html", **{"words": WORDS, "progress": False, **options})
    return Kept(path.read_text(encoding="utf-8"))


def test_a_module_has_the_code_of_a_page_and_what_the_page_keeps(lens: Lens, tmp_path: Path) -> None:
    gallery = NeuronGallery(lens, query=HOSTILE)
    path = gallery.to_module(tmp_path / "gallery.mjs", words=WORDS, layers=["bn2"], progress=False)
    text = path.read_text(encoding="utf-8")
    found, expected = Kept(text), kept(gallery, tmp_path, layers=["bn2"])
    assert (found.contents, found.columns) == (expected.contents, expected.columns)
    code, _, shown = text.partition("\nconst slwModule = ")
    assert code == bundle.page_code("neuron_gallery")
    assert json.loads(shown.removesuffix(";\n"))["css"] == bundle.styles("neuron_gallery")
    with pytest.raises(ValueError, match="n_examples must be"):
        gallery.to_module(path, n_examples=0)


def test_a_page_holds_the_part_that_its_view_is_in_and_no_other(lens: Lens, tmp_path: Path) -> None:
    comparing = CompareGallery(slw.compare((lens, "bn1"), (lens, "bn2")))
    widgets = {"": NeuronGallery(lens), "comparisons": comparing, "results": slw.CardView(lens.card())}
    for part, widget in widgets.items():
        options = {} if part == "results" else {"words": WORDS, "progress": False}
        for write in (widget.to_html, widget.to_module):
            text = write(tmp_path / "page.html", **options).read_text(encoding="utf-8")
            found = set(re.findall(r"/\* (\w+)\.(?:css|js) \*/", text)) - {"page", "bundle"}
            assert found == ({part} if part else set())


def test_no_label_is_read_as_a_part_of_the_page_and_nothing_is_fetched(lens: Lens, tmp_path: Path) -> None:
    path = NeuronGallery(lens, query=HOSTILE).to_html(tmp_path / "page.html", words=[HOSTILE], progress=False)
    html = path.read_text(encoding="utf-8")
    assert "onerror" not in html
    assert "default-src 'none'" in html
    # The code's own text ends no script.
    assert len(re.findall(r"</script>", html.partition("<body>")[2])) == 2
    # What is kept is base64, in which any four letters come about once in a hundred files.
    around = re.sub(r'(?<=id="kept">)[^<]*', "", html)
    assert "http" not in around.replace("http-equiv", "")


def test_the_traits_are_kept_without_what_is_of_the_kernel(lens: Lens, tmp_path: Path) -> None:
    gallery = NeuronGallery(lens, layer="bn2", query="bird", sort="clarity", height=400)
    gallery.selection = ["bn2:3"]
    traits = kept(gallery, tmp_path).contents["traits"]
    assert traits["_view"] == "neuron_gallery"
    assert (traits["layer"], traits["query"], traits["sort"], traits["height"]) == (
        "bn2",
        "bird",
        "clarity",
        400,
    )
    assert traits["selection"] == ["bn2:3"]
    assert not {"_esm", "_bundle", "_channel", "layout"} & set(traits)


def test_every_neuron_is_kept_as_the_channel_would_answer(lens: Lens, tmp_path: Path) -> None:
    gallery = NeuronGallery(lens)
    found = kept(gallery, tmp_path).contents["layers"]
    for layer in lens.layers:
        answers = [
            # Images beside the examples are shown in the notebook alone.
            {
                **gallery._session.channel.answer("detail", {"layer": layer, "component": component}).result,
                "controls": [],
            }
            for component in range(40)
        ]
        assert found[layer]["details"] == json.loads(json.dumps(answers))


def test_embeddings_and_words_give_the_alignments_of_the_lens(lens: Lens, tmp_path: Path) -> None:
    found = kept(NeuronGallery(lens), tmp_path)
    words = found.contents["words"]
    dim = words["dim"]
    scales = found.column(words["scales"], "<f4")
    vectors = found.column(words["vectors"], "i1").reshape(-1, dim) * scales[:, None]
    embeddings = found.column(found.contents["layers"]["bn2"]["embeddings"], "<i2").reshape(-1, dim) / 32767
    assert words["texts"] == WORDS
    for row, word in enumerate(WORDS):
        expected = lens.rank(word, "bn2").alignment.nan_to_num().numpy()
        np.testing.assert_allclose(embeddings @ vectors[row], expected, atol=5e-3)
    unrelated = found.column(words["unrelated"], "<i2").reshape(-1, dim) / 32767
    calibration = calibrations(lens._session)["bn2"]
    np.testing.assert_allclose((embeddings @ unrelated.T).mean(1), calibration.mean, atol=1e-4)


def test_the_words_of_the_query_that_is_shown_are_kept_too(lens: Lens, tmp_path: Path) -> None:
    gallery = NeuronGallery(lens, query='tree - "grey sky" + bird #3')
    assert kept(gallery, tmp_path).contents["words"]["texts"] == [*WORDS, "tree", "grey sky"]
    gallery.query = "tree - -"
    assert kept(gallery, tmp_path).contents["words"]["texts"] == WORDS


def test_a_picture_that_is_the_query_is_kept_as_its_direction(lens: Lens, tmp_path: Path) -> None:
    gallery = NeuronGallery(lens, query=picture("car", 1))
    found = kept(gallery, tmp_path)
    image = found.contents["image"]
    assert image["handle"] == gallery.query_image
    assert image["picture"]["result"]["names"] == [""]
    assert found.columns[slice(*image["picture"]["buffers"][0])].startswith(b"RIFF")
    expected = probe(lens._session, picture("car", 1)).vector
    np.testing.assert_allclose(found.column(image["vector"], "<i2") / 32767, expected, atol=2e-5)


def test_labels_are_kept_where_the_widget_shows_labels(lens: Lens, tmp_path: Path) -> None:
    assert kept(NeuronGallery(lens), tmp_path).contents["layers"]["bn1"]["names"] is None
    gallery = NeuronGallery(lens, vocabulary=WORDS)
    names = kept(gallery, tmp_path).contents["layers"]["bn1"]["names"]
    table = lens.label(WORDS, layer="bn1")
    assert [label["label"] for label in names["labels"]] == list(table["label"])
    assert names["named"]["n_clear"] == int(table["clear"].sum())


def test_pictures_are_the_stored_files(lens: Lens, tmp_path: Path) -> None:
    found = kept(NeuronGallery(lens), tmp_path)
    files = found.contents["pictures"]["samples"]
    start = files["at"][0]
    one, two = (start + files["offsets"][place] for place in (5, 6))
    assert found.columns[one:two] == lens.database.samples.thumbnail(5)


def test_only_pictures_that_something_shows_are_kept(lens: Lens, tmp_path: Path) -> None:
    gallery = NeuronGallery(lens, layer="bn2")
    found = kept(gallery, tmp_path, layers=[], n_examples=1).contents
    best = lens.database.samples.rows(lens.database.examples["bn2"].sample_ids[:, 0]).tolist()
    sizes = np.diff(found["pictures"]["samples"]["offsets"])
    assert set(np.flatnonzero(sizes)) == {row for row in best if row >= 0}
    assert [len(detail["examples"]) for detail in found["layers"]["bn2"]["details"][:2]] == [1, 1]
    assert found["layers"]["bn2"]["details"][0]["card"]["samples"] == best[:1]


def test_crops_are_kept_by_example(tmp_path: Path) -> None:
    lens = cropped_lens()
    found = kept(NeuronGallery(lens), tmp_path).contents
    crops = lens.database.crops
    assert crops is not None
    assert found["layers"]["eye"]["crops"]["rows"] == crops.rows["eye"].flatten().tolist()
    assert len(found["pictures"]["crops"]["offsets"]) == len(crops) + 1
    assert "heatmap" not in found["traits"]["examples_choices"]


def test_maps_are_laid_out_to_the_end_with_a_place_for_every_word(lens: Lens, tmp_path: Path) -> None:
    concept_map = ConceptMap(lens, layer="", method="pca")
    found = kept(concept_map, tmp_path)
    maps = found.contents["maps"]
    assert [one["layers"] for one in maps] == [["bn1"], ["bn2"], ["bn1", "bn2"]]
    assert all(one["result"]["final"] for one in maps)
    probe = {"layers": ["bn2"], "method": "pca", "have": "pca", "query": "car", "query_image": ""}
    expected = concept_map._session.channel.answer("probe", probe).result
    places = found.column(found.contents["words"]["places"][1], "<f4").reshape(-1, 2)
    np.testing.assert_allclose(places[1], [expected["x"], expected["y"]], atol=1e-4)


def test_a_gallery_keeps_no_map_and_a_map_of_chosen_layers_those_alone(lens: Lens, tmp_path: Path) -> None:
    assert kept(NeuronGallery(lens), tmp_path).contents["maps"] == []
    found = kept(ConceptMap(lens, layer="bn2", method="pca"), tmp_path, layers=[]).contents
    assert list(found["layers"]) == ["bn2"]
    assert [one["name"] for one in found["traits"]["layers"]] == ["bn2"]
    assert [one["layers"] for one in found["maps"]] == [["bn2"]]


def test_the_classes_with_a_requirement_are_kept_first_with_their_verdicts_and_samples(
    tmp_path: Path,
) -> None:
    lens = attributed_lens()
    table = AuditTable(lens, BIRD)
    found = kept(table, tmp_path)
    audits = found.contents["audits"]["bn1"]
    assert [one["name"] for one in audits["classes"]["classes"]] == ["bird", "car", "flower", "tree", "fruit"]
    assert not audits["classes"]["can_ablate"]
    verdicts = found.column(audits["judged"]["bird"]["buffers"][10], "u1")
    assert verdicts.tolist() == lens.audit(BIRD, layer="bn1").verdicts[0].tolist()
    most = lens.audit(BIRD, layer="bn1").share[0].argmax()
    assert audits["judged"]["bird"]["samples"][str(int(most))]["samples"][0]["class_name"] == "bird"
    assert str(int(most)) in audits["of_all"]
    assert found.contents["audits"]["bn2"]["classes"]["state"] == "no_model"


def test_a_class_has_its_own_concepts_before_those_of_every_class(tmp_path: Path) -> None:
    lens = attributed_lens()
    every = Requirement(None, spurious=["tree", "Bird "])
    table = AuditTable(lens, [every, Requirement("bird", valid=["bird"])], class_name="bird")
    found = kept(table, tmp_path).contents["audits"]["bn1"]["judged"]
    # "Bird " is spoken for by the class itself.
    assert found["bird"]["result"]["calibrations"] == {"valid": ["words"], "spurious": ["words"]}
    assert found["car"]["result"]["calibrations"] == {"valid": [], "spurious": ["words", "words"]}


def test_a_file_is_little_larger_than_its_pictures_and_the_embeddings_of_its_neurons_and_words(
    lens: Lens, tmp_path: Path
) -> None:
    """In the demo: 522 pictures, 2,432 neurons and 3,700 words of 384 numbers, and 8 MB for all of it."""

    def explorer(n_neurons: int) -> int:
        shown = Explorer(attributed_lens(n_neurons), layer="bn1", requirements=BIRD, method="pca")
        return size(shown, WORDS)

    def size(widget: Any, words: list[str]) -> int:
        return widget.to_html(tmp_path / "a.html", words=words, layers=[], progress=False).stat().st_size

    samples = lens.database.samples
    pictures = 4 / 3 * sum(len(samples.thumbnail(row)) for row in range(len(samples)))
    embedding = 2 * DIM * 4 / 3
    small, words = explorer(40), [f"word {number}" for number in range(150)]
    assert pictures < small < pictures + 100_000
    assert embedding / 2 < (explorer(100) - small) / 60 < embedding + 500
    of_words = size(NeuronGallery(lens), words) - size(NeuronGallery(lens), words[:1])
    assert embedding / 2 < of_words / 149 < embedding + 60


def test_a_file_that_cannot_be_written_is_said_before_anything_is_done(lens: Lens, tmp_path: Path) -> None:
    gallery = NeuronGallery(lens)
    with pytest.raises(ValueError, match="path must be a new folder, or one that to_html wrote"):
        gallery.to_html(tmp_path)
    with pytest.raises(ValueError, match="path must be a file"):
        gallery.to_module(tmp_path)
    with pytest.raises(ValueError, match="must be in an existing folder"):
        gallery.to_html(tmp_path / "none" / "page.html")
    with pytest.raises(LayerNotFoundError):
        gallery.to_html(tmp_path / "page.html", layers=["bn3"])
    with pytest.raises(ValueError, match="n_examples"):
        gallery.to_html(tmp_path / "page.html", n_examples=0)
    with pytest.raises(ValueError, match="vocabulary"):
        gallery.to_html(tmp_path / "page.html", words="no such words")
    with pytest.raises(
        ValueError, match=r"at most 20,000 neurons.*bn1 \(20,001\).*layers=.*to_html\('page'\)"
    ):
        NeuronGallery(large_lens(20_001)).to_html(tmp_path / "page.html")
    assert list(tmp_path.glob("*page.html*")) == []


def test_who_is_interrupted_still_has_the_file_before(
    lens: Lens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery, path = NeuronGallery(lens), tmp_path / "page.html"
    path.write_text("before")
    monkeypatch.setattr(WordModel, "embed_texts", interrupted)
    with pytest.raises(KeyboardInterrupt):
        gallery.to_html(path, words=WORDS, progress=False)
    assert path.read_text() == "before"


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_explorer_keeps_all_three_views(lens: Lens, tmp_path: Path) -> None:
    explorer = Explorer(lens, method="pca", query="car")
    found = kept(explorer, tmp_path).contents
    assert {"pictures", "layers", "maps", "words", "audits"} <= set(found)
    assert found["traits"]["tab"] == "neurons"


def test_sides_are_kept_as_the_channel_of_their_comparison_would_answer(lens: Lens, tmp_path: Path) -> None:
    other = fake_lens(24)
    gallery = CompareGallery(
        slw.compare((lens, "bn1"), (other, "bn2"), names=["one", "two"]), vocabulary=WORDS
    )
    found = kept(gallery, tmp_path)
    ask = gallery._session.channel.answer
    for side, n in (("one", 40), ("two", 24)):
        answers = [
            {**ask("detail", {"layer": side, "component": component}).result, "controls": []}
            for component in range(n)
        ]
        layer = found.contents["layers"][side]
        assert layer["details"] == json.loads(json.dumps(answers))
        assert layer["space"] == 0
        assert len(layer["names"]["labels"]) == n
    for source, target in (("one", "two"), ("two", "one")):
        for kind in ("nearest", "chance"):
            expected = ask(kind, {"source": source, "target": target})
            kept_reply = found.contents["matches"][source][target][kind]
            assert kept_reply["result"] == json.loads(json.dumps(expected.result))
            assert [found.columns[slice(*at)] for at in kept_reply["buffers"]] == list(expected.buffers)
    assert found.contents["spaces"] == []
    assert found.contents["traits"]["pair"] == ["one", "two"]


def test_pictures_of_sides_are_numbered_through_their_lenses(tmp_path: Path) -> None:
    lenses = fake_lens(), cropped_lens(), cropped_lens()
    sides = zip(lenses, ("bn1", "eye", "eye"), strict=True)
    comparison = slw.compare(*sides, by="vocabulary", vocabulary=WORDS, names=["a", "b", "c"])
    found = kept(CompareGallery(comparison), tmp_path).contents
    offsets, before = found["pictures"]["samples"]["offsets"], 0
    for side, lens in zip("abc", lenses, strict=True):
        rows = found["layers"][side]["details"][0]["card"]["samples"]
        assert min(rows) >= before
        before += len(lens.database.samples)
        assert max(rows) < before
        assert all(offsets[row + 1] > offsets[row] for row in rows)
    assert len(offsets) - 1 == before
    own = lenses[1].database.crops
    assert own is not None
    assert found["layers"]["a"]["crops"] is None
    assert found["layers"]["b"]["crops"]["rows"] == own.rows["eye"].flatten().tolist()
    shifted = [row + len(own) if row >= 0 else row for row in own.rows["eye"].flatten().tolist()]
    assert found["layers"]["c"]["crops"]["rows"] == shifted
    assert len(found["pictures"]["crops"]["offsets"]) - 1 == 2 * len(own)


def test_each_foundation_model_embeds_the_words_of_its_sides(tmp_path: Path) -> None:
    images = images_in_clusters(120)
    groups = cluster_members([0, 1, 2], 4, 120)
    one, other = lens_with(groups, images), lens_with(groups, images, foundation_model="turned")
    words = ["thing0", "thing1"]
    comparison = slw.compare(one, other, by="vocabulary", vocabulary=words, names=["one", "two"])
    found = kept(CompareGallery(comparison), tmp_path, words=words)
    assert [found.contents["layers"][side]["space"] for side in ("one", "two")] == [0, 1]
    for space, lens in ((found.contents, one), (found.contents["spaces"][0], other)):
        kept_words = space["words"]
        scales = found.column(kept_words["scales"], "<f4")
        vectors = found.column(kept_words["vectors"], "i1").reshape(2, -1) * scales[:, None]
        expected = lens.rank("thing1", "layer").alignment
        np.testing.assert_allclose(
            lens.database.component_embeddings["layer"] @ vectors[1], expected, atol=1e-2
        )


def test_more_neurons_than_a_file_holds_are_refused_for_all_sides_together(
    tmp_path: Path, lens: Lens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "_NEURONS", 79)
    comparison = slw.compare((lens, "bn1"), (lens, "bn2"))
    with pytest.raises(ValueError, match="at most 79 neurons, and these layers have 80"):
        CompareGallery(comparison).to_html(tmp_path / "page.html")
