"""Result of an audit as arrays: the components' answers to concepts, and the verdicts for every class."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.audits.verdicts import AMBIGUOUS, SPURIOUS, UNEXPECTED, VALID, VERDICTS
from semanticlens_widgets.concepts import ConceptDatabase


@dataclass(frozen=True, eq=False)
class ConceptAnswers:
    """Answers of every component of one layer to each of several concepts; NaN for one without examples."""

    names: tuple[str, ...]
    calibrations: tuple[str, ...]
    """Baseline of each z-score: "words", unrelated ones, for text; "pictures", random groups of as many
    of the lens's images, for pictures and components; for what mixes these, the "components" of the layer."""
    alignment: Float[Tensor, "concept component"]
    z_score: Float[Tensor, "concept component"]


@dataclass(frozen=True, eq=False)
class BestAnswers:
    """Of all concepts in a class's list, the one with the highest z-score; -1 and NaN where there is none."""

    concept: Int[Tensor, "class component"]
    alignment: Float[Tensor, "class component"]
    z_score: Float[Tensor, "class component"]


@dataclass(frozen=True, eq=False)
class AuditResult:
    """One layer against the requirements of some classes. Rows are classes, columns components."""

    layer: str
    method: str
    """The method of attribution."""
    threshold: float
    """A component answers to a concept from this z-score on."""
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
    database: ConceptDatabase | None = None
    """Source of the pictures of a report; None for an audit that was read from a file."""

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
        valid = self.best_valid.z_score >= self.threshold
        spurious = self.best_spurious.z_score >= self.threshold
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


def _best(answers: ConceptAnswers, lists: Sequence[tuple[int, ...]]) -> BestAnswers:
    # The highest z-score, not the highest cosine: two pictures are always closer than a picture and a text.
    # Among texts both are one, because they share mean and deviation.
    n_components = answers.z_score.shape[1]
    concept = torch.full((len(lists), n_components), -1)
    for row, concepts in enumerate(lists):
        if concepts:
            rows = torch.tensor(concepts)
            concept[row] = rows[answers.z_score[rows].argmax(0)]
    picked, missing = concept.clamp(min=0), concept < 0
    if missing.all():
        nothing = torch.full(concept.shape, torch.nan)
        return BestAnswers(concept, nothing, nothing)
    return BestAnswers(
        concept,
        answers.alignment.gather(0, picked).masked_fill(missing, torch.nan),
        answers.z_score.gather(0, picked).masked_fill(missing, torch.nan),
    )
