"""Tables of a database, as columns of numpy arrays and lists, a part at a time."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import torch

from semanticlens_widgets.analysis import scores as scores_of
from semanticlens_widgets.concepts import ConceptDatabase, Relevance

Columns = Mapping[str, Any]
"""Column -> values, as long as the part has rows."""
_ROWS = 256
"""Of a part of the samples: 10 MB of thumbnails at most, and 2 million relevances of 8,192 components."""


def components(database: ConceptDatabase) -> Iterator[Columns]:
    """Every component with its statistics and its embedding, layer by layer."""
    for layer, examples in database.examples.items():
        every = range(examples.n_components)
        yield {
            "component": [examples.name(index) for index in every],
            "layer": [layer] * len(every),
            "index": list(every),
            "n_examples": examples.n_examples.numpy(),
            "dead": examples.dead.numpy(),
            "maximum": examples.maximum.numpy(),
            "mean": examples.mean.numpy(),
            "variance": examples.variance.numpy(),
            "firing_rate": examples.firing_rate.numpy(),
            "embedding": list(database.component_embeddings[layer].numpy()),
        }


def examples(database: ConceptDatabase) -> Iterator[Columns]:
    """Every concept example, best first."""
    for layer, found in database.examples.items():
        rows, ranks = (found.sample_ids >= 0).nonzero(as_tuple=True)
        yield {
            "component": [found.name(row) for row in rows.tolist()],
            "layer": [layer] * len(rows),
            "index": rows.numpy(),
            "rank": ranks.numpy(),
            "sample": found.sample_ids[rows, ranks].numpy(),
            "score": found.scores[rows, ranks].numpy(),
        }


def scores(database: ConceptDatabase) -> Iterator[Columns]:
    """Clarity, polysemanticity and redundancy of every component."""
    yield of_frame(scores_of(database))


def samples(database: ConceptDatabase) -> Iterator[Columns]:
    """Every sample that is an example, with its embedding and its thumbnail."""
    kept = database.samples
    for rows in torch.arange(len(kept)).split(_ROWS):
        numbers = rows.tolist()
        yield {
            "sample": kept.ids[rows].numpy(),
            "name": [kept.names[row] for row in numbers],
            "label": [kept.labels[row] for row in numbers],
            "embedding": list(kept.embeddings[rows].numpy()),
            "thumbnail": [kept.thumbnail(row) for row in numbers],
        }


def classes(database: ConceptDatabase) -> Iterator[Columns]:
    """Every class that was attributed, with the number of its samples, layer by layer."""
    for layer, found in database.relevance.items():
        yield {
            "layer": [layer] * len(found.classes),
            "class": list(found.classes),
            "output": found.outputs.numpy(),
            "n_samples": found.n_samples.numpy(),
        }


def relevance(database: ConceptDatabase) -> Iterator[Columns]:
    """Every pair of a sample and a component whose relevance or score is not 0, layer by layer, samples in order."""
    for layer, found in database.relevance.items():
        for rows in torch.arange(len(found.sample_ids)).split(_ROWS):
            yield _relevance_part(layer, found, rows)


def _relevance_part(layer: str, found: Relevance, rows: torch.Tensor) -> Columns:
    own, activations = found.relevance[rows].float(), found.scores[rows].float()
    row, index = ((own != 0) | (activations != 0)).nonzero(as_tuple=True)
    samples = rows[row]
    return {
        "layer": [layer] * len(row),
        "index": index.int().numpy(),
        "sample": found.sample_ids[samples].numpy(),
        "class": [found.classes[number] for number in found.sample_classes[samples].tolist()],
        "relevance": own[row, index].numpy(),
        "score": activations[row, index].numpy(),
    }


def of_frame(table: pd.DataFrame) -> Columns:
    """The columns of a table; what is missing is None."""
    return {str(name): [None if cell is pd.NA else cell for cell in table[name].tolist()] for name in table}
