"""Captions of a map's clusters: a name, and an image that shows them best."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.analysis import EmbeddedVocabulary
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.vocabularies import VocabularyKey, embed_vocabulary
from semanticlens_widgets.projection import Cluster, Clusters, Projection
from semanticlens_widgets.vocabularies import vocabulary as read_vocabulary
from semanticlens_widgets.widgets.answers.map.cluster_names import (
    NAMELESS,
    ClusterName,
    Naming,
    by_direction,
    by_labels,
    cluster_names,
)

_PAUSE_SECONDS = 0.005
"""Between batches: a lock that is released and acquired again at once is never free for other threads."""


@runtime_checkable
class Mapped(Protocol):
    """Components that lie on a map, layer by layer, with their examples."""

    @property
    def labels(self) -> Sequence[str | None]:
        """The label of every sample."""
        ...

    @property
    def namer(self) -> Lens | None:
        """The lens by whose vocabulary clusters are named; None where the map is not of embeddings."""
        ...

    def example_rows(self, layer: str) -> list[list[int]]:
        """The samples that are a component's examples, the best first, for every component."""
        ...

    def component_name(self, layer: str, component: int) -> str:
        """The name of a component: "bn2:12"."""
        ...


class MappedLens:
    """The components of a lens."""

    def __init__(self, lens: Lens) -> None:
        self.namer = lens

    @property
    def labels(self) -> Sequence[str | None]:
        """The label of every row of the database's sample table."""
        return self.namer.database.samples.labels

    def example_rows(self, layer: str) -> list[list[int]]:
        """Rows of the database's sample table."""
        return example_rows(self.namer.database, layer)

    def component_name(self, layer: str, component: int) -> str:
        """The name that the lens has for a component."""
        return self.namer.database.examples[layer].name(component)


@dataclass(frozen=True)
class Caption:
    """Name and image of a cluster."""

    central: str
    """Name of the component that is most like all members: "bn2:12"."""
    sample: int | None
    """A row of `database.samples`: the image that sets the members' examples apart from all others."""
    name: ClusterName = NAMELESS

    @property
    def text(self) -> str:
        """The name, or "around bn2:12" where the cluster has none."""
        return self.name.text or f"around {self.central}"


def captions(
    mapped: Mapped, projection: Projection, found: Clusters, names: Sequence[ClusterName] = ()
) -> list[Caption]:
    """Returns one caption a cluster, without names where `names` are not known yet."""
    rows = [own for layer in projection.layers for own in mapped.example_rows(layer)]
    everywhere = Counter(row for own in rows for row in set(own))
    return [
        Caption(
            component_name(mapped, projection, cluster.central),
            _typical(cluster, rows, everywhere),
            *names[number : number + 1],
        )
        for number, cluster in enumerate(found.clusters)
    ]


def names(
    mapped: Mapped, projection: Projection, found: Clusters, vocabulary: EmbeddedVocabulary | None
) -> list[ClusterName]:
    """Returns one name a cluster: of the vocabulary, or without one of the images' labels."""
    placed = projection.placed
    row_of = placed.long().cumsum(0) - 1
    naming = (
        by_direction(projection.vectors[placed], vocabulary)
        if vocabulary is not None
        else _by_labels(mapped, projection, placed)
    )
    return cluster_names(naming, [row_of[cluster.members] for cluster in found.clusters])


def latest_vocabulary(lens: Lens) -> EmbeddedVocabulary | None:
    """Returns the vocabulary that the lens embedded last; None without one."""
    return lens._session.memo.latest(VocabularyKey)


def is_outdated(lens: Lens | None, vocabulary: EmbeddedVocabulary | None) -> bool:
    """Tells whether clusters named by this vocabulary would be named by another one today."""
    if lens is None:
        return False
    can_embed = vocabulary is None and lens._session.loaded_foundation_model is not None
    return can_embed or latest_vocabulary(lens) is not vocabulary


def naming_vocabulary(lens: Lens | None, report: Callable[[int, int], None]) -> EmbeddedVocabulary | None:
    """Returns the latest vocabulary, else the general one, embedded if the foundation model is loaded, else None.

    `report` receives how many texts are embedded, and how many there are. Loads no foundation model, which takes long.
    """
    if lens is None:
        return None
    known = latest_vocabulary(lens)
    if known is not None or lens._session.loaded_foundation_model is None:
        return known
    texts = read_vocabulary("general")
    vectors: dict[str, Float[Tensor, " dim"]] = {}

    @contextmanager
    def step() -> Iterator[None]:
        report(min(len(vectors), len(texts)), len(texts))
        with lens._session.lock:
            yield
        time.sleep(_PAUSE_SECONDS)

    embedded = embed_vocabulary(lens._session, texts, step=step, known=vectors)
    return lens._session.memo.put(VocabularyKey(texts), embedded)


def component_name(mapped: Mapped, projection: Projection, row: int) -> str:
    """Returns the name of the component in a row of a projection: "bn2:12"."""
    layer = next(name for name, rows in projection.layers.items() if rows.start <= row < rows.stop)
    return mapped.component_name(layer, row - projection.layers[layer].start)


def _by_labels(mapped: Mapped, projection: Projection, placed: Tensor) -> Naming:
    of_samples = mapped.labels
    labels = sorted({label for label in of_samples if label is not None})
    column = {label: number for number, label in enumerate(labels)}
    counts = torch.zeros(len(projection), len(labels))
    rows = (own for layer in projection.layers for own in mapped.example_rows(layer))
    for component, own in enumerate(rows):
        for row in own:
            label = of_samples[row]
            if label is not None:
                counts[component, column[label]] += 1
    return by_labels(counts[placed], labels)


def _typical(cluster: Cluster, rows: Sequence[Sequence[int]], everywhere: Counter[int]) -> int | None:
    """Returns the image whose share of the members exceeds its share of all components most; None without any."""
    inside = Counter(row for member in cluster.members.tolist() for row in set(rows[member]))
    if not inside:
        return None
    excess = {row: n / cluster.size - everywhere[row] / len(rows) for row, n in inside.items()}
    # Ties go to the earlier image, so that the order of components does not matter.
    return min(excess, key=lambda row: (-excess[row], row))


def example_rows(database: ConceptDatabase, layer: str) -> list[list[int]]:
    """Returns the rows in `database.samples` of every component's examples, the best example first."""
    rows = database.samples.rows(database.examples[layer].sample_ids).tolist()
    return [[row for row in own if row >= 0] for own in rows]
