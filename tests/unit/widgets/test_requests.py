"""Answers to the browser, against the lens that they are about."""

import io
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from semanticlens_widgets import analysis
from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.images import as_images
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.session import ScoresKey
from semanticlens_widgets.lens.vocabularies import CalibrationsKey
from semanticlens_widgets.widgets.answers.neurons import rankings as rankings_module
from semanticlens_widgets.widgets.answers.neurons.handlers import neuron_handlers
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages, decode
from semanticlens_widgets.widgets.answers.neurons.rankings import SORTS, Rankings, RankQuery
from semanticlens_widgets.widgets.kernel.request import Answer, Cancelled, Request
from tests.fakes import CATEGORIES, HOSTILE, K, attributed_lens, fake_database, fake_lens, picture, webp

N = 20


@pytest.fixture(scope="module")
def rankings() -> Rankings:
    return Rankings(fake_lens(N), QueryImages())


@pytest.fixture
def ask(rankings):
    def answer(kind: str, buffers: list[bytes] = [], **params: Any) -> Answer:  # noqa: B006 - never changed
        return neuron_handlers(rankings)[kind](Request("1", kind, params, buffers))

    return answer


def columns(answer: Answer) -> list[np.ndarray]:
    order, *others = answer.buffers
    return [np.frombuffer(order, "<u4"), *(np.frombuffer(other, "<f4") for other in others)]


def test_rank_sends_order_and_columns_by_place(ask, rankings) -> None:
    answer = ask("rank", layer="bn1", query="bird", sort="alignment", descending=True)
    order, alignment, percentile, z_score, null_z_score = columns(answer)
    expected = rankings.lens.rank("bird", "bn1")
    assert sorted(order) == list(range(N))
    assert np.array_equal(alignment, expected.alignment.numpy()[order], equal_nan=True)
    assert np.array_equal(z_score, expected.z_score.numpy()[order], equal_nan=True)
    assert np.array_equal(null_z_score, expected.null_z_score.numpy()[order], equal_nan=True)
    assert np.nanmax(percentile) <= 1
    assert (np.diff(alignment[:-1]) <= 0).all()
    assert order[0] == 0
    assert answer.result["has_query"]
    assert answer.result["n"] == N
    assert answer.result["max"] == pytest.approx(float(np.nanmax(alignment)))


def test_rank_without_a_query_has_the_order_alone(ask) -> None:
    answer = ask("rank", layer="bn1", query="  ", sort="alignment", descending=True)
    order, *others = columns(answer)
    assert order.tolist() == list(range(N))
    assert [len(other) for other in others] == [0, 0, 0, 0]
    assert answer.result["has_query"] is False
    assert answer.result["min"] is None


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", SORTS[2:])
def test_other_orders_follow_the_scores_with_missing_ones_last(rankings, sort: str, descending: bool) -> None:
    order = rankings.order(RankQuery("bn1", sort=sort, descending=descending))
    table = rankings.scores("bn1")
    assert table["dead"].sum() == 1
    values = table[sort].where(~table["dead"]).to_numpy()[order]
    known = values[~np.isnan(values)]
    steps = np.diff(known)
    assert ((steps <= 0) if descending else (steps >= 0)).all()
    assert np.isnan(values[len(known) :]).all()


def test_ties_keep_the_order_of_the_components() -> None:
    lens = fake_lens(12)
    lens._session.memo.put(ScoresKey("bn1"), analysis.scores(lens.database, "bn1").assign(clarity=1.0))
    rankings = Rankings(lens, QueryImages())
    assert rankings.order(RankQuery("bn1", sort="clarity")).tolist() == list(range(12))


def test_the_table_in_python_is_in_the_order_of_the_browser(ask, rankings) -> None:
    order = columns(ask("rank", layer="bn2", query="car", sort="clarity", descending=False))[0]
    table = rankings.table(RankQuery("bn2", "car", sort="clarity", descending=False))
    assert table["index"].tolist() == order.tolist()
    assert {"component", "alignment", "z_score", "null_percentile", "clarity", "redundancy"} <= set(
        table.columns
    )


