"""The audit table: the neurons that the decision for a class rests on, with a verdict on each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import pandas as pd
import traitlets
from ipywidgets import Layout

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.analysis import Audit
from semanticlens_widgets.analysis.audits.audit import MAX_SPURIOUS
from semanticlens_widgets.analysis.audits.verdicts import ANSWERS_ABOVE
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.class_query import compute_audit
from semanticlens_widgets.widgets.answers.audit.requirements import Judging, whole_audit
from semanticlens_widgets.widgets.answers.labels.labels import LabelSource
from semanticlens_widgets.widgets.answers.neurons.component_names import component_names
from semanticlens_widgets.widgets.snapshot.audit import audit_snapshot
from semanticlens_widgets.widgets.snapshot.unattended import Step
from semanticlens_widgets.widgets.views.class_view import ClassView, plain_requirements
from semanticlens_widgets.widgets.views.label_view import LabelView
from semanticlens_widgets.widgets.views.lens_view import opened_layer
from semanticlens_widgets.widgets.views.trait_types import within


class AuditView(ClassView, LabelView):
    """Traits and results of an audit table."""

    max_spurious = traitlets.Float(MAX_SPURIOUS).tag(sync=True)
    """A class passes with at most this share of its positive relevance on spurious neurons."""
    ablated = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """Names of the neurons to ablate before the accuracy is measured."""

    decision_threshold = traitlets.Float(None, allow_none=True).tag(sync=True, typescript="number | null")
    """Threshold of outputs that are judged one by one (`lens.ablation`): yes above it; None is 0, for logits."""
    before_id = traitlets.Unicode().tag(sync=True)
    """The id of `before`; "" for none."""

    @property
    def before(self) -> Audit | None:
        """An earlier audit of a layer of the lens, shown beside the present one; None for none.

        Setting it raises TypeError for anything else, and ValueError for an audit of other components.
        """
        return self._session.audits.get(self.before_id)

    @before.setter
    def before(self, audit: Audit | None) -> None:
        self._before = None if audit is None else checked_before(self.lens, audit)
        before_id = "" if audit is None else uuid4().hex
        if audit is not None:
            self._session.audits[before_id] = audit
        self.before_id = before_id

    @property
    def audit(self) -> Audit:
        """The audit of all classes with a requirement; raises ValueError without requirements."""
        settings: Judging = {"threshold": self.threshold, "within_class": self.within_class}
        found = whole_audit(self.lens, self._session.concepts, self.layer, self.requirements, settings)
        if found is None:
            raise ValueError("there are no requirements; set `requirements` or name a concept in the table")
        return found

    @property
    def table(self) -> pd.DataFrame:
        """`audit.table`: one row a class and component with its relevance and verdict."""
        return self.audit.table

    def _drawn(self) -> Sequence[str]:
        return [audit_snapshot(self.lens, self._session.concepts, self._class_query(), self.max_spurious)]

    def _steps(self) -> Iterable[Step]:
        if self.requirements or self.class_name:
            yield lambda _check: compute_audit(self.lens, self._session.concepts, self._class_query())

    @traitlets.validate("max_spurious")
    def _check_max_spurious(self, proposal: Any) -> float:
        return within("max_spurious", proposal["value"], 0, 1)

    @traitlets.validate("ablated")
    def _check_ablated(self, proposal: Any) -> list[str]:
        return component_names(self.lens.database, proposal["value"], self.layer)


def checked_before(lens: Lens, audit: object) -> Audit:
    """The audit; raises TypeError and ValueError for one that cannot be compared with those of the lens."""
    if not isinstance(audit, Audit):
        raise TypeError(f"before must be an audit, not {shown(audit)}; make one with lens.audit(...)")
    examples = lens.database.examples.get(audit.layer)
    if examples is None or len(audit.components) != examples.n_components:
        raise ValueError(
            f"before is an audit of {audit.layer!r} with {len(audit.components):,} components, and the lens has no "
            "such layer; audit a layer of this lens"
        )
    return audit


class AuditTable(AuditView):
    """A table of the neurons that the decision for a class rests on, the most relevant first, with verdicts.

    `class_name`, `requirements`, `max_spurious`, `threshold` and `selection` follow the reader and can be set and
    observed; `audit` and `table` are the audit of their current values.
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
        within_class: bool = False,
        height: int = 640,
        decision_threshold: float | None = None,
        before: Audit | None = None,
        vocabulary: LabelSource | None = None,
        examples_as: str | None = None,
        linked: bool | Iterable[str] = True,
        layout: Layout | Mapping[str, str] | None = None,
    ) -> None:
        """Opens the audit of a lens.

        Args:
            lens: The lens to audit.
            requirements: As in `lens.audit`; readers can also type them into the table.
            class_name: The initial class; by default the first with a requirement.
            layer: The initial layer; by default that of `lens.audit`, or the last with a relevance.
            max_spurious: The largest share of relevance on spurious neurons with which a class passes, 0 to 1.
            threshold: The lowest z-score at which a neuron answers to a concept.
            within_class: As in `lens.audit`: judge neurons by the samples of the class too.
            height: In pixels, 240 to 4,000.
            decision_threshold: The `threshold` of `lens.ablation`, for outputs that are judged one by one.
            before: An earlier audit, to see what changed: of a model before a correction, of other requirements.
            vocabulary: The texts to choose labels from, as in `NeuronGallery`.
            examples_as: How to show examples, as in `NeuronGallery`.
            linked: The changes to share with the other widgets of the lens, as in `NeuronGallery`.
            layout: As in `NeuronGallery`.

        Raises LayerNotFoundError for an unknown layer and ValueError or TypeError for any other invalid argument.
        """
        super().__init__(
            lens,
            layer=opened_layer(lens, layer),
            class_name=class_name,
            requirements=plain_requirements(lens, requirements, layer or ""),
            max_spurious=max_spurious,
            threshold=threshold,
            within_class=within_class,
            decision_threshold=decision_threshold,
            height=height,
            examples_as=examples_as,
            linked=linked,
            layout=layout,
        )
        self.vocabulary = vocabulary
        self.before = before
