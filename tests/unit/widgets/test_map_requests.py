"""Answers to the requests of a map, against slow definitions."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from semanticlens_widgets import projection
from semanticlens_widgets.errors import LayerNotFoundError
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.vocabularies import calibrations, embedded_vocabulary
from semanticlens_widgets.projection import place_vectors, project
from semanticlens_widgets.widgets import ConceptMap
from semanticlens_widgets.widgets.answers.map import cluster_captions, layout_task, layout_tasks
from semanticlens_widgets.widgets.answers.map.cluster_captions import MappedLens, latest_vocabulary, names
from semanticlens_widgets.widgets.answers.map.columns import (
    NOWHERE,
    STEPS,
    bounds_of,
    cluster_column,
    quantised,
)
from semanticlens_widgets.widgets.answers.map.handlers import map_handlers
from semanticlens_widgets.widgets.answers.map.layouts import Layouts
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages
from semanticlens_widgets.widgets.answers.neurons.rankings import Rankings, RankQuery
from semanticlens_widgets.widgets.kernel.request import Answer, Cancelled, Request
from tests.fakes import HOSTILE, WordModel, fake_lens, picture, relabel

N = 60


class Asked:
    """A lens and what it answers; the layout of its maps is a PCA unless a test says otherwise."""

    def __init__(self, n: int = N, lens: Lens | None = None, **options: Any) -> None:
        self.lens = lens or fake_lens(n, **options)
        self.rankings = Rankings(self.lens, QueryImages())
        self.layouts = Layouts(self.lens)
        self.handlers = map_handlers(self.rankings, self.layouts)

    def __call__(self, kind: str, **params: Any) -> Answer:
        params = {"layers": ["bn1"], "method": "pca", "clustered": False} | params
        return self.handlers[kind](Request("1", kind, params, []))

    def answers(self, **params: Any) -> list[Answer]:
        """The answers that a browser gets until nothing more will come."""
        answers = [self("map", **params)]
        while not answers[-1].result["final"]:
            last = answers[-1].result
            answers.append(self("map_update", **params, have=last["method"], clustered=last["clustered"]))
        return answers

    def final(self, **params: Any) -> Answer:
        """The last answer about a map."""
        return self.answers(**params)[-1]

    def positions(self, *layers: str) -> torch.Tensor:
        embeddings = {layer: self.lens.database.component_embeddings[layer] for layer in layers}
        return project(embeddings, method="pca").positions


@pytest.fixture(scope="module")
def ask() -> Asked:
    return Asked()


def by_labels(n: int = N, labels: Callable[[str, int], str | None] = lambda label, row: label) -> Asked:
    """A lens without a foundation model at hand, whose clusters are named by the labels of its images."""
    ask = Asked(n)
    ask.lens._session._foundation_model = None
    known = ask.lens.database.samples.labels
    relabel(ask.lens, [labels(str(label), row) for row, label in enumerate(known)])
    return ask


def steps_of(answer: Answer) -> np.ndarray:
    return np.frombuffer(answer.buffers[0], "<u2").reshape(-1, 2)


def kinds_of(answer: Answer) -> np.ndarray:
    column = answer.buffers[1]
    return np.frombuffer(column, "<u1" if len(column) == answer.result["n"] else "<u2")


def values_of(answer: Answer) -> np.ndarray:
    return np.frombuffer(answer.buffers[0], "<f4")


def test_the_map_has_every_component_where_the_projection_has_it(ask) -> None:
    answer = ask.final(layers=["bn1", "bn2"])
    positions = ask.positions("bn1", "bn2").double().numpy()
    x0, y0, x1, y1 = answer.result["bounds"]
    steps = steps_of(answer)
    for row, (x, y) in enumerate(positions):
        if np.isnan(x):
            assert steps[row, 0] == NOWHERE
        else:
            back = steps[row] / STEPS * [x1 - x0, y1 - y0] + [x0, y0]
            assert back == pytest.approx([x, y], abs=max(x1 - x0, y1 - y0) / STEPS)
    assert answer.result["n"] == 2 * N
    assert answer.result["method"] == "pca"
    assert answer.result["layers"] == [
        {"name": "bn1", "start": 0, "count": N, "signed": False, "hollow": False},
        {"name": "bn2", "start": N, "count": N, "signed": False, "hollow": False},
    ]


def test_clusters_come_with_their_members_a_name_a_place_and_a_picture() -> None:
    ask = by_labels()
    answer = ask.final()
    samples = ask.lens.database.samples
    rows = samples.rows(ask.lens.database.examples["bn1"].sample_ids)
    kinds, (x0, y0, x1, y1) = kinds_of(answer), answer.result["bounds"]
    assert answer.result["clusters"]
    for kind, cluster in enumerate(answer.result["clusters"]):
        members = np.flatnonzero(kinds == kind)
        assert cluster["size"] == len(members)
        shown = [Counter(samples.labels[row] for row in rows[member].tolist()) for member in members]
        assert cluster["name"] == sum(shown, Counter()).most_common(1)[0][0]
        assert cluster["agreement"] == pytest.approx(np.mean([own[cluster["name"]] >= 2 for own in shown]))
        assert cluster["central"] in {f"bn1:{member}" for member in members}
        assert samples.labels[cluster["sample"]] == cluster["name"]
        assert x0 <= cluster["x"] <= x1
        assert y0 <= cluster["y"] <= y1
    assert kinds[N - 1] == 255, "a component without examples is in no cluster"
    names = [cluster["name"] for cluster in answer.result["clusters"]]
    assert len(set(names)) == len(names)


class Held:
    """Holds the clusters of a map back until a test lets them go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.begun, find = threading.Event(), threading.Event(), projection.clusters

        def clusters(*given: Any) -> projection.Clusters:
            self.begun.set()
            assert self.go.wait(60)
            return find(*given)

        monkeypatch.setattr(layout_task, "clusters", clusters)