def test_a_query_that_was_replaced_stops_waiting_for_a_busy_lens(rankings) -> None:
    request = Request("1", "rank", {"layer": "bn1", "query": "boat"}, [])
    ended = threading.Event()

    def wait() -> None:
        with pytest.raises(Cancelled):
            neuron_handlers(rankings)["rank"](request)
        ended.set()

    with rankings.lens._session.lock:
        thread = threading.Thread(target=wait)
        thread.start()
        assert not ended.wait(0.2)
        request.cancel()
        assert ended.wait(10)
    thread.join()


def test_the_query_is_not_asked_again_for_another_order(monkeypatch) -> None:
    lens = fake_lens(N)
    asked = []
    answer = lens.rank
    monkeypatch.setattr(lens, "rank", lambda *query: asked.append(query) or answer(*query))
    rankings = Rankings(lens, QueryImages())
    for sort in SORTS:
        rankings.ranking(RankQuery("bn1", "bird", sort=sort))
    assert len(asked) == 1


def test_a_card_tells_name_scores_labels_and_best_samples(ask, rankings) -> None:
    (card,) = ask("cards", layer="bn1", components=[7]).result["cards"]
    database, scores = rankings.lens.database, rankings.lens.scores("bn1")
    rows = database.samples.rows(database.examples["bn1"].sample_ids[7]).tolist()
    assert card["name"] == "bn1:7"
    assert card["component"] == 7
    assert card["clarity"] == pytest.approx(scores["clarity"][7])
    assert card["samples"] == rows
    assert card["n_examples"] == K
    assert card["labels"][0][0] == CATEGORIES[1]
    assert sum(n for _, n in card["labels"]) == K


def test_cards_of_a_large_layer_are_the_same_and_do_not_wait_for_the_scores_of_all(ask, monkeypatch) -> None:
    lens, components = fake_lens(N), [3, 0, 19, 17]
    expected = ask("cards", layer="bn1", components=components).result["cards"]
    monkeypatch.setattr(rankings_module, "_ALL_AT_ONCE", N - 1)
    asked = Request("1", "cards", {"layer": "bn1", "components": components}, ())
    found = neuron_handlers(Rankings(lens, QueryImages()))["cards"](asked).result["cards"]
    for one, known in zip(found, expected, strict=True):
        assert one["redundancy"] == pytest.approx(known["redundancy"], abs=1e-6)
        assert {**one, "redundancy": None} == {**known, "redundancy": None}
    assert lens._session.memo.peek(ScoresKey("bn1")) is None


def test_the_order_by_scores_of_a_large_layer_reports_and_stops_where_nobody_waits(monkeypatch) -> None:
    monkeypatch.setattr(rankings_module, "_ALL_AT_ONCE", 39)
    handler = neuron_handlers(Rankings(fake_lens(40), QueryImages()))["rank"]
    seen: list[tuple[int, int, str]] = []
    asked = Request("1", "rank", {"layer": "bn1", "sort": "redundancy"}, (), lambda *told: seen.append(told))
    assert handler(asked).result["n"] == 40
    assert seen == [(1, 1, "comparing neurons")]
    given_up = Request("2", "rank", {"layer": "bn2", "sort": "redundancy"}, ())
    given_up.cancel()
    with pytest.raises(Cancelled):
        handler(given_up)


def test_a_component_without_examples_has_nulls_and_no_pictures(ask) -> None:
    (card,) = ask("cards", layer="bn1", components=[N - 1]).result["cards"]
    assert card["samples"] == []
    assert card["labels"] == []
    assert card["clarity"] is None
    assert card["maximum"] is None


def test_the_detail_has_every_example_and_the_most_similar_components(ask, rankings) -> None:
    result = ask("detail", layer="bn1", component=0).result
    examples = rankings.lens.database.examples["bn1"]
    assert [example["sample"] for example in result["examples"]] == examples.sample_ids[0].tolist()
    assert [example["score"] for example in result["examples"]] == examples.scores[0].tolist()
    embeddings = rankings.lens.database.component_embeddings["bn1"]
    similarity = [(float(embeddings[other] @ embeddings[0]), -other) for other in range(1, N)]
    assert result["similar"][0]["similarity"] == pytest.approx(max(similarity)[0])
    assert result["nearest"] == result["similar"][0]["name"]
    assert all(item["component"] != 0 for item in result["similar"])


