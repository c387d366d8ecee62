"""The knowledge widget: a treemap of the words that a layer has components for, and the words that it lacks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import traitlets
from ipywidgets import Layout

from semanticlens_widgets._arguments import did_you_mean, shown
from semanticlens_widgets.analysis import Knowledge
from semanticlens_widgets.widgets.answers.results.knowledge_info import knowledge_info
from semanticlens_widgets.widgets.snapshot.results import knowledge_snapshot
from semanticlens_widgets.widgets.views.result_view import ResultView
from semanticlens_widgets.widgets.views.trait_types import Choice

_AREAS = ("share", "relevance")


class KnowledgeView(ResultView):
    """A treemap of the words that components of a layer have as their label, over the hypernyms of these words.

    A word becomes the query of the other widgets of the lens. `within`, `area`, `query` and `layer` follow the reader
    and can be set and observed.
    """

    _view = traitlets.Unicode("knowledge_view").tag(sync=True)

    result_id = traitlets.Unicode(read_only=True).tag(sync=True)
    known_layer = traitlets.Unicode(read_only=True).tag(sync=True)
    """The layer whose knowledge is shown."""
    area = Choice(_AREAS).tag(sync=True)
    """The quantity that areas show."""
    within = traitlets.Unicode().tag(sync=True)
    """The category that fills the view, as in the column `path` of `knowledge.table`; "" for all of them."""

    def __new__(cls, knowledge: object, *given: Any, **rest: Any) -> Any:
        """Raises TypeError for anything but the knowledge of a lens."""
        if not isinstance(knowledge, Knowledge) or knowledge.lens is None:
            raise TypeError(
                f"knowledge must be that of a lens, not {shown(knowledge)}; make it with lens.knowledge()"
            )
        return super().__new__(cls, knowledge.lens, *given, **rest)

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        area: str = "share",
        within: str = "",
        height: int = 560,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
    ) -> None:
        """Opens the widget of what a layer knows.

        Args:
            knowledge: The result of `lens.knowledge()`.
            area: "share" of components, or of positive "relevance" in a layer that was attributed.
            within: The initial category, a `path` of `knowledge.table`; all of them by default.
            height: In pixels, 240 to 4,000.
            linked: The changes to share with the other widgets of the lens, as in `NeuronGallery`.
            layout: As in `NeuronGallery`.

        Raises ValueError for an invalid argument.
        """
        self.knowledge = knowledge
        lens: Any = knowledge.lens
        super().__init__(
            lens, layer=knowledge.layer, area=area, within=within, height=height, linked=linked, layout=layout
        )
        self.set_trait("known_layer", knowledge.layer)
        result_id = uuid4().hex
        self._session.knowledge[result_id] = knowledge
        self.set_trait("result_id", result_id)

    @traitlets.validate("within")
    def _check_within(self, proposal: Any) -> str:
        paths = self.knowledge.table["path"]
        if proposal["value"] and proposal["value"] not in set(paths):
            raise ValueError(
                f"within must be a path of the table, not {shown(proposal['value'])}"
                f"{did_you_mean(proposal['value'], paths)}"
            )
        return proposal["value"]

    @traitlets.validate("area")
    def _check_area(self, proposal: Any) -> str:
        if proposal["value"] == "relevance" and not self.knowledge.table["relevance"].notna().any():
            raise ValueError(
                f"layer {self.knowledge.layer!r} was not attributed; call lens.attribute() and make the knowledge "
                "again, or use area='share'"
            )
        return proposal["value"]

    def _answers(self) -> dict[str, Any]:
        return {"knowledge": knowledge_info(self.knowledge)}

    def _drawn(self) -> Sequence[str]:
        return knowledge_snapshot(self.knowledge)

    def _title(self) -> str:
        return f"Knowledge of {self.lens.database.provenance.model}, layer {self.knowledge.layer}"

    def __repr__(self) -> str:
        return f"<KnowledgeView of {self.knowledge!r}; open the notebook in Jupyter to see it>"
