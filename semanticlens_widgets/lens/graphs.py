"""Concept graphs of a lens: relevances, labels and verdicts around `explanations.graphs`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import torch
from torch import Tensor

from semanticlens_widgets import analysis
from semanticlens_widgets._arguments import check_at_least
from semanticlens_widgets.concepts import Relevance
from semanticlens_widgets.correction import Components, by_layer
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.executors import spreading_to
from semanticlens_widgets.explanations.graphs.edges import (
    Asked,
    Nodes,
    fed_by,
    mean_edges_into,
    mean_scores,
    order_of_layers,
)
from semanticlens_widgets.explanations.graphs.graph import ClassGraph
from semanticlens_widgets.explanations.graphs.tables import edge_rows, most_relevant, node_rows
from semanticlens_widgets.images import first_decoded, subset
from semanticlens_widgets.lens import vocabularies
from semanticlens_widgets.lens.explaining import labels_for
from semanticlens_widgets.lens.relevances import relevance_of
from semanticlens_widgets.lens.session import Session
from semanticlens_widgets.passes import Report


def graph(
    session: Session,
    class_name: str,
    layers: Sequence[str],
    *,
    top: int,
    weak_below: float,
    samples: Sequence[int] | None,
    audits: Sequence[analysis.Audit],
    vocabulary: vocabularies.VocabularySource | None,
    executor: object,
    progress: bool,
) -> ClassGraph:
    """See `Lens.graph`."""
    top = check_at_least("top", top, 1)
    studied, images = session.with_model(), session.with_images()
    with spreading_to(executor):
        relevances = {layer: relevance_of(session, layer, progress=progress) for layer in layers}
    own = _samples(relevances[layers[0]], class_name, samples)
    made = session.database.provenance
    asked = Asked(studied, images, own, made.pooling, made.sign)
    with session.running, spreading_to(executor):
        pixels = first_decoded(subset(images, own), studied.transform)
        if not isinstance(pixels, Tensor):
            raise ImagesError(f"none of the images of class {class_name!r} can be read; check the files")
        order = order_of_layers(asked, layers, pixels)
        nodes = {layer: most_relevant(relevances[layer], class_name, top) for layer in order}
        nodes = {layer: rows for layer, rows in nodes.items() if rows}
        feeds = fed_by(asked, list(nodes), pixels)
        edges, n_samples = mean_edges_into(asked, nodes, feeds, progress)
    names = {layer: _names(session, layer, rows) for layer, rows in nodes.items()}
    target = f"class {class_name}"
    tables = [
        edge_rows(names[feeds[layer]], list(names[layer].values()), found, weak_below)
        for layer, found in edges.items()
    ]
    ends = [layer for layer in nodes if layer not in feeds.values()]
    tables += [
        edge_rows(names[layer], [target], relevances[layer].of(class_name)[None], weak_below)
        for layer in ends
    ]
    output = int(relevances[layers[0]].outputs[relevances[layers[0]].row(class_name)])
    return ClassGraph(
        class_name,
        tuple(nodes),
        _nodes(session, relevances, nodes, class_name, target, audits, vocabulary),
        pd.concat(tables, ignore_index=True),
        n_samples,
        weak_below,
        feeds,
        _TakingOut(session, asked, nodes, output, target),
    )


def _samples(relevance: Relevance, class_name: str, samples: Sequence[int] | None) -> list[int]:
    row = relevance.row(class_name)
    own = relevance.sample_ids[relevance.sample_classes == row].tolist()
    chosen = own if samples is None else [sample for sample in own if sample in set(samples)]
    if not chosen:
        among = "" if samples is None else f" among the {len(samples)} given"
        raise ValueError(
            f"class {class_name!r} has no attributed image{among}, so there is nothing to average over"
        )
    return chosen


def _names(session: Session, layer: str, rows: Sequence[int]) -> dict[int, str]:
    return {row: session.database.examples[layer].name(row) for row in rows}


def _nodes(
    session: Session,
    relevances: Mapping[str, Relevance],
    nodes: Nodes,
    class_name: str,
    target: str,
    audits: Sequence[analysis.Audit],
    vocabulary: vocabularies.VocabularySource | None,
) -> pd.DataFrame:
    verdicts = {
        row["component"]: str(row["verdict"])
        for audit in audits
        for row in audit.table.to_dict("records")
        if row["class"] == class_name
    }
    tables = []
    for layer, rows in nodes.items():
        table = node_rows(relevances[layer], session.database.examples[layer], class_name, rows)
        labels, _ = labels_for(session, layer, vocabulary)
        table["label"] = [labels[row] if labels else "" for row in rows]
        table["verdict"] = [verdicts.get(name, "") for name in table["component"]]
        tables.append(table)
    last = {"component": target, "layer": "", "index": -1, "relevance": torch.nan, "share": torch.nan}
    return pd.concat([*tables, pd.DataFrame([last | {"label": "", "verdict": ""}])], ignore_index=True)


@dataclass(frozen=True, eq=False)
class _TakingOut:
    """Measures the scores of a graph's nodes without some of them; those with all of them once."""

    session: Session
    asked: Asked
    nodes: Nodes
    output: int
    target: str
    kept: dict[str, dict[str, Tensor]] = field(default_factory=dict)

    def __call__(self, names: Sequence[str], report: Report | None = None) -> pd.DataFrame:
        """One row a node and one for the class, with the columns of `ClassGraph.without`."""
        with self.session.running:
            before = self._before(report)
            after = self._scores(by_layer(self.session.database, names), report)
        rows = []
        for layer in after:
            shown = self._names(layer)
            for name, one, other in zip(shown, before[layer].tolist(), after[layer].tolist(), strict=True):
                rows.append((name, layer, one, other, other - one, (other - one) / abs(one) if one else 0.0))
        return pd.DataFrame(rows, columns=["component", "layer", "before", "after", "change", "share"])

    def _before(self, report: Report | None) -> dict[str, Tensor]:
        if "before" not in self.kept:
            self.kept["before"] = self._scores({}, report)
        return self.kept["before"]

    def _scores(self, without: Components, report: Report | None) -> dict[str, Tensor]:
        return mean_scores(self.asked, self.nodes, self.output, without=without, report=report)

    def _names(self, layer: str) -> list[str]:
        return list(_names(self.session, layer, self.nodes[layer]).values()) if layer else [self.target]
