"""Graph of the components that a class rests on, and of what each adds to the next."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from semanticlens_widgets._arguments import check_at_least, check_texts, did_you_mean
from semanticlens_widgets._display import mimebundle_of
from semanticlens_widgets._plain_text import table_text, wrapped
from semanticlens_widgets._texts import escape
from semanticlens_widgets.explanations.graphs.figure import sankey
from semanticlens_widgets.explanations.graphs.order import fewest_crossings
from semanticlens_widgets.passes import Report

if TYPE_CHECKING:
    import networkx as nx
    import plotly.graph_objects as go

_SHOWN = 12


@dataclass(frozen=True, eq=False)
class ClassGraph:
    """The components of every layer that are most relevant for a class, and the edges between them."""

    class_name: str
    layers: tuple[str, ...]
    """In the order in which the model runs them."""
    nodes: pd.DataFrame
    """One row a node: component, layer, index; relevance (mean over the class's samples) and share (of the sizes of all
    in its layer); label and verdict ("" where not known). The last is the class, with layer "" and index -1."""
    edges: pd.DataFrame
    """One row an edge: source and target (components); edge, the mean over samples of a_j d a_k / d a_j; share (of the
    sizes of all edges from that layer into the target, -1 to 1)."""
    n_samples: int
    weak_below: float
    """Edges whose share is smaller in size are left out."""
    feeds: Mapping[str, str]
    """Layer -> the layer before it whose components have edges to its own."""
    scores_without: "Callable[[Sequence[str], Report | None], pd.DataFrame]" = field(repr=False)
    lens: Any = field(default=None, repr=False)

    def without(
        self, nodes: str | Sequence[str], *, n_draws: int = 0, seed: int = 0, report: Report | None = None
    ) -> pd.DataFrame:
        """The nodes of later layers, and the class, without some nodes: what falls with them, the largest fall first.

        Args:
            nodes: Names of components of the graph.
            n_draws: How often as many random components of the same layers are taken out instead.
            seed: Of the draws.
            report: Told after every batch how many images are done, and of how many; what it raises ends the run.

        Columns: component, layer; before and after, the mean score over the class's samples (of the class its output);
        change; share, the change over the size of `before`; with draws also random, the mean share over the draws.
        Runs the model over these samples once a draw and once without the nodes, the first time also with all of them.
        Raises ValueError for a component that is no node.
        """
        names = self.check_nodes("nodes", nodes)
        n_draws = check_at_least("n_draws", n_draws, 0)
        table = self.scores_without(names, report)
        if n_draws:
            drawn = [self.scores_without(some, report)["share"] for some in self._draws(names, n_draws, seed)]
            table["random"] = sum(drawn) / n_draws
        layers = self.nodes.set_index("component")["layer"]
        first = min(self.layers.index(layers[name]) for name in names)
        later = table["layer"].isin([*self.layers[first + 1 :], ""])
        return table[later].sort_values("share", kind="stable", ignore_index=True)

    def _draws(self, names: Sequence[str], n_draws: int, seed: int) -> Iterator[list[str]]:
        """Random components in place of some nodes, as many of each layer and none of these nodes."""
        generator = np.random.default_rng(seed)
        gone = self.nodes[self.nodes["component"].isin(names)].groupby("layer", sort=False)["index"]
        for _ in range(n_draws):
            found: list[str] = []
            for layer, rows in gone:
                examples = self.lens.database.examples[layer]
                others = np.setdiff1d(np.arange(examples.n_components), rows)
                drawn = generator.choice(others, min(len(rows), len(others)), replace=False)
                found += [examples.name(int(row)) for row in drawn]
            yield found

    def check_nodes(self, argument: str, nodes: str | Sequence[str]) -> list[str]:
        """The names of nodes other than the class; raises ValueError for no names and for any other name."""
        names, known = check_texts(argument, nodes), self.nodes["component"][:-1].tolist()
        if not names:
            raise ValueError(f"{argument} must name at least one node, such as {known[:1]}")
        for name in names:
            if name not in known:
                raise ValueError(f"the graph has no node {name!r}{did_you_mean(name, known)}")
        return names

    @cached_property
    def places(self) -> dict[str, int]:
        """Node -> its place in its layer, 0 at the top, in an order in which strong edges cross least."""
        layers = [rows["component"].tolist() for _, rows in self.nodes.groupby("layer", sort=False)]
        weights = self.edges["share"].abs()
        ends = zip(self.edges["source"], self.edges["target"], weights, strict=True)
        ordered = fewest_crossings(layers, list(ends))
        return {name: place for layer in ordered for place, name in enumerate(layer)}

    def networkx(self) -> "nx.DiGraph":
        """A `networkx.DiGraph`: nodes by the name of the component, with the columns of the tables as attributes."""
        import networkx as nx

        graph = nx.DiGraph(class_name=self.class_name, n_samples=self.n_samples)
        for row in self.nodes.to_dict("records"):
            graph.add_node(row.pop("component"), **{str(name): value for name, value in row.items()})
        for row in self.edges.to_dict("records"):
            ends = row.pop("source"), row.pop("target")
            graph.add_edge(*ends, **{str(name): value for name, value in row.items()})
        return graph

    def sankey(self) -> "go.Figure":
        """A plotly Sankey: layers from left to right, the width is the size of an edge's share, the colour its sign."""
        nodes = self.nodes.iloc[self.nodes["component"].map(self.places).argsort(kind="stable")]
        ordered = nodes.sort_values("layer", key=lambda each: each.map(self._column), kind="stable")
        return sankey(ordered, self.edges, f"{self.class_name}: concepts by layer")

    def _column(self, layer: str) -> int:
        return self.layers.index(layer) if layer else len(self.layers)

    def __repr__(self) -> str:
        return (
            f"<ClassGraph of {self.class_name!r}: {len(self.nodes) - 1} components of {len(self.layers)} layers, "
            f"{len(self.edges)} edges, over {self.n_samples:,} samples>"
        )

    def __str__(self) -> str:
        strongest = self._strongest()
        rows = [
            [row["source"], row["target"], f"{row['share']:+.1%}"] for row in strongest.to_dict("records")
        ]
        return "\n".join(
            [
                table_text(
                    repr(self)[1:-1], ["source", "target", "share"], rows, len(self.edges) - len(rows)
                ),
                wrapped(f"edges below {self.weak_below:.1%} of all into their target are left out"),
            ]
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        return None if self.lens is None else mimebundle_of(self, include=include, exclude=exclude)

    def _repr_html_(self) -> str:
        title = f"<strong>{escape(repr(self)[1:-1])}</strong>"
        return title + self.nodes.to_html(index=False) + self._strongest().to_html(index=False)

    def _strongest(self) -> pd.DataFrame:
        order = self.edges["share"].abs().sort_values(ascending=False, kind="stable").index
        return self.edges.loc[order[:_SHOWN]]
