"""What widgets have that know of a class, and of what is required of classes."""

from typing import Any

import traitlets

from semanticlens_widgets.analysis import Concept, Requirement, read_requirements
from semanticlens_widgets.analysis.audits.verdicts import ANSWERS_ABOVE
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.widgets.answers.audit.shown_class import ShownClass
from semanticlens_widgets.widgets.session import line
from semanticlens_widgets.widgets.views.example_view import ExampleWidget


class JudgingWidget(ExampleWidget):
    """A view of a lens that may judge the neurons of a class."""

    class_name = traitlets.Unicode().tag(sync=True)
    """The class that is shown; "" for the first that has a requirement and samples."""
    requirements = traitlets.List(traitlets.Dict()).tag(sync=True, typescript="RequirementInfo[]")
    """As the browser has them: class_name (None is every class), valid and spurious, lists of names of concepts."""
    threshold = traitlets.Float(ANSWERS_ABOVE).tag(sync=True)
    """A neuron answers to a concept from this z-score on."""

    def _shown_class(self) -> ShownClass:
        return ShownClass(self.layer, self.class_name, self.requirements, self.threshold)

    def require(self, source: Any) -> None:
        """Sets `requirements` from whatever `lens.audit` takes; none for an empty list."""
        self.requirements = plain_requirements(self.lens, source)


def plain_requirements(lens: Lens, source: Any) -> list[dict[str, Any]]:
    """What `lens.audit` takes, as the trait has it; pictures stay in the kernel."""
    if isinstance(source, list | tuple | dict) and not source:
        return []
    return [_plain(requirement, line(lens).concepts) for requirement in read_requirements(source)]


def first_layer(lens: Lens) -> str:
    """The layer to judge when none is named: that of `lens.audit`, or the last with a relevance."""
    known = list(lens.database.relevance)
    return lens.deepest_layer if lens.deepest_layer in known or not known else known[-1]


def _plain(requirement: Requirement, known: dict[str, Concept]) -> dict[str, Any]:
    lists = {
        side: [_name(one, known) for one in getattr(requirement, side)] for side in ("valid", "spurious")
    }
    return {"class_name": requirement.class_name, **lists}


def _name(concept: Concept, known: dict[str, Concept]) -> str:
    """What the browser calls a concept: a text is its own name, pictures stay in the kernel under theirs."""
    if isinstance(concept.query, str) and concept.name == concept.query:
        return concept.name
    name, n = concept.name, 1
    while known.setdefault(name, concept).key != concept.key:
        n += 1
        name = f"{concept.name} {n}"
    return name
