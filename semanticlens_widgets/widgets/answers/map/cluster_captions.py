"""Captions of a map's clusters: a name, and an image that most members have among their examples."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from semanticlens_widgets.analysis import EmbeddedVocabulary
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.vocabularies import VocabularyKey
from semanticlens_widgets.projection import Cluster, Clusters, Projection

_OFTEN = 0.25
"""Share of a cluster's members that must show a label for it to stand for the cluster."""
_MOST = 2


@dataclass(frozen=True)
class Caption:
    """Name and image of a cluster."""

    name: str
    """Such as "fish"; where no name is common enough "hammer, pliers and others", else "around bn2:12"."""
    sample: int | None
    """A row of `database.samples`: the image that most members have among their examples."""


def captions(database: ConceptDatabase, projection: Projection, found: Clusters) -> list[Caption]:
    """Returns one caption a cluster."""
    rows = [own for layer in projection.layers for own in _example_rows(database, layer)]
    return [_caption(database, projection, cluster, rows) for cluster in found.clusters]


def latest_vocabulary(lens: Lens) -> EmbeddedVocabulary | None:
    """Returns the vocabulary that the lens embedded last; None without one, because embedding takes long."""
    return lens._session.memo.latest(VocabularyKey)


def component_labels(
    lens: Lens, layers: Sequence[str], vocabulary: EmbeddedVocabulary | None
) -> list[str | None]:
    """Returns one label a component: the vocabulary's if it is clear; without a vocabulary, its examples' label."""
    if vocabulary is not None:
        return [label or None for label in lens.label(vocabulary, layer=layers)["label"]]
    rows = [own for layer in layers for own in _example_rows(lens.database, layer)]
    return [_shared(_labels(lens.database, own)) for own in rows]


def component_of(projection: Projection, row: int) -> tuple[str, int]:
    """Returns the layer and the component in a row of a projection."""
    layer = next(name for name, rows in projection.layers.items() if rows.start <= row < rows.stop)
    return layer, row - projection.layers[layer].start


def component_name(database: ConceptDatabase, projection: Projection, row: int) -> str:
    """Returns the name of the component in a row of a projection: "bn2:12"."""
    layer, component = component_of(projection, row)
    return database.examples[layer].name(component)


def _caption(
    database: ConceptDatabase, projection: Projection, cluster: Cluster, rows: Sequence[Sequence[int]]
) -> Caption:
    members: list[int] = cluster.members.tolist()
    shown = Counter(label for row in members for label in set(_labels(database, rows[row])))
    often = [label for label, n in _by_count(shown)[:_MOST] if n >= _OFTEN * cluster.size]
    name = cluster.label or (f"{', '.join(often)} and others" if often else "")
    return Caption(
        name=name or f"around {component_name(database, projection, cluster.central)}",
        sample=_typical(database, [row for member in members for row in rows[member]], {name, *often[:1]}),
    )


def _typical(database: ConceptDatabase, rows: Sequence[int], labels: set[str]) -> int | None:
    """Returns the most frequent row, among those with one of the labels if there are any."""
    named = [row for row in rows if database.samples.labels[row] in labels]
    counts = _by_count(Counter(named or rows))
    return counts[0][0] if counts else None


def _by_count(counts: "Counter[Any]") -> list[tuple[Any, int]]:
    """Sorts by frequency; ties by the counted item, so that the order of components does not matter."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _example_rows(database: ConceptDatabase, layer: str) -> list[list[int]]:
    """Returns the rows in `database.samples` of every component's examples, the best example first."""
    rows = database.samples.rows(database.examples[layer].sample_ids).tolist()
    return [[row for row in own if row >= 0] for own in rows]


def _labels(database: ConceptDatabase, rows: Iterable[int]) -> list[str]:
    known = database.samples.labels
    return [label for row in rows if (label := known[row]) is not None]


def _shared(labels: Sequence[str]) -> str | None:
    """Returns the most frequent label if at least two examples show it; ties go to the better example."""
    label, n = max(Counter(labels).items(), key=lambda item: item[1], default=("", 0))
    return label if n > 1 or len(labels) == 1 else None
