"""Answers of a layer's components to concepts, each computed once however often a list is edited."""

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.analysis.audits.chance import Baseline, Chance, Scored, bar
from semanticlens_widgets.analysis.audits.requirements import Concept
from semanticlens_widgets.analysis.audits.result import ConceptAnswers
from semanticlens_widgets.analysis.queries.calibration import NullCalibration
from semanticlens_widgets.analysis.queries.probes import Probe
from semanticlens_widgets.analysis.queries.query import Query
from semanticlens_widgets.analysis.queries.ranking import rank
from semanticlens_widgets.analysis.queries.unrelated import random_groups
from semanticlens_widgets.concepts import ConceptDatabase

_MOST = 2048
"""Concepts remembered: 70 MB for 1,280 components and 5,000 random groups."""


@dataclass(frozen=True, eq=False)
class _Answer:
    concept: Concept
    """Held so that no other picture can take the identity that is its key."""
    calibration: str
    alignment: Float[Tensor, " component"]
    scored: Scored


class KnownConcepts:
    """The answers of one layer; a concept is embedded and calibrated when it is asked for the first time."""

    def __init__(
        self,
        database: ConceptDatabase,
        layer: str,
        embed: Callable[[Sequence[Query]], Sequence[Probe]],
        calibration: Callable[[], NullCalibration],
    ) -> None:
        """`embed` makes the probes of queries; `calibration` is called only when a concept is text alone."""
        self._database, self._layer = database, layer
        self._embed, self._calibration = embed, calibration
        self._lock = threading.Lock()
        self._answers: dict[object, _Answer] = {}
        self._baselines: dict[Hashable, Baseline] = {}

    def answers(
        self, concepts: Sequence[Concept], lists: Sequence[Sequence[int]]
    ) -> tuple[ConceptAnswers, Float[Tensor, " list"]]:
        """One row a concept, in order, and for every list of rows the percentile that chance reaches (see `bar`).

        Safe to call from several threads.
        """
        with self._lock:
            found = self._found(concepts)
        of_groups = torch.stack([answer.scored.of_groups for answer in found])
        bars = torch.tensor([bar(of_groups[list(rows)]) for rows in lists])
        return _stacked(concepts, found), bars

    def _found(self, concepts: Sequence[Concept]) -> list[_Answer]:
        unknown = {_key(concept): concept for concept in concepts if _key(concept) not in self._answers}
        if len(self._answers) + len(unknown) > _MOST:
            self._answers, unknown = {}, {_key(concept): concept for concept in concepts}
        probes = self._embed([concept.query for concept in unknown.values()]) if unknown else ()
        for (key, concept), probe in zip(unknown.items(), probes, strict=True):
            self._answers[key] = self._ask(concept, probe)
        return [self._answers[_key(concept)] for concept in concepts]

    def _ask(self, concept: Concept, probe: Probe) -> _Answer:
        alignment = rank(self._database, probe, self._layer).alignment
        scored = self._baseline(None if probe.is_text else probe.n_pictures or 1).score(probe.vector)
        return _Answer(concept, "words" if probe.is_text else "pictures", alignment, scored)

    def _baseline(self, n_pictures: int | None) -> Baseline:
        """Unrelated words, or random groups of as many pictures."""
        if n_pictures not in self._baselines:
            samples = self._database.samples.embeddings
            self._baselines[n_pictures] = self._chance.against(
                self._calibration().words
                if n_pictures is None
                else random_groups(samples, min(n_pictures, len(samples)))
            )
        return self._baselines[n_pictures]

    @cached_property
    def _chance(self) -> Chance:
        database, layer = self._database, self._layer
        n_examples = database.examples[layer].n_examples
        return Chance(database.component_embeddings[layer], n_examples, database.samples.embeddings)


def _stacked(concepts: Sequence[Concept], found: Sequence[_Answer]) -> ConceptAnswers:
    return ConceptAnswers(
        names=tuple(concept.name for concept in concepts),
        calibrations=tuple(answer.calibration for answer in found),
        alignment=torch.stack([answer.alignment for answer in found]),
        z_score=torch.stack([answer.scored.z_score for answer in found]),
        percentile=torch.stack([answer.scored.percentile for answer in found]),
    )


def _key(concept: Concept) -> object:
    # A foundation model may tell upper from lower case, which naming a concept in two lists does not.
    return concept.query.text or concept.key