def in_thread(work: Callable[[], Any]) -> Future[Any]:
    """The result of a work that waits, later."""
    threads = ThreadPoolExecutor(1)
    future = threads.submit(work)
    threads.shutdown(wait=False)
    return future


def test_a_map_is_there_at_once_and_its_clusters_as_soon_as_they_are_found(monkeypatch) -> None:
    held, ask, name = Held(monkeypatch), by_labels(), threading.Event()
    monkeypatch.setattr(layout_task, "naming_vocabulary", lambda *given: name.wait(60) and None)
    first = ask("map")
    assert (first.result["final"], first.result["clusters"]) == (False, [])
    assert (kinds_of(first) == 255).all()
    later = in_thread(lambda: ask("map_update", have="pca"))
    assert held.begun.wait(60)
    assert not ask("map").result["final"], "a quick request does not wait"
    assert not later.done()
    held.go.set()
    found = later.result(60)
    assert {(cluster["name"], cluster["agreement"]) for cluster in found.result["clusters"]} == {("", None)}
    assert (found.result["clustered"], found.result["final"]) == (True, False)
    name.set()
    last = ask.final()
    assert last.result["final"]
    assert all(cluster["name"] for cluster in last.result["clusters"])
    assert kinds_of(last).tolist() == kinds_of(found).tolist()
    assert steps_of(last).tolist() == steps_of(first).tolist()


def test_clusters_are_named_once_a_browser_has_the_positions(monkeypatch) -> None:
    held, ask = Held(monkeypatch), Asked()
    ask("map")
    ask.layouts.task(["bn1"], "pca")._positions.wait(60)
    assert not held.begun.is_set()
    held.go.set()
    assert ask("map_update", have="pca").result["clusters"]


def test_a_request_that_was_taken_back_waits_no_longer_and_the_map_goes_on(monkeypatch) -> None:
    held, ask = Held(monkeypatch), Asked()
    request = Request(
        "1", "map_update", {"layers": ["bn1"], "method": "pca", "have": "pca", "clustered": False}, []
    )
    given_up = in_thread(lambda: ask.handlers["map_update"](request))
    assert held.begun.wait(60)
    request.cancel()
    with pytest.raises(Cancelled):
        given_up.result(60)
    held.go.set()
    assert ask.final().result["clusters"]


