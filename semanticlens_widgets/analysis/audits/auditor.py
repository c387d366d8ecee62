"""Requirements against a layer: which components answer to what, and what that makes of every class."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import torch

from semanticlens_widgets._choices import Baseline
from semanticlens_widgets.analysis.audits.audit import Audit
from semanticlens_widgets.analysis.audits.chance import bar
from semanticlens_widgets.analysis.audits.concept_answers import Answer, Examined, KnownConcepts, stacked
from semanticlens_widgets.analysis.audits.read_requirements import read_requirements
from semanticlens_widgets.analysis.audits.requirements import Concept, Requirement, requirement_of_each
from semanticlens_widgets.analysis.audits.verdicts import ANSWERS_ABOVE
from semanticlens_widgets.analysis.queries.calibration import NullCalibration, null_calibration
from semanticlens_widgets.analysis.queries.probes import Probe, probes
from semanticlens_widgets.analysis.queries.query import Query
from semanticlens_widgets.analysis.queries.text_vectors import needed
from semanticlens_widgets.concepts import ConceptDatabase, EmbeddedExamples, Relevance
from semanticlens_widgets.foundation_models import FoundationModel
from semanticlens_widgets.tensors._equal_rows import distinct_size


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
        templates=templates,
        baseline=baseline,
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
        class_examples: Callable[[str], EmbeddedExamples | None] | None = None,
        images: str = "",
        templates: Sequence[str] | None = None,
        baseline: Baseline | None = "embedding",
    ) -> None:
        """`embed` makes the probes of queries; `calibration`, of the layer, is called only when a concept is text.

        With `class_examples` components are also judged by those among the samples of the class, None for too few.
        `images` is the source of the images, `templates` and `baseline` are those of `embed`, for reports.

        Raises LayerNotFoundError, and ValueError for the relevance of another number of components.
        """
        examples = database.examples[database.layer_name(relevance.layer)]
        if relevance.n_components != examples.n_components:
            raise ValueError(
                f"the relevance is of {relevance.n_components:,} components and layer {relevance.layer!r} has "
                f"{examples.n_components:,}; attribute the model of this lens"
            )
        self.database, self.relevance, self.images = database, relevance, images
        self.templates = tuple(templates or ())
        self.baseline: Baseline | None = baseline
        self._calibration, self._class_examples = calibration, class_examples
        self._concepts = KnownConcepts(lambda: self._examined, embed)
        self._names = tuple(examples.name(index) for index in range(examples.n_components))

    def audit(self, requirements: Sequence[Requirement], threshold: float | None = None) -> Audit:
        """The audit of `requirements`; one of every class leaves the classes without samples out.

        Raises ValueError for a class that is not there, is named twice or has no samples, and as `probes` does.
        """
        threshold = _checked(threshold)
        wanted = _with_samples(requirements, self.relevance)
        rows = [self.relevance.row(name) for name in wanted]
        concepts, valid, spurious = _placed(wanted, self._class_examples is not None)
        found = self._concepts.answers(concepts)
        both = [sorted({*own, *more}) for own, more in zip(valid, spurious, strict=True)]
        for name, own in zip(wanted, both, strict=True):
            self._add_within(name, found, own)
        of_groups = torch.stack([answer.scored.of_groups for answer in found])
        return Audit(
            layer=self.relevance.layer,
            method=self.relevance.method,
            threshold=threshold,
            classes=tuple(wanted),
            components=self._names,
            n_samples=self.relevance.n_samples[rows],
            relevance=self.relevance.mean[rows],
            share=self.relevance.share[rows],
            answers=stacked([concept.name for concept in concepts], found),
            valid=tuple(valid),
            spurious=tuple(spurious),
            bar=torch.tensor([bar(of_groups[own]) for own in both]),
            within_class=self._class_examples is not None,
            templates=self.templates,
            baseline=self.baseline,
            database=self.database,
            samples=self.relevance,
            images=self.images,
        )

    def _add_within(self, class_name: str, found: list[Answer], rows: Sequence[int]) -> None:
        """Puts the class's concepts to its own examples too, where there are any."""
        examples = None if self._class_examples is None else self._class_examples(class_name)
        if examples is not None and (examples.n_examples > 0).any():
            examined = Examined(examples, self.database.samples.embeddings, self._calibration)
            for row in rows:
                found[row] = found[row].or_within(examined.ask(found[row].concept, found[row].probe))

    @cached_property
    def _examined(self) -> Examined:
        database, layer, samples = self.database, self.relevance.layer, self.database.samples
        # An image that the dataset holds several times counts once, among examples and in random groups.
        n_examples = distinct_size(database.distinct_rows(layer))
        different = samples.embeddings[samples.first_copies.unique()]
        examples = EmbeddedExamples(database.component_embeddings[layer], n_examples, different)
        return Examined(examples, different, self._calibration)


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


def _placed(
    wanted: Mapping[str, Requirement], by_class: bool
) -> tuple[list[Concept], list[tuple[int, ...]], list[tuple[int, ...]]]:
    """Every concept once, or once a class, and the places of each class's valid and spurious ones.

    What is the same under two names counts as two.
    """
    places: dict[object, int] = {}
    concepts: list[Concept] = []

    def place(class_name: str, concept: Concept) -> int:
        key = (class_name if by_class else None, concept.name, concept.key)
        if key not in places:
            places[key] = len(concepts)
            concepts.append(concept)
        return places[key]

    lists = [
        tuple(tuple(place(name, concept) for concept in some) for some in (one.valid, one.spurious))
        for name, one in wanted.items()
    ]
    return concepts, [valid for valid, _ in lists], [spurious for _, spurious in lists]
