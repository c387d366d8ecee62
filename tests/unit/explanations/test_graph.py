"""Concept graphs: edges against finite differences, and what falls without a node against a model without it."""

import functools

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torch import nn

from semanticlens_widgets import Requirement
from semanticlens_widgets.lens import Lens
from tests.architectures import MODELS, Pooled, lens_of, made, noisy
from tests.colour_world import ColourSpace, labels, to_tensor

RED = [n for n, label in enumerate(labels()) if label == "red"]
GRAPHS = {
    "cnn": ["body", "low", "last"],
    "vit": ["blocks.2", "blocks.0", "blocks.1.mlp.act"],
    "hybrid": ["stem", "block"],
}


@functools.cache
def lens(name):
    maker, _, options = MODELS[name]
    return lens_of(made(maker), GRAPHS[name], **options).attribute(progress=False)


@functools.cache
def graph(name, top=4):
    return lens(name).graph("red", top=top, weak_below=0.0, vocabulary=None, progress=False)


def pixels():
    return torch.stack([to_tensor(Image.fromarray(noisy()[n])) for n in RED])


def scores(model, x, layer, changed=None, by=None):
    """Maxima of a layer's components, halves included, with the output of another layer replaced."""
    kept = []
    handles = [
        model.get_submodule(layer).register_forward_hook(lambda _m, _i, found: kept.append(found.clone()))
    ]
    if changed is not None:
        module = model.get_submodule(changed)
        handles.insert(0, module.register_forward_hook(lambda _m, _i, found: by(found.clone())))
    with torch.no_grad():
        outputs = model(x.clone())
    for handle in handles:
        handle.remove()
    [found] = kept
    cells = found.flatten(2).transpose(1, 2) if found.ndim == 4 else found
    return torch.cat([cells.amax(1), -cells.amin(1)], 1), outputs


def own_cells(found, row, both):
    """The cells of a component, or of one half of it, as a mask."""
    n = found.shape[1] if found.ndim == 4 else found.shape[-1]
    mask = torch.zeros_like(found, dtype=torch.bool)
    (mask[:, row % n] if found.ndim == 4 else mask[..., row % n]).fill_(True)
    return mask & ((found < 0) if row >= n else (found >= 0)) if both else mask


@pytest.mark.parametrize("name", list(GRAPHS))
def test_an_edge_is_the_mean_of_activation_times_a_finite_difference(name):
    found, step = graph(name), 1e-6
    model = made(MODELS[name][0]).double()
    both = lens(name).database.provenance.sign == "both"
    nodes = found.nodes.set_index("component")
    checked = 0
    for edge in found.edges.to_dict("records"):
        source = nodes.loc[edge["source"]]
        if edge["target"] == "class red":
            assert edge["edge"] == pytest.approx(source["relevance"])
            continue
        target = nodes.loc[edge["target"]]
        x = pixels().double()
        plain, _ = scores(model, x, target["layer"])
        # All cells of the source a step larger: the sum of a_j d a_k / d a_j over them.
        moved, _ = scores(
            model, x, target["layer"], source["layer"],
            lambda out, row=source["index"]: torch.where(own_cells(out, row, both), out * (1 + step), out),
        )  # fmt: skip
        slow = float(((moved - plain) / step)[:, target["index"]].mean())
        assert edge["edge"] == pytest.approx(slow, rel=2e-3, abs=1e-5)
        checked += 1
    assert checked >= 8


