"""Labels in the gallery: made once, while everything else goes on."""

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from semanticlens_widgets.analysis import CLEAR_ABOVE
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.vocabularies import embed_vocabulary, embedded_vocabulary
from semanticlens_widgets.widgets import NeuronGallery
from semanticlens_widgets.widgets.answers.labels.handlers import label_handlers
from semanticlens_widgets.widgets.answers.labels.labels import Labeller
from semanticlens_widgets.widgets.kernel.request import Answer, Cancelled, Request
from tests.fakes import CATEGORIES, HOSTILE, WordModel, fake_database, fake_lens

N = 20
WORDS = [*CATEGORIES, "gravity", "tax", HOSTILE]


class CountingModel(WordModel):
    """Remembers how many texts it was given at a time; `before` is called first."""

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        self.batches: list[int] = []
        self.before = before

    def embed_texts(self, texts: Any) -> torch.Tensor:
        self.before()
        self.batches.append(len(texts))
        return super().embed_texts(texts)


def counted_lens(before: Callable[[], object] = lambda: None) -> tuple[Lens, CountingModel]:
    model = CountingModel(before)
    return Lens(fake_database(N), foundation_model=model), model


def ask(labeller: Labeller, kind: str, report: Any = lambda *progress: None, **params: Any) -> Answer:
    return label_handlers(labeller)[kind](Request("1", kind, params, [], report))


def many(n: int) -> list[str]:
    return [*CATEGORIES, *(f"word {index}" for index in range(n))]


def test_a_gallery_names_from_the_cache_of_the_lens_and_fills_it(tmp_path) -> None:
    # The second has no foundation model, and could not make one again.
    lenses = [Lens(fake_database(N), foundation_model=model, cache=tmp_path) for model in (WordModel(), None)]
    tables = [Labeller(lens).labels("bn2", Labeller(lens).add(WORDS)) for lens in lenses]
    assert tables[0].equals(tables[1])


# The gallery ----------------------------------------------------------------------------------------------------


def test_without_a_vocabulary_nothing_is_said_of_labels() -> None:
    gallery = NeuronGallery(fake_lens(N))
    assert gallery.vocabulary is None
    assert gallery.vocabulary_info is None
    assert "label" not in gallery.results.columns


def test_results_have_the_labels_of_the_lens_in_the_order_that_is_shown() -> None:
    lens = fake_lens(N)
    gallery = NeuronGallery(lens, vocabulary=WORDS, query="car", layer="bn2")
    table, expected = gallery.results, lens.label(WORDS, layer="bn2")
    assert table.columns[:6].tolist() == [
        "component",
        "layer",
        "index",
        "label",
        "label_clear",
        "label_margin",
    ]
    assert table["index"].tolist() != list(range(N))
    rows = expected.iloc[table["index"]]
    assert table["label"].tolist() == rows["label"].tolist()
    assert table["label_clear"].tolist() == rows["clear"].tolist()
    assert table["label_margin"].tolist() == pytest.approx(rows["margin"].tolist(), nan_ok=True)
    assert table["label"][0] == "car"


def test_the_vocabulary_can_be_set_observed_and_taken_away() -> None:
    gallery, seen = NeuronGallery(fake_lens(N)), []
    gallery.observe(lambda change: seen.append(change.new), "vocabulary")
    gallery.vocabulary = "imagenet"
    assert gallery.vocabulary_info == {"key": gallery._vocabulary.key, "name": "imagenet", "n_texts": 998}
    gallery.vocabulary = (word for word in ["bird", "car"])
    assert gallery.vocabulary_info["n_texts"] == 2
    gallery.vocabulary = None
    assert seen == ["imagenet", ["bird", "car"], None]
    assert gallery.vocabulary_info is None
    assert "label" not in gallery.results.columns


def test_a_file_is_a_vocabulary_and_is_read_again_when_it_is_set_again(tmp_path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("bird\ncar\n")
    gallery = NeuronGallery(fake_lens(N), vocabulary=path)
    assert (gallery.vocabulary_info["name"], gallery.vocabulary_info["n_texts"]) == ("words.txt", 2)
    path.write_text("bird\ncar\nboat\n")
    gallery.vocabulary = path
    assert gallery.vocabulary_info["n_texts"] == 3


def test_an_embedded_vocabulary_keeps_its_templates() -> None:
    lens = fake_lens(N)
    embedded = embedded_vocabulary(lens._session, WORDS, templates=["{}s"])
    gallery = NeuronGallery(lens, vocabulary=embedded)
    assert gallery.results["label"].tolist() == lens.label(embedded, layer="bn1")["label"].tolist()


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("generall", ValueError, "no vocabulary and no file 'generall'; did you mean 'general'"),
        ([], ValueError, "holds no text"),
        (["bird", 3], TypeError, "3"),
        (3, TypeError, "a name, a file or a list of texts, not 3"),
        (b"general", TypeError, "a name, a file or a list of texts, not b'general'"),
    ],
)
def test_what_is_no_vocabulary_is_refused_and_changes_nothing(value, error, message) -> None:
    gallery = NeuronGallery(fake_lens(N), vocabulary=["bird"])
    before = gallery.vocabulary_info
    with pytest.raises(error, match=message):
        gallery.vocabulary = value
    assert (gallery.vocabulary, gallery.vocabulary_info) == (["bird"], before)
    with pytest.raises(error, match=message):
        NeuronGallery(fake_lens(N), vocabulary=value)


