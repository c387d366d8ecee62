"""Traits of widgets that show a class, and requirements in the form of those traits."""

from typing import Any

import traitlets

from semanticlens_widgets.analysis import Concept, Requirement, read_requirements
from semanticlens_widgets.analysis.audits.verdicts import ANSWERS_ABOVE
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.relevances import check_class_names
from semanticlens_widgets.widgets.answers.audit.class_query import ClassQuery
from semanticlens_widgets.widgets.answers.audit.requirements import checked_requirements
from semanticlens_widgets.widgets.session import session_of
from semanticlens_widgets.widgets.views.kept_view import KeptView
from semanticlens_widgets.widgets.views.lens_view import opened_layer
from semanticlens_widgets.widgets.views.trait_types import within

_THRESHOLDS = (-1000, 1000)
"""Lowest and highest `threshold`."""
_LONGEST = 1000
"""Most characters of `class_name`."""


class ClassView(KeptView):
    """A view that can show verdicts on the neurons of a class."""

    class_name = traitlets.Unicode().tag(sync=True)
    """The class that is shown; "" selects the first that has a requirement and samples."""
    requirements = traitlets.List(traitlets.Dict()).tag(sync=True, typescript="RequirementInfo[]")
    """Dicts of `class_name` (None applies to every class) and of the concept names in `valid` and in `spurious`."""
    threshold = traitlets.Float(ANSWERS_ABOVE).tag(sync=True)
    """A neuron answers to a concept from this z-score on, if random groups of images hardly ever reach it."""

    within_class = traitlets.Bool(False).tag(sync=True)
    """True to judge a neuron by those samples of the class to which it matters most, too: see `lens.audit`."""

    @traitlets.validate("requirements")
    def _check_requirements(self, proposal: Any) -> list[Any]:
        return checked_requirements(proposal["value"])

    @traitlets.validate("threshold")
    def _check_threshold(self, proposal: Any) -> float:
        return within("threshold", proposal["value"], *_THRESHOLDS)

    @traitlets.validate("within_class")
    def _check_within_class(self, proposal: Any) -> bool:
        if proposal["value"]:
            self.lens._session.with_model()
            self.lens._session.with_images()
        return proposal["value"]

    @traitlets.validate("class_name")
    def _check_class_name(self, proposal: Any) -> str:
        if len(proposal["value"]) > _LONGEST:
            raise ValueError(
                f"class_name must have at most {_LONGEST:,} characters, not {len(proposal['value']):,}"
            )
        return proposal["value"]

    def require(self, source: Any) -> None:
        """Sets `requirements` from anything `lens.audit` takes; an empty list removes them all."""
        self.requirements = plain_requirements(self.lens, source, self.layer)

    def _class_query(self) -> ClassQuery:
        return ClassQuery(self.layer, self.class_name, self.requirements, self.threshold, self.within_class)


def plain_requirements(lens: Lens, source: Any, layer: str = "") -> list[dict[str, Any]]:
    """Converts anything `lens.audit` takes to the value of the trait; concepts that are images stay in the kernel.

    The classes are those of `layer`; "" stands for the one that widgets open.

    Raises what `read_requirements` raises, and ValueError for classes that do not exist.
    """
    if isinstance(source, list | tuple | dict) and not source:
        return []
    read = read_requirements(source)
    check_class_names(lens._session, opened_layer(lens, layer or None), read)
    return [_plain(requirement, session_of(lens).concepts) for requirement in read]


def _plain(requirement: Requirement, concepts: dict[str, Concept]) -> dict[str, Any]:
    sides = ("valid", "spurious")
    lists = {side: [_name(one, concepts) for one in getattr(requirement, side)] for side in sides}
    return {"class_name": requirement.class_name, **lists}


def _name(concept: Concept, concepts: dict[str, Concept]) -> str:
    """Returns the browser's name of a concept; one that is no text is added to `concepts` under that name."""
    if concept.name == concept.query.text:
        return concept.name
    name, n = concept.name, 1
    while concepts.setdefault(name, concept).key != concept.key:
        n += 1
        name = f"{concept.name} {n}"
    return name