def test_several_views_wait_for_one_map(monkeypatch) -> None:
    held, ask = Held(monkeypatch), Asked()
    views = [in_thread(lambda: ask("map_update", have="pca")) for _ in range(5)]
    assert held.begun.wait(60)
    held.begun.clear()
    held.go.set()
    answers = [view.result(60) for view in views]
    assert not held.begun.is_set(), "the clusters were looked for once"
    assert all(answer == answers[0] for answer in answers)


def test_a_map_that_the_lens_was_saved_with_is_shown_at_once(tmp_path) -> None:
    ask = Asked()
    embeddings = {"bn1": ask.lens.database.component_embeddings["bn1"]}
    pca = project(embeddings, method="pca")
    known = replace(pca, positions=pca.positions.flip(1) ** 3, method="umap")
    ask.lens._session.keep_projection(known)
    opened = Asked(lens=Lens.open(ask.lens.save(tmp_path / "a.lens"), foundation_model=WordModel()))
    first = opened("map", method="umap")
    assert first.result["method"] == "umap"
    assert steps_of(first).tolist() == quantised(known.positions, bounds_of(known.positions)).tolist()
    assert opened("map").result["method"] == "pca"


@pytest.mark.slow
def test_the_umap_takes_the_place_of_the_pca_and_its_clusters_come_last() -> None:
    ask, told = Asked(), []
    params = {"layers": ["bn1"], "method": "umap", "have": "pca", "clustered": False}
    assert ask("map", method="umap").result["method"] == "pca"
    report = lambda *progress: told.append(progress)  # noqa: E731
    first = ask.handlers["map_update"](Request("1", "map_update", params, [], report))
    last = ask.final(method="umap")
    assert (first.result["method"], last.result["method"]) == ("umap", "umap")
    assert last.result["final"]
    assert steps_of(last).tolist() == steps_of(first).tolist()
    shares = [done for done, total, step in told if (total, step) == (100, "UMAP")]
    assert shares
    assert shares == sorted(shares)
    kept = ask.lens._session.projection(["bn1"])
    assert steps_of(last).tolist() == quantised(kept.positions, bounds_of(kept.positions)).tolist()
    assert kept.regions is not None, "the lens keeps the map with its regions"
    embeddings = {"bn1": ask.lens.database.component_embeddings["bn1"]}
    expected = projection.project_in_background(embeddings).wait().positions
    assert torch.equal(kept.positions[:-1], expected[:-1])


def test_a_map_is_computed_once_whoever_asks(monkeypatch) -> None:
    ask, made = Asked(), []
    make = layout_tasks.project_in_background
    monkeypatch.setattr(
        layout_tasks, "project_in_background", lambda *given, **more: made.append(1) or make(*given, **more)
    )
    for _ in range(3):
        ask.final()
    assert made == [1]
    ask.final(layers=["bn2"])
    assert made == [1, 1]


def test_an_error_is_the_answer_to_everybody_who_waits_and_a_new_start_begins_anew(monkeypatch) -> None:
    ask, failures = Asked(), [RuntimeError("no memory left")]
    find = projection.clusters

    def clusters(*given: Any) -> Any:
        if failures:
            raise failures.pop()
        return find(*given)

    monkeypatch.setattr(layout_task, "clusters", clusters)
    assert not ask("map").result["final"]
    with pytest.raises(RuntimeError, match="no memory left"):
        ask("map_update", have="pca")
    with pytest.raises(RuntimeError, match="no memory left"):
        ask("map_update", have="pca")
    assert ask.final().result["clusters"]


def test_clusters_take_names_from_the_vocabulary_that_the_lens_embedded_last() -> None:
    ask = by_labels()
    assert "car" in {cluster["name"] for cluster in ask.final().result["clusters"]}
    ask.lens._session.foundation_model = WordModel()
    embedded = embedded_vocabulary(ask.lens._session, ["automobile", "car", "bird", "tree"])
    assert not ask("map").result["final"], "asked anew, the clusters are named again"
    answer = ask.final()
    layout = ask.layouts.task(["bn1"], "pca").now
    assert layout.clusters is not None
    expected = names(MappedLens(ask.lens), layout.projection, layout.clusters, embedded)
    assert [cluster["name"] for cluster in answer.result["clusters"]] == [name.text for name in expected]
    assert {"bird"} <= {name.text for name in expected}