def test_the_texts_stay_in_the_kernel() -> None:
    gallery = NeuronGallery(fake_lens(N), vocabulary="general")
    assert "vocabulary" not in gallery.get_state()
    assert len(str(gallery.get_state("vocabulary_info"))) < 200


def test_a_gallery_without_a_foundation_model_says_so_when_labels_are_asked_for() -> None:
    gallery = NeuronGallery(Lens(fake_database(N)), vocabulary=["bird"])
    with pytest.raises(ValueError, match="foundation_model"):
        _ = gallery.results


# What the browser is answered -----------------------------------------------------------------------------------


def test_naming_counts_what_is_clear_and_says_from_where_on_it_is() -> None:
    labeller = Labeller(fake_lens(N))
    words = labeller.add(WORDS)
    answer = ask(labeller, "label_layer", layer="bn1", vocabulary=words.key).result
    table = labeller.lens.label(WORDS, layer="bn1")
    n_clear = int(table["clear"].sum())
    assert answer | {"queries": []} == {"n": N, "n_clear": n_clear, "clear_above": CLEAR_ABOVE, "queries": []}
    assert set(answer["queries"]) <= set(table.loc[table["clear"], "label"])
    assert N > answer["n_clear"] >= 1


def test_a_label_comes_with_all_that_says_what_it_is_worth() -> None:
    labeller = Labeller(fake_lens(N))
    words = labeller.add(WORDS)
    label, none = ask(labeller, "labels", layer="bn1", vocabulary=words.key, components=[1, N - 1]).result[
        "labels"
    ]
    row = labeller.lens.label(WORDS, layer="bn1").iloc[1]
    assert (label["component"], label["label"], label["best"]) == (1, "car", "car")
    assert label["runner_up"] == row["runner_up"]
    assert label["margin"] == pytest.approx(row["margin"])
    assert label["null_z_score"] == pytest.approx(row["null_z_score"])
    assert label["chance"] == pytest.approx(row["chance_percentile"])
    assert label["shares"] == [("car", 1.0)]
    assert (none["label"], none["best"], none["runner_up"], none["shares"]) == ("", "", "", [])
    assert (none["margin"], none["null_z_score"], none["chance"]) == (None, None, None)


def test_hostile_words_are_passed_on_as_they_are() -> None:
    class Hostile(WordModel):
        def embed_texts(self, texts: Any) -> torch.Tensor:
            return super().embed_texts(["bird" if text == HOSTILE else text for text in texts])

    labeller = Labeller(Lens(fake_database(N), foundation_model=Hostile()))
    words = labeller.add([HOSTILE, "car"])
    (label,) = ask(labeller, "labels", layer="bn1", vocabulary=words.key, components=[0]).result["labels"]
    assert label["best"] == HOSTILE


@pytest.mark.parametrize("components", [[N], [-1], [True], ["1"], list(range(501))])
def test_labels_of_components_that_cannot_be_are_refused(components) -> None:
    labeller = Labeller(fake_lens(N))
    words = labeller.add(WORDS)
    with pytest.raises(ValueError, match=f"labels: at most 500 components of 0 to {N - 1}, not"):
        ask(labeller, "labels", layer="bn1", vocabulary=words.key, components=components)


def test_a_vocabulary_that_nobody_holds_any_longer_says_what_to_do() -> None:
    labeller = Labeller(fake_lens(N))
    key = labeller.add(WORDS).key
    gc.collect()
    with pytest.raises(ValueError, match="run the cell of the gallery again"):
        ask(labeller, "label_layer", layer="bn1", vocabulary=key)


def test_equal_texts_are_one_vocabulary_whatever_they_came_from() -> None:
    labeller = Labeller(fake_lens(N))
    first = labeller.add(["bird", "car"])
    assert labeller.add(iter(["bird", " car ", "bird"])) is first
    assert labeller.add(["car", "bird"]) is not first


# The work -------------------------------------------------------------------------------------------------------


def test_a_vocabulary_is_embedded_once_for_galleries_layers_and_the_lens() -> None:
    lens, model = counted_lens()
    galleries = [NeuronGallery(lens, vocabulary=WORDS, layer=layer) for layer in ("bn1", "bn2")]
    for gallery in galleries:
        _ = gallery.results
    n_texts = sum(model.batches)
    _ = lens.label(WORDS)
    assert sum(model.batches) == n_texts


