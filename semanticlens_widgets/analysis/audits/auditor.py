"""Requirements against a layer: which components answer to what, and what that makes of every class."""

import math
from collections.abc import Callable, Mapping, Sequence

from semanticlens_widgets._choices import Baseline
from semanticlens_widgets.analysis.audits.audit import Audit
from semanticlens_widgets.analysis.audits.concept_answers import KnownConcepts
from semanticlens_widgets.analysis.audits.read_requirements import read_requirements
from semanticlens_widgets.analysis.audits.requirements import Concept, Requirement, requirement_of_each
from semanticlens_widgets.analysis.audits.verdicts import ANSWERS_ABOVE
from semanticlens_widgets.analysis.queries.calibration import NullCalibration, null_calibration
from semanticlens_widgets.analysis.queries.probes import Probe, probes
from semanticlens_widgets.analysis.queries.query import Query
from semanticlens_widgets.analysis.queries.text_vectors import needed
from semanticlens_widgets.concepts import ConceptDatabase, Relevance
from semanticlens_widgets.foundation_models import FoundationModel


def audit(
    database: ConceptDatabase,
    foundation_model: FoundationModel | None,
    requirements: object,
    relevance: Relevance,
    *,
    threshold: float | None = None,
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
) -> Audit:
    """The components of the layer that `relevance` is of, held against requirements (see `read_requirements`).

    For `templates`, `baseline` and what is raised for concepts see `probes`; for the rest `Auditor`.
    """
    layer = relevance.layer
    auditor = Auditor(
        database,
        relevance,
        lambda queries: probes(
            database, foundation_model, queries, layer=layer, templates=templates, baseline=baseline
        ),
        lambda: null_calibration(database, needed(foundation_model), layer, templates, baseline),
    )
    return auditor.audit(read_requirements(requirements), threshold)


class Auditor:
    """Judges one layer again and again: a concept that was asked for before costs nothing, an edited list little."""

    def __init__(
        self,
        database: ConceptDatabase,
        relevance: Relevance,
        embed: Callable[[Sequence[Query]], Sequence[Probe]],
        calibration: Callable[[], NullCalibration],
        images: str = "",
    ) -> None:
        """`embed` makes the probes of queries; `calibration`, of the layer, is called only when a concept is text.

        `images` is the source of the images, for reports.

        Raises LayerNotFoundError, and ValueError for the relevance of another number of components.
        """
        examples = database.examples[database.layer_name(relevance.layer)]
        if relevance.n_components != examples.n_components:
            raise ValueError(
                f"the relevance is of {relevance.n_components:,} components and layer {relevance.layer!r} has "
                f"{examples.n_components:,}; attribute the model of this lens"
            )
        self.database, self.relevance, self.images = database, relevance, images
        self._concepts = KnownConcepts(database, relevance.layer, embed, calibration)
        self._names = tuple(examples.name(index) for index in range(examples.n_components))

    def audit(self, requirements: Sequence[Requirement], threshold: float | None = None) -> Audit:
        """The audit of `requirements`; one of every class leaves the classes without samples out.

        Raises ValueError for a class that is not there, is named twice or has no samples, and as `probes` does.
        """
        threshold = _checked(threshold)
        wanted = _with_samples(requirements, self.relevance)
        rows = [self.relevance.row(name) for name in wanted]
        distinct = _distinct(wanted)
        valid = tuple(_places(one.valid, distinct) for one in wanted.values())
        spurious = tuple(_places(one.spurious, distinct) for one in wanted.values())
        both = [rows + more for rows, more in zip(valid, spurious, strict=True)]
        answers, bar = self._concepts.answers([concept for concept, _ in distinct.values()], both)
        return Audit(
            layer=self.relevance.layer,
            method=self.relevance.method,
            threshold=threshold,
            classes=tuple(wanted),
            components=self._names,
            n_samples=self.relevance.n_samples[rows],
            relevance=self.relevance.mean[rows],
            share=self.relevance.share[rows],
            answers=answers,
            valid=valid,
            spurious=spurious,
            bar=bar,
            database=self.database,
            samples=self.relevance,
            images=self.images,
        )


def _checked(threshold: float | None) -> float:
    if threshold is None:
        return ANSWERS_ABOVE
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not math.isfinite(threshold):
        raise ValueError(
            f"threshold is a number of standard deviations, not {threshold!r}; leave it out for {ANSWERS_ABOVE}"
        )
    return float(threshold)


def _with_samples(requirements: Sequence[Requirement], relevance: Relevance) -> dict[str, Requirement]:
    wanted = requirement_of_each(requirements, relevance.classes)
    empty = {name for name in wanted if relevance.n_samples[relevance.row(name)] == 0}
    for requirement in requirements:
        if requirement.class_name in empty:
            raise ValueError(
                f"class {requirement.class_name!r} has no samples, so nothing is known of what it rests on; "
                "leave its requirement out, or attribute with targets='prediction'"
            )
    if len(empty) == len(wanted):
        raise ValueError(
            "no class has samples, so there is nothing to audit; attribute images of these classes"
        )
    return {name: requirement for name, requirement in wanted.items() if name not in empty}


def _distinct(wanted: Mapping[str, Requirement]) -> dict[tuple[str, object], tuple[Concept, int]]:
    """Every concept of any class once, with its place; what is the same under two names counts as two."""
    found: dict[tuple[str, object], tuple[Concept, int]] = {}
    for requirement in wanted.values():
        for concept in requirement.valid + requirement.spurious:
            found.setdefault((concept.name, concept.key), (concept, len(found)))
    return found


def _places(
    concepts: Sequence[Concept], distinct: Mapping[tuple[str, object], tuple[Concept, int]]
) -> tuple[int, ...]:
    return tuple(distinct[concept.name, concept.key][1] for concept in concepts)