def detail_of(lens: Lens, component: int) -> Mapping[str, Any]:
    request = Request("1", "detail", {"layer": "bn1", "component": component}, [])
    return neuron_handlers(Rankings(lens, QueryImages()))["detail"](request).result


def test_the_detail_shows_look_alikes_once_each_where_the_lens_keeps_them() -> None:
    lens = fake_lens(N)
    assert detail_of(lens, 0)["look_alikes"] == []
    ids = lens.database.samples.ids
    kept = torch.full((N, K), -1)
    kept[0, :4] = ids[torch.tensor([5, 9, 5, 30])]
    lens.database = replace(lens.database, look_alikes={"bn1": kept})
    found = detail_of(lens, 0)["look_alikes"]
    assert [sample["row"] for sample in found] == [5, 9, 30]
    label, name = lens.database.samples.labels[30], lens.database.samples.names[30]
    assert found[2] == {"row": 30, "sample": int(ids[30]), "label": label, "name": name}
    assert detail_of(lens, 1)["look_alikes"] == []


def test_the_detail_names_the_classes_a_component_adds_to_where_the_layer_was_attributed() -> None:
    assert detail_of(fake_lens(N), 0)["classes"] == []
    lens = attributed_lens(N)
    found = detail_of(lens, 0)["classes"]
    served = lens.role("bn1:0")
    assert [entry["name"] for entry in found] == list(served["class"][served["relevance"] > 0])
    assert found[0]["relevance"] == pytest.approx(served["relevance"][0])
    assert found[0]["share"] == pytest.approx(served["share"][0])
    assert found[0]["n_samples"] == served["n_samples"][0]


def test_the_detail_of_the_only_component_has_nothing_similar() -> None:
    rankings = Rankings(fake_lens(1), QueryImages())
    result = neuron_handlers(rankings)["detail"](
        Request("1", "detail", {"layer": "bn1", "component": 0}, [])
    ).result
    assert result["similar"] == []
    assert result["nearest"] is None


def test_thumbnails_come_packed_with_their_offsets(ask, rankings) -> None:
    answer = ask("thumbnails", samples=[3, 0, 3], size="small")
    start, *ends = answer.result["offsets"]
    files = [answer.buffers[0][a:b] for a, b in zip([start, *ends], ends, strict=False)]
    assert files == [rankings.lens.database.samples.thumbnail(row) for row in (3, 0, 3)]


def test_a_large_picture_that_is_gone_falls_back_to_its_thumbnail() -> None:
    def gone(sample: int) -> None:
        raise FileNotFoundError("moved")

    lens = fake_lens(N)
    lens._session.images = as_images([picture("car", 1)])
    lens._session.images.image = gone  # pyright: ignore[reportAttributeAccessIssue]
    answer = neuron_handlers(Rankings(lens, QueryImages()))["thumbnails"](
        Request("1", "thumbnails", {"samples": [1], "size": "large"}, [])
    )
    assert answer.buffers[0] == lens.database.samples.thumbnail(1)


def test_thumbnails_stop_when_nobody_waits_for_them(rankings) -> None:
    request = Request("1", "thumbnails", {"samples": [1, 2]}, [])
    request.cancel()
    with pytest.raises(Cancelled):
        neuron_handlers(rankings)["thumbnails"](request)


def test_an_image_becomes_a_query_by_its_handle(ask) -> None:
    answer = ask("image", buffers=[webp(picture("car", 4))])
    assert answer.result["width"] == answer.result["height"] == 128
    ranked = ask("rank", layer="bn1", query="", query_image=answer.result["handle"])
    assert ranked.result["has_query"]
    assert columns(ranked)[0][0] == 1


def test_a_handle_that_is_no_longer_kept_says_what_to_do(ask) -> None:
    with pytest.raises(ValueError, match="drop it again"):
        ask("rank", layer="bn1", query_image="nothing")


def test_files_that_are_no_images_are_refused(ask) -> None:
    with pytest.raises(ValueError, match="no image that can be read"):
        ask("image", buffers=[b"hello"])
    with pytest.raises(ValueError, match="no image that can be read"):
        ask("image", buffers=[webp(picture("car", 1))[:200]])
    with pytest.raises(ValueError, match="11 MB; at most 10"):
        decode(bytes(11 * 1024 * 1024))
    with pytest.raises(ValueError, match="one file"):
        ask("image")


