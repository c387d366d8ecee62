"""The widget of the graph of a class: answers equal to the graph's own tables, traits, cancelling, pages, pictures."""

import functools
import json
from typing import Any

import pytest

import semanticlens_widgets as slw
from semanticlens_widgets import Requirement
from semanticlens_widgets.widgets.answers.results.graph_info import graph_info
from semanticlens_widgets.widgets.kernel.request import Cancelled, Request
from semanticlens_widgets.widgets.session import session_of
from tests.architectures import MODELS, lens_of, made
from tests.unit.explanations.test_graph import GRAPHS, Forked

REQUIREMENT = Requirement("red", valid=["red"])


@functools.cache
def lens(name):
    maker, _, options = MODELS[name]
    return lens_of(made(maker), GRAPHS[name], **options).attribute(progress=False)


@functools.cache
def graph(name):
    asked = lens(name)
    audits = [asked.audit(REQUIREMENT, layer=layer) for layer in asked.layers]
    return asked.graph("red", top=4, audit=audits, vocabulary=["red", "green", "blue"], progress=False)


def view_of(name, **options):
    return slw.ConceptGraph(graph(name), **options)


def asked_of(view, kind, **params):
    return session_of(view.lens).channel.answer(kind, {"graph": view.result_id, **params}).result


@pytest.mark.parametrize("name", list(GRAPHS))
def test_the_browser_gets_the_numbers_of_the_graph(name):
    view, found = view_of(name), graph(name)
    answer = asked_of(view, "graph")
    rows = found.nodes.to_dict("records")
    database = lens(name).database
    assert [layer["name"] for layer in answer["layers"]] == list(found.layers)
    assert [layer["column"] for layer in answer["layers"]] == list(range(len(found.layers)))
    for node, row in zip(answer["nodes"], rows, strict=True):
        kept = ("name", "layer", "component", "label", "verdict")
        assert [node[key] for key in kept] == [
            row[key] for key in ("component", "layer", "index", "label", "verdict")
        ]
        if row["layer"]:
            assert (node["relevance"], node["share"]) == (row["relevance"], row["share"])
            assert node["samples"] == database.example_rows(row["layer"], row["index"])[:9]
    assert (answer["nodes"][-1]["relevance"], answer["nodes"][-1]["samples"]) == (None, [])
    names = [node["name"] for node in answer["nodes"]]
    edges = [
        (names[one["source"]], names[one["target"]], one["edge"], one["share"]) for one in answer["edges"]
    ]
    assert edges == list(found.edges.itertuples(index=False, name=None))
    for layer in found.layers:
        places = sorted(node["place"] for node in answer["nodes"] if node["layer"] == layer)
        assert places == list(range(len(places)))
    json.dumps(answer, allow_nan=False)


@pytest.mark.parametrize("name", list(GRAPHS))
def test_what_falls_is_that_of_without_of_one_node_and_of_several(name):
    view, found = view_of(name), graph(name)
    first = found.nodes[found.nodes["layer"] == found.layers[0]]["component"].tolist()
    for names in (first[:1], first[1:3]):
        slow = found.without(names, n_draws=3).set_index("component")
        answer = asked_of(view, "graph_without", nodes=names, control=True)
        known = found.nodes["component"].tolist()
        got = {known[one["node"]]: one for one in answer["changes"]}
        assert set(got) == set(slow.index)
        for node, change in got.items():
            for key in ("before", "after", "share", "random"):
                assert change[key] == pytest.approx(slow.loc[node, key])


def test_taking_out_is_measured_once_and_ends_where_nobody_waits_any_more(monkeypatch):
    view = view_of("cnn")
    node = graph("cnn").nodes["component"][1]
    taking_out: Any = type(graph("cnn").scores_without)
    plain, runs = taking_out._scores, []

    def counted(self, without, report):
        runs.append(without)
        return plain(self, without, report)

    monkeypatch.setattr(taking_out, "_scores", counted)
    handler = session_of(view.lens).channel._handlers["graph_without"]
    reports = []
    params = {"graph": view.result_id, "nodes": [node], "control": False}
    cancelled = Request("1", "graph_without", params, (), report=lambda *done: reports.append(done))
    cancelled.cancel()
    with pytest.raises(Cancelled):
        handler(cancelled)
    running = Request("2", "graph_without", params, (), report=lambda *done: reports.append(done))
    first = handler(running)
    n_runs = len(runs)
    assert handler(Request("3", "graph_without", params, ())).result == first.result
    assert len(runs) == n_runs
    assert reports[-1] == (8, 8, f"measuring without {node}")