def test_without_a_vocabulary_of_its_own_the_lens_embeds_the_general_one_and_says_so(monkeypatch) -> None:
    monkeypatch.setattr(cluster_captions, "read_vocabulary", lambda name: ("car", "bird", "tree"))
    ask, told = Asked(), []
    ask.layouts.task(["bn1"], "pca").finish(lambda *progress: told.append(progress))
    assert latest_vocabulary(ask.lens).texts == ("car", "bird", "tree")
    assert told[-1][2] in ("clusters", "names")
    assert ask("map").result["final"], "the vocabulary is the same"


def test_a_lens_that_comes_by_its_foundation_model_later_names_its_clusters_anew(monkeypatch) -> None:
    monkeypatch.setattr(cluster_captions, "read_vocabulary", lambda name: ("automobile", "bird", "tree"))
    ask = by_labels(labels=lambda label, row: None)
    assert ask("map").result["final"] is False
    assert {cluster["name"] for cluster in ask.final().result["clusters"]} == {""}
    ask.lens._session.foundation_model = WordModel()
    assert "bird" in {cluster["name"] for cluster in ask.final().result["clusters"]}


def test_clusters_of_images_without_a_common_label_have_no_name_but_a_picture() -> None:
    for labels in (lambda label, row: f"{label} {row}", lambda label, row: None):
        found = by_labels(labels=labels).final().result["clusters"]
        assert found
        assert all((cluster["name"], cluster["agreement"]) == ("", None) for cluster in found)
        assert all(cluster["central"].startswith("bn1:") for cluster in found)
        assert all(isinstance(cluster["sample"], int) for cluster in found)


def test_python_reads_the_clusters_that_the_browser_shows() -> None:
    ask = by_labels()
    table = ConceptMap(ask.lens, layer="bn1", method="pca").clusters
    answer = ask.final()
    shown = answer.result["clusters"]
    for column in ("name", "agreement", "elsewhere", "runner_up", "is_close", "size", "central"):
        assert table[column].tolist() == [cluster[column] for cluster in shown]
    for kind, components in enumerate(table["components"]):
        assert components == [f"bn1:{row}" for row in np.flatnonzero(kinds_of(answer) == kind)]
    assert (table["chance_percentile"] >= 0.95).all()


def test_a_layer_without_clusters_has_an_empty_table() -> None:
    table = ConceptMap(fake_lens(3), method="pca").clusters
    assert len(table) == 0
    assert list(table)[:2] == ["name", "agreement"]


def test_hostile_labels_are_passed_on_as_they_are() -> None:
    ask = by_labels(labels=lambda label, row: HOSTILE if label == "car" else label)
    assert HOSTILE in {cluster["name"] for cluster in ask.final().result["clusters"]}


def test_alignment_is_that_of_the_gallery(ask) -> None:
    answer = ask("encoding", layers=["bn2", "bn1"], encoding="alignment", query="bird")
    expected = torch.cat([ask.lens.rank("bird", layer).alignment for layer in ("bn2", "bn1")]).numpy()
    assert np.array_equal(values_of(answer), expected, equal_nan=True)
    assert answer.result["kind"] == "diverging"
    assert answer.result["max"] == pytest.approx(float(np.nanmax(expected)))
    assert answer.result["min"] == pytest.approx(float(np.nanmin(expected)))
    assert (answer.result["weak"], answer.result["message"]) == (False, "")


def test_a_weak_match_says_how_weak(ask) -> None:
    weak = next(
        word for word in ("envy", "tax", "delay", "noon", "irony", "sum") if ask.lens.rank(word, "bn1").weak
    )
    answer = ask("encoding", encoding="alignment", query=weak)
    share = 100 * (1 - ask.lens.rank(weak, "bn1").strength)
    assert answer.result["weak"]
    assert answer.result["message"] == f"{share:.0f} % of unrelated words find a neuron that answers better."


def test_the_first_query_says_that_it_waits_for_the_foundation_model(tmp_path) -> None:
    lens = Lens.open(fake_lens(20).save(tmp_path / "a.lens"), foundation_model=WordModel())
    ask, told = Asked(lens=lens), []
    params = {"layers": ["bn1"], "encoding": "alignment", "query": "bird", "query_image": ""}
    report = lambda *progress: told.append(progress)  # noqa: E731
    ask.handlers["encoding"](Request("1", "encoding", params, [], report))
    assert told == []
    lens._session._foundation_model = None
    with pytest.raises(ValueError, match="foundation model"):  # of a fake there is no recipe
        ask.handlers["encoding"](Request("2", "encoding", params | {"query": "car"}, [], report))
    assert told == [(0, 1, "loading words")]


