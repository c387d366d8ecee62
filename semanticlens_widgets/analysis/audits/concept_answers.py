"""Answers of a layer's components to concepts, each computed once however often a list is edited."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.analysis.audits.requirements import Concept
from semanticlens_widgets.analysis.audits.result import ConceptAnswers
from semanticlens_widgets.analysis.queries.calibration import NullCalibration
from semanticlens_widgets.analysis.queries.probes import Probe
from semanticlens_widgets.analysis.queries.query import Query
from semanticlens_widgets.analysis.queries.ranking import rank
from semanticlens_widgets.analysis.queries.unrelated import against_unrelated, random_groups
from semanticlens_widgets.concepts import ConceptDatabase

_MOST = 4096
"""Concepts remembered: 40 MB for 1,280 components."""


@dataclass(frozen=True, eq=False)
class _Answer:
    concept: Concept
    """Held so that no other picture can take the identity that is its key."""
    calibration: str
    alignment: Float[Tensor, " component"]
    z_score: Float[Tensor, " component"]


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

    def answers(self, concepts: Sequence[Concept]) -> ConceptAnswers:
        """One row a concept, in order. Safe to call from several threads."""
        with self._lock:
            found = self._found(concepts)
        return ConceptAnswers(
            names=tuple(concept.name for concept in concepts),
            calibrations=tuple(answer.calibration for answer in found),
            alignment=torch.stack([answer.alignment for answer in found]),
            z_score=torch.stack([answer.z_score for answer in found]),
        )

    def _found(self, concepts: Sequence[Concept]) -> list[_Answer]:
        unknown = {_key(concept): concept for concept in concepts if _key(concept) not in self._answers}
        if len(self._answers) + len(unknown) > _MOST:
            self._answers, unknown = {}, {_key(concept): concept for concept in concepts}
        probes = self._embed([concept.query for concept in unknown.values()]) if unknown else ()
        for (key, concept), probe in zip(unknown.items(), probes, strict=True):
            self._answers[key] = self._ask(concept, probe)
        return [self._answers[_key(concept)] for concept in concepts]

    def _ask(self, concept: Concept, probe: Probe) -> _Answer:
        if probe.n_pictures is not None:
            return self._ask_by_pictures(concept, probe, probe.n_pictures)
        ranking = rank(self._database, probe, self._layer, self._calibration() if probe.is_text else None)
        z_score = ranking.null_z_score if probe.is_text else ranking.z_score
        return _Answer(concept, "words" if probe.is_text else "components", ranking.alignment, z_score)

    def _ask_by_pictures(self, concept: Concept, probe: Probe, n_pictures: int) -> _Answer:
        """Against as many random images: against the layer's components, many that answer would hide one another.

        Whole images, each once: among crops, those of the components that answer would be too many to be unrelated.
        """
        alignment = rank(self._database, probe, self._layer).alignment
        unrelated = random_groups(self._database.samples.embeddings, n_pictures)
        z_score, _ = against_unrelated(self._database.component_embeddings[self._layer], alignment, unrelated)
        return _Answer(concept, "pictures", alignment, z_score)


def _key(concept: Concept) -> object:
    # A foundation model may tell upper from lower case, which naming a concept in two lists does not.
    return concept.query.text or concept.key
