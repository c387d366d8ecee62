"""Result of an audit as arrays: the components' answers to concepts, and the verdicts for every class."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional

from semanticlens_widgets._choices import Baseline
from semanticlens_widgets.analysis.audits.evidence import MADE_WITH, Evidence, evidence_of, now
from semanticlens_widgets.analysis.audits.verdicts import (
    AMBIGUOUS,
    SPURIOUS,
    UNEXPECTED,
    VALID,
    VERDICTS,
    outcome,
)
from semanticlens_widgets.concepts import ConceptDatabase, Relevance
from semanticlens_widgets.foundation_models import class_of_recipe
from semanticlens_widgets.tensors._bootstrap import share_intervals

_AT_ONCE = 2000
"""Components: the draws of their shares are 8 MB."""


@dataclass(frozen=True, eq=False)
class ConceptAnswers:
    """Answers of every component of one layer to each of several concepts; NaN for one without examples."""

    names: tuple[str, ...]
    calibrations: tuple[str, ...]
    """Directions that each z-score is measured against: unrelated "words" for text; for pictures and components
    "pictures", random groups of as many of the lens's images, of one where the concept mixes kinds."""
    alignment: Float[Tensor, "concept component"]
    z_score: Float[Tensor, "concept component"]
    percentile: Float[Tensor, "concept component"]
    """The share of random groups of images that answer less; each has as many as the component has examples."""


@dataclass(frozen=True, eq=False)
class BestAnswers:
    """Of a class's list, the concept with the highest percentile, then z-score; -1 and NaN where there is none."""

    concept: Int[Tensor, "class component"]
    alignment: Float[Tensor, "class component"]
    z_score: Float[Tensor, "class component"]
    percentile: Float[Tensor, "class component"]


@dataclass(frozen=True, eq=False)
class AuditResult:
    """One layer against the requirements of some classes. Rows are classes, columns components."""

    layer: str
    method: str
    """The method of attribution."""
    threshold: float
    """A component answers to a concept from this z-score on, if the percentile is high enough too."""
    classes: tuple[str, ...]
    components: tuple[str, ...]
    """Names, as in 'layer4:12'."""
    n_samples: Int[Tensor, " class"]
    relevance: Float[Tensor, "class component"]
    """Mean over the class's samples."""
    share: Float[Tensor, "class component"]
    """Of the class's positive relevance: rows sum to 1, or are 0 where there is none."""
    answers: ConceptAnswers
    valid: tuple[tuple[int, ...], ...]
    """For every class the rows of its valid concepts in `answers`."""
    spurious: tuple[tuple[int, ...], ...]
    bar: Float[Tensor, " class"]
    """The percentile from which on a component answers to a concept of the class: 0.95 where it has one concept.

    With several it is higher, so that of random groups of images still 5 % answer to any of them.
    """
    within_class: bool = False
    """True if components were also judged by their examples among the samples of each class."""
    templates: tuple[str, ...] = ()
    """Those of the concepts that are texts; none for the foundation model's own."""
    baseline: Baseline | None = "embedding"
    """As in `probes`."""
    database: ConceptDatabase | None = None
    """Source of the pictures of a report; None for an audit that was read from a file."""
    samples: Relevance | None = None
    """Source of the intervals; None for an audit that was read from a file."""
    stored_intervals: Float[Tensor, "class verdict low_high"] | None = None
    """Those of the file."""
    images: str = ""
    """Source of the images; "" where they are not at hand."""
    audited: str = field(default_factory=now)
    """Time of the audit: UTC, ISO 8601."""
    stored_evidence: Evidence | None = None
    """That of the file."""

    @cached_property
    def evidence(self) -> Evidence | None:
        """The model, data and settings behind the audit; None for one without its lens."""
        if self.database is None or self.samples is None:
            return self.stored_evidence
        return evidence_of(self.database, self.samples, self.layer, self.images, self.audited)

    @cached_property
    def made_with(self) -> dict[str, str]:
        """The model, images, foundation model and settings of the lens as texts; empty for an audit without them."""
        made = self.stored_evidence if self.database is None else self.database.provenance
        if made is None:
            return {}
        pooling = made.pooling if isinstance(made.pooling, str) else made.pooling.get(self.layer, "")
        return {name: str(getattr(made, name)) for name in MADE_WITH} | {"pooling": pooling}

    @cached_property
    def dead(self) -> Bool[Tensor, " component"]:
        """True for components without examples; one that always has the same score may yet add to an output."""
        return self.answers.percentile.isnan().all(0)

    @cached_property
    def best_valid(self) -> BestAnswers:
        """The component's best answer to the class's valid concepts."""
        return _best(self.answers, self.valid)

    @cached_property
    def best_spurious(self) -> BestAnswers:
        """The component's best answer to the class's spurious concepts."""
        return _best(self.answers, self.spurious)

    @cached_property
    def verdicts(self) -> Int[Tensor, "class component"]:
        """Indices into `VERDICTS`: a component without examples answers to nothing, so it is unexpected."""
        valid, spurious = (
            (best.z_score >= self.threshold) & (best.percentile >= self.bar.unsqueeze(1))
            for best in (self.best_valid, self.best_spurious)
        )
        found = torch.full(valid.shape, UNEXPECTED)
        found[valid] = VALID
        found[spurious] = SPURIOUS
        found[valid & spurious] = AMBIGUOUS
        return found

    @cached_property
    def verdict_shares(self) -> Float[Tensor, "class verdict"]:
        """The share of positive relevance per verdict: rows sum to 1, or are 0 where there is none."""
        shares = torch.zeros(len(self.classes), len(VERDICTS))
        return shares.scatter_add(1, self.verdicts, self.share)

    @cached_property
    def intervals(self) -> Float[Tensor, "class verdict low_high"]:
        """95 % intervals of `verdict_shares`: a bootstrap over the samples of each class, NaN for a single sample.

        3 ms a class of 50 samples, 23 ms a class of 1,300.
        """
        if self.samples is None:
            unknown = torch.full((*self.verdict_shares.shape, 2), torch.nan)
            return unknown if self.stored_intervals is None else self.stored_intervals
        return torch.stack(
            [
                share_intervals(_by_verdict(self.samples, name, verdicts))
                for name, verdicts in zip(self.classes, self.verdicts, strict=True)
            ]
        )

    def share_intervals(self, row: int, components: Sequence[int]) -> Float[Tensor, "component low_high"]:
        """95 % intervals of components' shares of a class's relevance; NaN for one sample, and from a file."""
        if self.samples is None:
            return torch.full((len(components), 2), torch.nan)
        return component_share_intervals(self.samples, self.classes[row], components)

    @property
    def caveats(self) -> list[str]:
        """Sentences on concepts by words that the foundation model is blind to; none for an audit read from a file."""
        made = None if self.database is None else self.database.provenance.foundation_model_recipe
        caveat_of = getattr(class_of_recipe(made), "caveat_of", lambda text: "")
        asked = zip(self.answers.names, self.answers.calibrations, strict=True)
        texts = [name for name, calibration in asked if calibration == "words"]
        return [f"{text}: {sentence}" for text in texts if (sentence := caveat_of(text))]

    def outcomes(self, max_spurious: float) -> list[str]:
        """For every class one of `verdicts.OUTCOMES`, by the interval of its spurious share."""
        bounds = self.intervals[:, SPURIOUS].tolist()
        return [
            outcome(low, high, n, max_spurious)
            for (low, high), n in zip(bounds, self.n_samples.tolist(), strict=True)
        ]