def test_what_the_lens_has_embedded_already_is_not_embedded_again() -> None:
    lens, model = counted_lens()
    _ = lens.label(WORDS)
    n_texts = sum(model.batches)
    _ = NeuronGallery(lens, vocabulary=WORDS).results
    assert sum(model.batches) == n_texts


def test_texts_are_embedded_a_few_at_a_time_with_progress() -> None:
    lens, model = counted_lens()
    labeller, seen = Labeller(lens), []
    words = labeller.add(many(200))
    ask(labeller, "label_layer", lambda *progress: seen.append(progress), layer="bn1", vocabulary=words.key)
    assert max(model.batches) <= 64
    assert seen[0] == (0, 206, "labelling neurons")
    done = [progress[0] for progress in seen]
    assert done == sorted(done)
    assert 0 < done[2] < done[-1] <= 206


def test_who_is_interrupted_goes_on_from_there() -> None:
    request = Request("1", "label_layer", {}, [])
    lens, model = counted_lens(lambda: request.cancel() if len(model.batches) == 2 else None)
    labeller = Labeller(lens)
    words = labeller.add(many(300))
    request.params = {"layer": "bn1", "vocabulary": words.key}
    with pytest.raises(Cancelled):
        label_handlers(labeller)["label_layer"](request)
    assert len(model.batches) == 3
    request._cancelled.clear()
    label_handlers(labeller)["label_layer"](request)
    fresh = Lens(fake_database(N), foundation_model=WordModel())
    assert words.tables["bn1"].equals(fresh.label(many(300), layer="bn1"))
    lens, whole = counted_lens()
    _ = lens.label(many(300), layer="bn1")
    assert sum(model.batches) == sum(whole.batches)


def test_the_lens_answers_others_while_a_vocabulary_is_embedded() -> None:
    searched = threading.Event()
    lens, model = counted_lens(lambda: searched.wait(0.02))
    labeller = Labeller(lens)
    words = labeller.add(many(2000))
    thread = threading.Thread(target=lambda: labeller.labels("bn1", words))
    thread.start()
    while not model.batches:
        searched.wait(0.001)
    found = lens.search("bird", top=1)
    n_batches = len(model.batches)
    searched.set()
    thread.join()
    assert found["component"][0] == "bn1:0"
    assert n_batches < len(model.batches)
    assert len(words.tables["bn1"]) == N


def test_those_who_wait_see_the_progress_and_can_give_up() -> None:
    go = threading.Event()
    lens, model = counted_lens(lambda: go.wait(10))
    labeller = Labeller(lens)
    words = labeller.add(WORDS)
    worker = threading.Thread(target=lambda: labeller.labels("bn1", words))
    worker.start()
    waiting = Request(
        "2", "label_layer", {"layer": "bn2", "vocabulary": words.key}, [], lambda *_: told.set()
    )
    told, ended = threading.Event(), threading.Event()

    def wait() -> None:
        with pytest.raises(Cancelled):
            label_handlers(labeller)["label_layer"](waiting)
        ended.set()

    other = threading.Thread(target=wait)
    other.start()
    assert told.wait(10)
    waiting.cancel()
    assert ended.wait(10)
    go.set()
    worker.join()
    other.join()
    assert len(model.batches) > 0


def test_a_failure_leaves_the_vocabulary_to_the_next_who_asks() -> None:
    lens = Lens(fake_database(N))
    labeller = Labeller(lens)
    words = labeller.add(WORDS)
    with pytest.raises(ValueError, match="foundation_model"):
        labeller.labels("bn1", words)
    lens._session.foundation_model = WordModel()
    assert len(labeller.labels("bn1", words)) == N


def test_texts_that_are_embedded_in_steps_have_the_same_directions() -> None:
    known: dict[str, torch.Tensor] = {}
    lens, n_steps = fake_lens(N), []

    @contextmanager
    def step() -> Iterator[None]:
        n_steps.append(len(known))
        yield

    made = embed_vocabulary(lens._session, many(100), step=step, known=known)
    whole = embed_vocabulary(fake_lens(N)._session, many(100))
    assert torch.equal(made.directions, whole.directions)
    assert torch.equal(made.unrelated, whole.unrelated)
    assert n_steps == list(range(0, len(known), 64))
    assert {*many(100)} <= set(known)


def test_words_are_completed_from_the_vocabularies_those_of_the_widget_first() -> None:
    labeller = Labeller(fake_lens(N))
    words = ask(labeller, "complete", text="palm").result["words"]
    assert words
    assert all(word.lower().startswith("palm") for word in words)
    own = labeller.add(["palmiste", "bird", "palm reader"])
    found = ask(labeller, "complete", text=" PALM ", vocabulary=own.key).result["words"]
    assert found[:3] == ["palmiste", "palm reader", words[0]]
    assert len(found) == len(set(found))
    assert len(ask(labeller, "complete", text="b", vocabulary="").result["words"]) == 8
