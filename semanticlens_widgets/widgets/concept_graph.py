"""The graph widget: the neurons that a class rests on, layer by layer, and what falls without some of them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import traitlets
from ipywidgets import Layout

from semanticlens_widgets._arguments import check_texts, did_you_mean, shown
from semanticlens_widgets.explanations import ClassGraph
from semanticlens_widgets.widgets.answers.results.graph_info import DRAWS, graph_info, without_info
from semanticlens_widgets.widgets.page.file import Columns
from semanticlens_widgets.widgets.page.result import kept_examples
from semanticlens_widgets.widgets.snapshot.graph import graph_snapshot
from semanticlens_widgets.widgets.views.result_view import ResultView

_SHOWN_FROM = 0.03
"""Highest default of `weak_below`: with eight nodes a layer, weaker edges hide the others."""


class ConceptGraph(ResultView):
    """A graph of a class: the most relevant neurons of each layer, and what each adds to those of the next.

    `opened`, `without` and `weak_below` follow the reader and can be set and observed.
    """

    _view = traitlets.Unicode("concept_graph").tag(sync=True)

    result_id = traitlets.Unicode(read_only=True).tag(sync=True)
    graph_class = traitlets.Unicode(read_only=True).tag(sync=True)
    """The class whose graph is shown."""
    weak_below = traitlets.Float().tag(sync=True)
    """Edges whose share of their target's is smaller in size are not drawn."""
    opened = traitlets.Unicode().tag(sync=True)
    """The node whose examples are shown beside the graph; "" for none."""
    without = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """The nodes that are taken out; the graph shows what falls with them."""

    def __new__(cls, graph: object, *given: Any, **rest: Any) -> Any:
        """Raises TypeError for anything but the graph of a lens."""
        if not isinstance(graph, ClassGraph) or graph.lens is None:
            raise TypeError(
                f"graph must be that of a class, not {shown(graph)}; make it with lens.graph(class_name)"
            )
        return super().__new__(cls, graph.lens, *given, **rest)

    def __init__(
        self,
        graph: ClassGraph,
        *,
        weak_below: float | None = None,
        opened: str = "",
        without: str | Sequence[str] = (),
        examples_as: str | None = None,
        height: int = 640,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
    ) -> None:
        """Opens the widget of a graph.

        Args:
            graph: The result of `lens.graph(class_name)`.
            weak_below: Edges whose share is smaller in size are not drawn. By default 0.03, or half the share of the
                strongest edge into a layer whose edges are all weak; never less than that of the graph.
            opened: The node whose examples are shown initially.
            without: Nodes that are taken out initially.
            examples_as: As in `NeuronGallery`.
            height: In pixels, 240 to 4,000.
            linked: The changes to share with the other widgets of the lens, as in `NeuronGallery`.
            layout: As in `NeuronGallery`.

        Raises ValueError for an invalid argument.
        """
        self.graph = graph
        super().__init__(
            graph.lens,
            layer=graph.layers[-1],
            weak_below=_shown_from(graph) if weak_below is None else weak_below,
            opened=opened,
            without=check_texts("without", without),
            examples_as=examples_as,
            height=height,
            linked=linked,
            layout=layout,
        )
        self.set_trait("graph_class", graph.class_name)
        result_id = uuid4().hex
        self._session.graphs[result_id] = graph
        self.set_trait("result_id", result_id)

    @traitlets.validate("weak_below")
    def _check_weak_below(self, proposal: Any) -> float:
        if not self.graph.weak_below <= proposal["value"] <= 1:
            raise ValueError(
                f"weak_below must be between {self.graph.weak_below:g}, that of the graph, and 1, not "
                f"{proposal['value']:g}; for weaker edges make the graph again with lens.graph(..., weak_below=0)"
            )
        return proposal["value"]

    @traitlets.validate("without")
    def _check_without(self, proposal: Any) -> list[str]:
        names = list(dict.fromkeys(proposal["value"]))
        return self.graph.check_nodes("without", names) if names else []

    @traitlets.validate("opened")
    def _check_opened(self, proposal: Any) -> str:
        known = self.graph.nodes["component"].tolist()
        if proposal["value"] and proposal["value"] not in known:
            raise ValueError(
                f"opened must be a node of the graph, not {shown(proposal['value'])}"
                f"{did_you_mean(proposal['value'], known)}"
            )
        return proposal["value"]

    def _answers(self) -> dict[str, Any]:
        kept: dict[str, Any] = {"graph": graph_info(self.graph)}
        if not self.without:
            return kept
        changes = without_info(self.graph, self.graph.without(self.without, n_draws=DRAWS))
        return {**kept, "graph_without": {"nodes": self.without, "result": changes}}

    def _pictures(self, columns: Columns) -> dict[str, Any]:
        nodes = self.graph.nodes[self.graph.nodes["layer"] != ""]
        rows = {layer: found["index"].tolist() for layer, found in nodes.groupby("layer", sort=False)}
        return kept_examples(self.lens.database, rows, columns)

    def _drawn(self) -> Sequence[str]:
        return graph_snapshot(self.graph, self.weak_below, as_crops=self.examples_as == "crop")

    def _title(self) -> str:
        return f"Concepts of {self.graph.class_name} in {self.lens.database.provenance.model}"

    def __repr__(self) -> str:
        return f"<ConceptGraph of {self.graph!r}; open the notebook in Jupyter to see it>"


def _shown_from(graph: ClassGraph) -> float:
    """The default of `weak_below`, with which no layer that has edges loses them all."""
    layers = graph.nodes.set_index("component")["layer"]
    strongest = graph.edges["share"].abs().groupby(graph.edges["target"].map(layers)).max()
    least = min([_SHOWN_FROM, *(strongest / 2).tolist()])
    return max(graph.weak_below, math.floor(1000 * least) / 1000)
