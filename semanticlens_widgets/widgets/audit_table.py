"""The audit of a class as a table: which neurons its decision rests on, and whether it should."""

from collections.abc import Iterable
from typing import Any

import traitlets

from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets._lens_widget import within
from semanticlens_widgets.widgets._named_widget import NamedWidget
from semanticlens_widgets.widgets._names import component_names
from semanticlens_widgets.widgets._naming import Source


class AuditTraits(NamedWidget):
    """What an audit has beyond what every view has."""

    class_name = traitlets.Unicode().tag(sync=True)
    """The class that is shown; "" for the first that has a requirement."""
    requirements = traitlets.List(traitlets.Dict()).tag(sync=True, typescript="RequirementInfo[]")
    max_spurious = traitlets.Float(0.1).tag(sync=True)
    """A class passes with at most this share of its positive relevance on spurious neurons."""
    threshold = traitlets.Float(2.75).tag(sync=True)
    """A neuron answers to a concept from this z-score on."""
    ablated = traitlets.List(traitlets.Unicode()).tag(sync=True)
    """The names of the neurons without which the accuracy is shown."""

    @traitlets.validate("max_spurious")
    def _check_max_spurious(self, proposal: Any) -> float:
        return within("max_spurious", proposal["value"], 0, 1)

    @traitlets.validate("ablated")
    def _check_ablated(self, proposal: Any) -> list[str]:
        return component_names(self.lens.database, proposal["value"], self.layer)


class AuditTable(AuditTraits):
    """The neurons that a class's decision rests on, the most relevant first, with a verdict on each."""

    _view = traitlets.Unicode("audit_table").tag(sync=True)

    def __init__(
        self,
        lens: Lens,
        requirements: Any = (),
        *,
        class_name: str = "",
        layer: str | None = None,
        max_spurious: float = 0.1,
        threshold: float = 2.75,
        height: int = 640,
        vocabulary: Source | None = None,
        linked: bool | Iterable[str] = True,
    ) -> None:
        """The audit of a lens."""
        super().__init__(
            lens,
            layer=lens.database.layer(layer),
            requirements=list(requirements),
            class_name=class_name,
            max_spurious=max_spurious,
            threshold=threshold,
            height=height,
            linked=linked,
        )
        self.vocabulary = vocabulary