def test_an_image_can_be_aligned_with(ask) -> None:
    handle = ask.rankings.images.add([picture("car", 3)])
    answer = ask("encoding", encoding="alignment", query_image=handle)
    assert int(np.nanargmax(values_of(answer))) % 6 == 1


@pytest.mark.parametrize("name", ["clarity", "polysemanticity", "redundancy"])
def test_scores_are_those_of_the_lens(ask, name: str) -> None:
    answer = ask("encoding", layers=["bn1", "bn2"], encoding=name)
    expected = ask.lens.scores()[name].to_numpy(dtype="<f4")
    assert np.array_equal(values_of(answer), expected, equal_nan=True)
    assert answer.result["kind"] == "sequential"


def test_a_probe_lies_among_its_neighbours(ask) -> None:
    answer = ask("probe", query="bird")
    shown = RankQuery("bn1", "bird")
    vector = ask.rankings.probe(shown).vector
    layout = project({"bn1": ask.lens.database.component_embeddings["bn1"]}, method="pca")
    assert [answer.result["x"], answer.result["y"]] == pytest.approx(
        place_vectors(layout, vector[None], by="neighbours")[0].tolist()
    )
    assert ask("probe", query=" ").result == {"x": None, "y": None}


def test_a_query_is_embedded_once_for_colours_and_probe(monkeypatch) -> None:
    ask, texts = Asked(), []
    calibrations(ask.lens._session)
    embed = ask.lens.foundation_model.embed_texts
    monkeypatch.setattr(
        ask.lens.foundation_model, "embed_texts", lambda given: texts.extend(given) or embed(given)
    )
    ask("encoding", encoding="alignment", query="bird")
    ask("probe", query="bird")
    assert texts.count("bird") == 1


@pytest.mark.parametrize(
    ("kind", "params", "error", "message"),
    [
        ("map", {"layers": ["bn9"]}, LayerNotFoundError, "no layer 'bn9'"),
        ("map", {"layers": []}, ValueError, "at least one"),
        ("map", {"layers": ["bn1", "bn1"]}, ValueError, "different names"),
        ("map", {"method": "tsne"}, ValueError, "method must be 'pca' or 'umap'"),
        ("encoding", {"encoding": "clarty"}, ValueError, "did you mean 'clarity'"),
        ("encoding", {"encoding": "alignment"}, ValueError, "needs a query"),
        (
            "encoding",
            {"layers": ["bn1", "bn2"], "encoding": "alignment", "query": "like #3"},
            ValueError,
            "'#3' needs its layer on a map of several layers; write 'bn1:3'",
        ),
    ],
)
def test_questions_that_cannot_be_are_refused(ask, kind, params, error, message) -> None:
    with pytest.raises(error, match=message):
        ask(kind, **params)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_layer_of_hardly_any_component_has_a_map(n: int) -> None:
    answer = Asked(n).final(method="umap")
    assert answer.result["n"] == n
    assert answer.result["method"] == "pca"
    assert answer.result["clusters"] == []
    assert len(steps_of(answer)) == n


def test_a_single_place_is_in_the_middle_of_some_room() -> None:
    positions = torch.tensor([[3.0, -2.0], [torch.nan, torch.nan]])
    bounds = bounds_of(positions)
    assert bounds == (2.5, -2.5, 3.5, -1.5)
    assert quantised(positions, bounds).tolist() == [[STEPS // 2, STEPS // 2], [NOWHERE, NOWHERE]]
    assert bounds_of(positions[1:]) == (0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(("n", "size"), [(0, 1), (254, 1), (255, 2), (65_000, 2)])
def test_a_cluster_takes_one_byte_as_long_as_there_is_room_for_none(n: int, size: int) -> None:
    column = cluster_column(np.arange(-1, n))
    assert column.itemsize == size
    assert column.tolist() == [256**size - 1, *range(n)]