@pytest.mark.parametrize("name", list(GRAPHS))
def test_shares_are_of_all_components_of_the_layer_below(name):
    found = graph(name)
    below = dict(zip(found.layers[1:], found.layers, strict=False))
    for layer, rows in found.nodes[found.nodes["layer"] != ""].groupby("layer"):
        size = lens(name).relevance(layer).of("red").abs()
        assert set(rows["index"]) == set(size.argsort(descending=True)[: len(rows)].tolist())
        np.testing.assert_allclose(rows["share"], rows["relevance"] / float(size.sum()), rtol=1e-4)
        for target in rows["component"] if layer in below else ():
            every = lens(name).upstream(target, below[layer], samples=RED, weak_below=0.0)
            known = every.set_index("component")
            for edge in found.edges[found.edges["target"] == target].to_dict("records"):
                assert edge["edge"] == pytest.approx(known.loc[edge["source"], "edge"], rel=1e-4, abs=1e-6)
                assert edge["share"] == pytest.approx(known.loc[edge["source"], "share"], rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("name", list(GRAPHS))
def test_weak_edges_are_left_out(name):
    strong = lens(name).graph("red", top=4, weak_below=0.1, vocabulary=None, progress=False)
    kept = graph(name).edges[graph(name).edges["share"].abs() >= 0.1]
    assert sorted(zip(strong.edges["source"], strong.edges["target"], strict=True)) == sorted(
        zip(kept["source"], kept["target"], strict=True)
    )


@pytest.mark.parametrize("name", list(GRAPHS))
def test_without_a_node_the_later_ones_are_those_of_the_model_without_it(name):
    found = graph(name)
    gone = found.nodes.iloc[0]
    both = lens(name).database.provenance.sign == "both"
    model = made(MODELS[name][0])
    table = found.without(gone["component"])
    assert gone["layer"] not in set(table["layer"])
    for row in table.to_dict("records"):
        layer = row["layer"] or found.layers[-1]
        plain, logits = scores(model, pixels(), layer)
        changed, changed_logits = scores(
            model, pixels(), layer, gone["layer"],
            lambda out: torch.where(own_cells(out, gone["index"], both), torch.zeros_like(out), out),
        )  # fmt: skip
        if row["layer"]:
            index = int(found.nodes.set_index("component").loc[row["component"], "index"])
            before, after = float(plain[:, index].mean()), float(changed[:, index].mean())
        else:
            before, after = float(logits[:, 0].mean()), float(changed_logits[:, 0].mean())
        assert row["before"] == pytest.approx(before, rel=1e-4, abs=1e-6)
        assert row["after"] == pytest.approx(after, rel=1e-3, abs=1e-5)
        assert row["change"] == pytest.approx(row["after"] - row["before"], abs=1e-6)


@pytest.mark.parametrize("name", list(GRAPHS))
def test_the_source_of_a_top_edge_lowers_its_child_more_than_a_random_component(name):
    found = graph(name)
    inner = found.edges[found.edges["target"] != "class red"].sort_values("share", ascending=False)
    generator, falls, others = np.random.default_rng(0), [], []
    for edge in inner.groupby("target").head(1).to_dict("records"):
        layer = found.nodes.set_index("component").loc[edge["source"], "layer"]
        own = lens(name).database.examples[layer]
        names = [own.name(row) for row in range(own.n_components) if own.name(row) != edge["source"]]
        falls.append(change_of(name, found, edge["source"], edge["target"]))
        others.append(
            np.mean(
                [
                    change_of(name, found, one, edge["target"])
                    for one in generator.choice(names, 4, replace=False)
                ]
            )
        )
    assert np.mean(falls) < np.mean(others)
    assert np.mean(falls) < 0


@pytest.mark.parametrize("name", list(GRAPHS))
def test_the_control_takes_as_many_other_components_of_the_same_layers_out(name, monkeypatch):
    found = graph(name)
    nodes = [
        found.nodes["component"].iloc[0],
        found.nodes["component"].iloc[1],
        found.nodes["component"].iloc[-2],
    ]
    asked, plain = [], type(found.scores_without).__call__

    def heard(self, names, report=None):
        asked.append(list(names))
        return plain(self, names, report)

    monkeypatch.setattr(type(found.scores_without), "__call__", heard)
    table = found.without(nodes, n_draws=3, seed=1).set_index("component")
    taken, *drawn = asked
    assert taken == nodes
    assert len(drawn) == 3
    layer_of = lambda names: sorted(one.rpartition(":")[0] for one in names)  # noqa: E731
    for names in drawn:
        assert layer_of(names) == layer_of(nodes)
        assert not set(names) & set(nodes)
        assert len(set(names)) == len(names)
    shares = [plain(found.scores_without, names).set_index("component")["share"] for names in drawn]
    slow = pd.concat(shares, axis=1).mean(axis=1)
    for component, row in table.iterrows():
        assert row["random"] == pytest.approx(slow[component], abs=1e-6)
    again = found.without(nodes, n_draws=3, seed=1).set_index("component")
    assert again["random"].tolist() == table["random"].tolist()
    assert "random" not in found.without(nodes)


def change_of(name, found, source, target):
    """The change of a node's mean score without any component."""
    table = found.scores_without([source], None).set_index("component")
    return float(table.loc[target, "change"])


def test_layers_come_in_the_order_of_the_model_and_the_last_ends_in_the_class():
    assert graph("cnn").layers == ("low", "body", "last")
    assert graph("vit").layers == ("blocks.0", "blocks.1.mlp.act", "blocks.2")
    ends = graph("vit").edges.query("target == 'class red'")["source"]
    assert all(name.startswith("blocks.2:") for name in ends)


class Forked(Pooled):
    """Two convolutions side by side over one, whose outputs are added."""

    def __init__(self) -> None:
        super().__init__()
        self.aside = nn.Conv2d(5, 6, 1)

    def forward(self, pixels):
        below = torch.relu(self.low(pixels))
        return self.head((self.body(below) + self.aside(below)).relu().mean((2, 3)))


def test_layers_side_by_side_are_both_joined_to_the_one_below_and_to_the_class():
    asked = lens_of(made(Forked), ["aside", "low", "body"]).attribute(progress=False)
    found = asked.graph("red", top=2, weak_below=0.0, vocabulary=None, progress=False)
    layers = [found.edges[end].str.split(":").str[0] for end in ("source", "target")]
    assert set(zip(*layers, strict=True)) == {
        ("low", "body"), ("low", "aside"), ("body", "class red"), ("aside", "class red")
    }  # fmt: skip


def test_it_is_a_networkx_graph_and_a_sankey():
    found = graph("cnn")
    tree = found.networkx()
    assert set(tree) == set(found.nodes["component"])
    assert tree.number_of_edges() == len(found.edges)
    first = found.edges.iloc[0]
    assert tree.edges[first["source"], first["target"]]["share"] == first["share"]
    [drawn] = found.sankey().to_dict()["data"]
    assert list(drawn["link"]["value"]) == found.edges["share"].abs().tolist()
    layers = [*found.layers, ""]
    layer_of = found.nodes.set_index("component")["layer"]
    expected = sorted(found.places, key=lambda name: (layers.index(layer_of[name]), found.places[name]))
    assert [label.split()[0] for label in drawn["node"]["label"][:-1]] == expected[:-1]
    assert [drawn["link"]["source"][0], drawn["link"]["target"][0]] == [
        expected.index(first["source"]), expected.index(first["target"])
    ]  # fmt: skip


def test_nodes_have_labels_and_the_verdicts_of_audits():
    asked = lens("cnn")
    audit = asked.audit(Requirement("red", valid=["red"]), layer="last")
    found = asked.graph("red", top=3, audit=audit, vocabulary=["red", "green"], progress=False)
    known = audit.table.set_index("component")["verdict"]
    for row in found.nodes.to_dict("records"):
        assert row["verdict"] == (str(known.get(row["component"], "")) if row["layer"] == "last" else "")
    labelled = asked.label(["red", "green"], layer="last").set_index("component")["label"]
    last = found.nodes[found.nodes["layer"] == "last"]
    assert last["label"].tolist() == [labelled[name] for name in last["component"]]


def test_what_cannot_be_drawn_says_why():
    with pytest.raises(ValueError, match="no class 'rde'"):
        lens("cnn").graph("rde", progress=False)
    with pytest.raises(ValueError, match="no attributed image among the 1 given"):
        lens("cnn").graph("red", samples=[1], progress=False)
    with pytest.raises(ValueError, match="the graph has no node 'low:9'"):
        graph("cnn").without("low:9")
    with pytest.raises(ValueError, match="opened without its model"):
        Lens(lens("cnn").database, foundation_model=ColourSpace()).graph("red")
    assert "red" in str(graph("cnn"))
    assert "class red" in graph("cnn")._repr_html_()


def test_without_progress_nothing_is_shown_though_the_layers_have_to_be_attributed_first(capsys):
    maker, _, options = MODELS["cnn"]
    asked = lens_of(made(maker), ["low", "body"], **options)
    asked.graph("red", vocabulary=None, progress=False)
    asked.gap("red", present=["low:0"], quantile=0.5, progress=False)
    assert capsys.readouterr().err == ""