def test_a_picture_of_many_pixels_is_refused_before_it_is_decoded() -> None:
    file = io.BytesIO()
    Image.new("1", (9000, 9000)).save(file, "PNG")
    with pytest.raises(ValueError, match="too large for a query"):
        decode(file.getvalue())


def test_only_the_last_image_queries_are_kept() -> None:
    images = QueryImages()
    handles = [images.add([Image.new("RGB", (4, 4), (index, 0, 0))]) for index in range(33)]
    assert images.get(handles[-1])
    with pytest.raises(ValueError, match="no longer kept"):
        images.get(handles[0])
    with pytest.raises(ValueError, match="no longer kept"):
        images.names(handles[0])


def test_an_image_query_is_shown_with_the_names_of_its_files(tmp_path: Path) -> None:
    Image.new("RGB", (600, 300), (200, 0, 0)).save(tmp_path / "red.png")
    images = QueryImages()
    ask = neuron_handlers(Rankings(fake_lens(6), images))["query_picture"]
    with Image.open(tmp_path / "red.png") as opened:
        handle = images.add([opened, Image.new("RGB", (8, 8))])
    answer = ask(Request("1", "query_picture", {"handle": handle}, []))
    assert answer.result["names"] == ["red.png", ""]
    start, end, _ = answer.result["offsets"]
    assert Image.open(io.BytesIO(answer.buffers[0][start:end])).size == (128, 64)
    assert images.names(images.add([Image.new("RGB", (8, 8))], "dropped.jpg")) == ("dropped.jpg",)


@pytest.mark.parametrize(
    ("kind", "params", "error", "message"),
    [
        ("rank", {"layer": "bn9"}, LayerNotFoundError, "no layer 'bn9'"),
        ("rank", {}, ValueError, "layer must be str"),
        ("cards", {"layer": "bn1", "components": [N]}, ValueError, f"components 0 to {N - 1}, not {N}"),
        ("cards", {"layer": "bn1", "components": [True]}, ValueError, "not True"),
        ("cards", {"layer": "bn1", "components": list(range(501))}, ValueError, "at most 500"),
        ("detail", {"layer": "bn1", "component": -1}, ValueError, "not -1"),
        ("thumbnails", {"samples": [10**6]}, ValueError, "there are samples 0 to"),
        ("thumbnails", {"samples": [0] * 1001}, ValueError, "at most 1000"),
    ],
)
def test_questions_that_cannot_be_are_refused(ask, kind, params, error, message) -> None:
    with pytest.raises(error, match=message):
        ask(kind, **params)


def test_hostile_labels_are_passed_on_as_they_are(ask) -> None:
    cards = ask("cards", layer="bn1", components=list(range(N))).result["cards"]
    assert HOSTILE in {label for card in cards for label, _ in card["labels"]}


def test_negative_halves_have_names_of_their_own() -> None:
    lens = fake_lens(N, sign="both")
    cards = neuron_handlers(Rankings(lens, QueryImages()))["cards"](
        Request("1", "cards", {"layer": "bn1", "components": [0, N // 2]}, [])
    )
    assert [card["name"] for card in cards.result["cards"]] == ["bn1:0", "bn1:0-"]


def test_prepare_makes_the_first_query_quick(ask, rankings) -> None:
    assert ask("prepare").result == {}
    assert rankings.lens._session.memo.latest(CalibrationsKey)


def test_a_database_of_nothing_but_silence_can_be_ranked() -> None:
    database = fake_database(6)
    assert torch.isfinite(database.component_embeddings["bn1"]).all()


@pytest.mark.parametrize(("sign", "signed"), [("both", True), ("positive", False)])
def test_a_ranking_says_whether_the_later_half_is_negative(sign, signed) -> None:
    ask = neuron_handlers(Rankings(fake_lens(6, sign=sign), QueryImages()))["rank"]
    assert ask(Request("1", "rank", {"layer": "bn1", "query": "bird"}, [])).result["signed"] is signed