def _by_verdict(
    samples: Relevance, class_name: str, verdicts: Int[Tensor, " component"]
) -> Float[Tensor, "sample verdict"]:
    """The positive relevance of each of the class's samples, summed by verdict."""
    return _positive(samples, class_name) @ functional.one_hot(verdicts, len(VERDICTS)).float()


def component_share_intervals(
    samples: Relevance, class_name: str, components: Sequence[int]
) -> Float[Tensor, "component low_high"]:
    """95 % intervals of components' shares of a class's positive relevance: a bootstrap over its samples, NaN for one.

    40 ms for 1,000 components.
    """
    positive = _positive(samples, class_name)
    whole = positive.sum(1, keepdim=True)
    parts = [positive[:, some] for some in torch.tensor(list(components), dtype=torch.int64).split(_AT_ONCE)]
    rests = [torch.cat([part, whole - part.sum(1, keepdim=True)], 1) for part in parts]
    return torch.cat([torch.zeros(0, 2), *(share_intervals(each)[:-1] for each in rests)])


def _positive(samples: Relevance, class_name: str) -> Float[Tensor, "sample component"]:
    """The positive relevance of each of the class's samples."""
    own = samples.relevance[samples.sample_classes == samples.row(class_name)]
    return own.float().clamp(min=0).nan_to_num()


def _best(answers: ConceptAnswers, lists: Sequence[tuple[int, ...]]) -> BestAnswers:
    # By chance, not by cosine: two pictures are always closer than a picture and a text.
    concept = torch.full((len(lists), answers.z_score.shape[1]), -1)
    for row, concepts in enumerate(lists):
        if concepts:
            rows = torch.tensor(concepts)
            percentile = answers.percentile[rows].nan_to_num(nan=-1.0)
            below = percentile < percentile.max(0).values
            concept[row] = rows[answers.z_score[rows].masked_fill(below, -torch.inf).argmax(0)]
    picked, missing = concept.clamp(min=0), concept < 0

    def of(scores: Tensor) -> Tensor:
        if not len(scores):
            return torch.full(concept.shape, torch.nan)
        return scores.gather(0, picked).masked_fill(missing, torch.nan)

    return BestAnswers(concept, of(answers.alignment), of(answers.z_score), of(answers.percentile))
