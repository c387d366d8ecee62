"""Answers of a layer's components to concepts, each computed once however often a list is edited."""

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.analysis.audits.chance import Baseline, Chance, Scored, counts_more, either
from semanticlens_widgets.analysis.audits.requirements import Concept
from semanticlens_widgets.analysis.audits.result import ConceptAnswers
from semanticlens_widgets.analysis.queries.calibration import NullCalibration
from semanticlens_widgets.analysis.queries.probes import Probe
from semanticlens_widgets.analysis.queries.query import Query
from semanticlens_widgets.analysis.queries.unrelated import random_groups
from semanticlens_widgets.concepts import EmbeddedExamples

_MOST, _MOST_NUMBERS = 2048, 50_000_000
"""Concepts remembered, and numbers in their answers: 200 MB, or 160 concepts of 100,000 components."""


@dataclass(frozen=True, eq=False)
class Answer:
    """Answers to one concept."""

    concept: Concept
    """Held so that no other picture can take the identity that is its key."""
    probe: Probe
    alignment: Float[Tensor, " component"]
    scored: Scored

    @property
    def n_numbers(self) -> int:
        """The size of the answers."""
        return 3 * len(self.alignment) + len(self.scored.of_groups)

    def or_within(self, other: "Answer") -> "Answer":
        """The same where a class has examples of its own, each component by the better (see `either`)."""
        alignment = torch.where(counts_more(other.scored, self.scored), other.alignment, self.alignment)
        return replace(self, alignment=alignment, scored=either(self.scored, other.scored))


class Examined:
    """Examples that concepts are put to; each baseline is made once."""

    def __init__(
        self,
        examples: EmbeddedExamples,
        pictures: Float[Tensor, "picture dim"],
        calibration: Callable[[], NullCalibration],
    ) -> None:
        """`pictures` are any of the lens, unrelated to a concept of pictures as words are to a text."""
        self._examples, self._pictures, self._calibration = examples, pictures, calibration
        self._chance = Chance(examples)
        self._baselines: dict[Hashable, Baseline] = {}

    def ask(self, concept: Concept, probe: Probe) -> Answer:
        """The answers to one concept."""
        absent = self._examples.n_examples == 0
        alignment = (self._examples.embeddings @ probe.vector).masked_fill(absent, torch.nan)
        baseline = self._baseline(None if probe.is_text else probe.n_pictures or 1)
        return Answer(concept, probe, alignment, baseline.score(probe.vector))

    def _baseline(self, n_pictures: int | None) -> Baseline:
        """Unrelated words, or random groups of as many pictures."""
        if n_pictures not in self._baselines:
            self._baselines[n_pictures] = self._chance.against(
                self._calibration().words
                if n_pictures is None
                else random_groups(self._pictures, min(n_pictures, len(self._pictures)))
            )
        return self._baselines[n_pictures]


class KnownConcepts:
    """The answers of one layer; a concept is embedded and calibrated when it is asked for the first time."""

    def __init__(
        self, examined: Callable[[], Examined], embed: Callable[[Sequence[Query]], Sequence[Probe]]
    ) -> None:
        """`embed` makes the probes of queries; `examined` is called for the first concept."""
        self._examined, self._embed = examined, embed
        self._lock = threading.Lock()
        self._answers: dict[object, Answer] = {}

    def answers(self, concepts: Sequence[Concept]) -> list[Answer]:
        """One a concept, in order. Safe to call from several threads."""
        with self._lock:
            return self._found(concepts)

    def _found(self, concepts: Sequence[Concept]) -> list[Answer]:
        wanted = {_key(concept): concept for concept in concepts}
        unknown = {key: concept for key, concept in wanted.items() if key not in self._answers}
        if len(self._answers) + len(unknown) > self._most:
            self._answers = {key: answer for key, answer in self._answers.items() if key in wanted}
        probes = self._embed([concept.query for concept in unknown.values()]) if unknown else ()
        for (key, concept), probe in zip(unknown.items(), probes, strict=True):
            self._answers[key] = self._examined().ask(concept, probe)
        return [self._answers[_key(concept)] for concept in concepts]

    @property
    def _most(self) -> int:
        one = next(iter(self._answers.values()), None)
        return _MOST if one is None else min(_MOST, _MOST_NUMBERS // max(1, one.n_numbers))


def stacked(names: Sequence[str], found: Sequence[Answer]) -> ConceptAnswers:
    """The answers as arrays; names are of this list, as a concept may have several."""
    return ConceptAnswers(
        names=tuple(names),
        calibrations=tuple("words" if answer.probe.is_text else "pictures" for answer in found),
        alignment=torch.stack([answer.alignment for answer in found]),
        z_score=torch.stack([answer.scored.z_score for answer in found]),
        percentile=torch.stack([answer.scored.percentile for answer in found]),
    )


def _key(concept: Concept) -> object:
    # A foundation model may tell upper from lower case, which naming a concept in two lists does not.
    return concept.query.text or concept.key
