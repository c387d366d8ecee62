"""The audit of a class as a table: which neurons its decision rests on, and whether it should."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import traitlets

from semanticlens_widgets.analysis import Audit
from semanticlens_widgets.analysis.audits.audit import MAX_SPURIOUS
from semanticlens_widgets.analysis.audits.verdicts import ANSWERS_ABOVE
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.judge import whole_audit
from semanticlens_widgets.widgets.answers.labels.labels import Source
from semanticlens_widgets.widgets.answers.neurons.component_names import component_names
from semanticlens_widgets.widgets.snapshot.audit import audit_snapshot
from semanticlens_widgets.widgets.views.class_view import JudgingWidget, first_layer, plain_requirements
from semanticlens_widgets.widgets.views.labelled_view import NamedWidget
from semanticlens_widgets.widgets.views.lens_view import within


class AuditTraits(JudgingWidget, NamedWidget):
    """What an audit has beyond what every view has."""

    max_spurious = traitlets.Float(MAX_SPURIOUS).tag(sync=True)
    """A class passes with at most this share of its positive relevance on spurious neurons."""
    ablated = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """The names of the neurons without which the accuracy is shown."""

    @property
    def audit(self) -> Audit:
        """The audit of all classes with a requirement; raises ValueError when nothing is required of any."""
        found = whole_audit(self.lens, self._line.concepts, self.layer, self.requirements, self.threshold)
        if found is None:
            raise ValueError("there are no requirements; set `requirements` or name a concept in the table")
        return found

    @property
    def table(self) -> pd.DataFrame:
        """`audit.table`: one row a class and component with its relevance and verdict."""
        return self.audit.table

    def _drawn(self) -> Sequence[str]:
        return [audit_snapshot(self.lens, self._line.concepts, self._shown_class(), self.max_spurious)]

    @traitlets.validate("max_spurious")
    def _check_max_spurious(self, proposal: Any) -> float:
        return within("max_spurious", proposal["value"], 0, 1)

    @traitlets.validate("ablated")
    def _check_ablated(self, proposal: Any) -> list[str]:
        return component_names(self.lens.database, proposal["value"], self.layer)


class AuditTable(AuditTraits):
    """The neurons that a class's decision rests on, the most relevant first, with a verdict on each.

    `class_name`, `requirements`, `max_spurious`, `threshold` and `selection` follow what the reader does and can be set
    and observed; `audit` and `table` are the audit as it stands.
    """

    _view = traitlets.Unicode("audit_table").tag(sync=True)

    def __init__(
        self,
        lens: Lens,
        requirements: Any = (),
        *,
        class_name: str = "",
        layer: str | None = None,
        max_spurious: float = MAX_SPURIOUS,
        threshold: float = ANSWERS_ABOVE,
        height: int = 640,
        vocabulary: Source | None = None,
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
    ) -> None:
        """The audit of a lens.

        Args:
            lens: What to audit; it needs the relevance of its components.
            requirements: As in `lens.audit`; they can be left out and typed in the table.
            class_name: The class to begin with; by default the first with a requirement.
            layer: The layer to begin with; by default that of `lens.audit`, or the last with a relevance.
            max_spurious: The largest share of relevance on spurious neurons with which a class passes.
            threshold: The z-score from which on a neuron answers to a concept.
            height: In pixels, 240 to 4,000.
            vocabulary: What to name the neurons by, as in `NeuronGallery`.
            examples_as: How examples are shown, as in `NeuronGallery`.
            linked: What it does as the other widgets of the lens do, as in `NeuronGallery`.

        Raises LayerNotFoundError for an unknown layer and ValueError or TypeError for other values that cannot be.
        """
        super().__init__(
            lens,
            layer=first_layer(lens) if layer is None else lens.database.layer(layer),
            class_name=class_name,
            requirements=plain_requirements(lens, requirements),
            max_spurious=max_spurious,
            threshold=threshold,
            height=height,
            examples_as=examples_as,
            linked=linked,
        )
        self.vocabulary = vocabulary
