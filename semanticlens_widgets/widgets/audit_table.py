"""The audit of a class as a table: which neurons its decision rests on, and whether it should."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
import traitlets

from semanticlens_widgets.analysis import Audit, Concept, Requirement, read_requirements
from semanticlens_widgets.analysis.audit import MAX_SPURIOUS
from semanticlens_widgets.analysis.verdicts import ANSWERS_ABOVE
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets._audit_requests import whole_audit
from semanticlens_widgets.widgets._lens_widget import within
from semanticlens_widgets.widgets._named_widget import NamedWidget
from semanticlens_widgets.widgets._names import component_names
from semanticlens_widgets.widgets._naming import Source


class AuditTraits(NamedWidget):
    """What an audit has beyond what every view has."""

    class_name = traitlets.Unicode().tag(sync=True)
    """The class that is shown; "" for the first that has a requirement and samples."""
    requirements = traitlets.List(traitlets.Dict()).tag(sync=True, typescript="RequirementInfo[]")
    """As the browser has them: class_name (None is every class), valid and spurious, lists of names of concepts."""
    max_spurious = traitlets.Float(MAX_SPURIOUS).tag(sync=True)
    """A class passes with at most this share of its positive relevance on spurious neurons."""
    threshold = traitlets.Float(ANSWERS_ABOVE).tag(sync=True)
    """A neuron answers to a concept from this z-score on."""
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

    def require(self, source: Any) -> None:
        """Sets `requirements` from whatever `lens.audit` takes; none for an empty list."""
        empty = isinstance(source, list | tuple | dict) and not source
        self.requirements = [] if empty else [self._plain(one) for one in read_requirements(source)]

    def _plain(self, requirement: Requirement) -> dict[str, Any]:
        lists = {
            side: [self._name(one) for one in getattr(requirement, side)] for side in ("valid", "spurious")
        }
        return {"class_name": requirement.class_name, **lists}

    def _name(self, concept: Concept) -> str:
        """What the browser calls a concept: a text is its own name, pictures stay in the kernel under theirs."""
        if isinstance(concept.query, str) and concept.name == concept.query:
            return concept.name
        known, name, n = self._line.concepts, concept.name, 1
        while known.setdefault(name, concept).key != concept.key:
            n += 1
            name = f"{concept.name} {n}"
        return name

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
            linked: What it does as the other widgets of the lens do, as in `NeuronGallery`.

        Raises LayerNotFoundError for an unknown layer and ValueError or TypeError for other values that cannot be.
        """
        super().__init__(
            lens,
            layer=_first_layer(lens) if layer is None else lens.database.layer(layer),
            class_name=class_name,
            max_spurious=max_spurious,
            threshold=threshold,
            height=height,
            linked=linked,
        )
        self.require(requirements)
        self.vocabulary = vocabulary


def _first_layer(lens: Lens) -> str:
    known = list(lens.database.relevance)
    return lens.deepest_layer if lens.deepest_layer in known or not known else known[-1]