def test_a_graph_is_displayed_as_its_widget_and_static_without_one():
    data = graph("cnn")._repr_mimebundle_()[0]
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "Concepts of red" in data["text/html"]
    assert "class red" in graph("cnn")._repr_html_()


def test_layers_side_by_side_share_a_column():
    asked = lens_of(made(Forked), ["aside", "low", "body"]).attribute(progress=False)
    found = asked.graph("red", top=2, vocabulary=None, progress=False)
    columns = {layer["name"]: layer["column"] for layer in graph_info(found)["layers"]}
    assert columns == {"low": 0, "body": 1, "aside": 1}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weak_below": 0.001}, "weak_below must be between 0.01"),
        ({"weak_below": 2.0}, "and 1, not 2"),
        ({"opened": "lwo:1"}, "opened must be a node of the graph"),
        ({"without": ["low:99"]}, "has no node 'low:99'"),
        ({"without": ["class red"]}, "has no node 'class red'"),
    ],
)
def test_what_the_graph_does_not_have_is_refused(change, message):
    view = view_of("cnn")
    with pytest.raises(ValueError, match=message):
        view.set_trait(*next(iter(change.items())))
    with pytest.raises(ValueError, match=message):
        view_of("cnn", **change)


@pytest.mark.parametrize("name", list(GRAPHS))
def test_by_default_no_layer_with_edges_loses_them_all(name):
    found, view = graph(name), view_of(name)
    layers = found.nodes.set_index("component")["layer"]
    shown = found.edges[found.edges["share"].abs() >= view.weak_below]
    assert set(shown["target"].map(layers)) == set(found.edges["target"].map(layers))
    assert found.weak_below <= view.weak_below <= 0.03


def test_requests_for_other_nodes_and_closed_graphs_say_what_to_do():
    view = view_of("cnn")
    with pytest.raises(ValueError, match="must name at least one node"):
        asked_of(view, "graph_without", nodes=[], control=False)
    with pytest.raises(ValueError, match="run its cell again"):
        session_of(view.lens).channel.answer("graph", {"graph": "gone"})
    with pytest.raises(TypeError, match=r"lens.graph\(class_name\)"):
        slw.ConceptGraph(lens("cnn"))  # type: ignore[arg-type]


def test_a_page_holds_the_examples_of_its_nodes_and_what_was_taken_out(tmp_path):
    found = graph("cnn")
    view = view_of("cnn", without=found.nodes["component"][0])
    kept = view._answers()["graph_without"]
    assert kept["nodes"] == [found.nodes["component"][0]]
    assert kept["result"] == asked_of(view, "graph_without", nodes=kept["nodes"], control=True)
    text = view.to_html(tmp_path / "graph.html").read_text(encoding="utf-8")
    assert "<title>Concepts of red" in text
    assert len(text) < 600_000
    assert view.to_module(tmp_path / "graph.mjs").is_file()


def test_pictures_draw_nodes_and_edges_and_escape_names():
    found = graph("vit")
    view = slw.ConceptGraph(found, weak_below=0.05)
    picture = view._snapshot()
    assert f"{(found.edges['share'].abs() >= 0.05).sum()} of {len(found.edges)} edges" in picture
    assert len(picture) < 150_000
    hostile = lens("cnn").graph("red", top=2, vocabulary=["<b>red", "green"], progress=False)
    assert "<b>red" not in slw.ConceptGraph(hostile)._snapshot()


def test_a_graph_of_one_layer_and_one_without_strong_edges_are_drawn():
    single = lens("cnn").graph("red", layer="last", top=3, vocabulary=None, progress=False)
    assert "3 neurons of last" in slw.ConceptGraph(single)._snapshot()
    weak = lens("cnn").graph("red", top=3, weak_below=1.0, vocabulary=None, progress=False)
    assert slw.ConceptGraph(weak).weak_below == 1
    assert f"{len(weak.edges)} of {len(weak.edges)} edges" in slw.ConceptGraph(weak)._snapshot()
