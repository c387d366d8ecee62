"""Scores of components: clarity, polysemanticity and redundancy.

Source: Dreyer et al., Mechanistic understanding and validation of large AI models with SemanticLens, Nature
Machine Intelligence 2025, doi 10.1038/s42256-025-01084-w. Departures from its library, `semanticlens` 0.2.1:
components may have fewer than k examples (rows of NaN), fewer than two give NaN or 0 instead of infinity or an
exception, and polysemanticity clusters unit vectors unless told otherwise.
"""

from collections.abc import Callable, Iterator, Sequence

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets.analysis.scores.inner_products import inner_products, polysemanticity_of
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.tensors._cosine import cosine, nearest, nearest_of

_CHUNK = 4_000_000
"""Numbers of example embeddings worked on at a time: 16 MB, so that temporaries stay in reach of the cache."""


def clarity(examples: Float[Tensor, "component k dim"]) -> Float[Tensor, " component"]:
    """The mean cosine over all pairs of a component's examples, in [-1/(m-1), 1]; NaN for m < 2 examples.

    A row of NaN is no example.
    """
    return torch.cat([_clarity(chunk) for chunk in _chunks(examples)])


def polysemanticity(
    examples: Float[Tensor, "component k dim"], *, normalize: bool = True
) -> Float[Tensor, " component"]:
    """1 - cosine of the two k-means centres of a component's examples, in [0, 2]: 0 for one meaning.

    Where a cluster has fewer than two examples, 1 - the mean cosine of the mean with each of the first ten
    examples; NaN without examples. A row of NaN is no example. `normalize=False` clusters the embeddings as they
    are, which is what `semanticlens` 0.2.1 does.
    """
    return torch.cat([polysemanticity_of(*inner_products(chunk), normalize) for chunk in _chunks(examples)])


def redundancy(component_embeddings: Float[Tensor, "component dim"]) -> Float[Tensor, " component"]:
    """The cosine with the most similar other component, in [-1, 1]; NaN where there is no other.

    A row of zeros is a component without examples: it has no redundancy and makes no other redundant. The mean
    over a layer is the number that `semanticlens` 0.2.1 calls redundancy.
    """
    return nearest(component_embeddings)[0]


def similarity(
    component_embeddings: Float[Tensor, "component dim"], others: Float[Tensor, "other dim"]
) -> Float[Tensor, "component other"]:
    """The cosine of every component with every other component, in [-1, 1]."""
    return cosine(component_embeddings, others)


def scores(
    database: ConceptDatabase,
    layer: str | Sequence[str] | None = None,
    *,
    components: Sequence[int] | None = None,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> pd.DataFrame:
    """One row a component of `layer` (or layers; of all when None), with its scores and statistics.

    Columns: component, layer, index, clarity, polysemanticity, redundancy, nearest (the component that makes it
    redundant), maximum, mean, firing_rate, n_examples, dead. A dead component is never active, or has the same score
    for every sample: it has no examples, and NaN for the three scores. Raises LayerNotFoundError for an unknown layer.

    Redundancy compares every pair of components, so that its time grows with their square: 100,000 take half a minute
    on two cores. `report` is called with what is done of a layer and the total, again and again; what it raises ends
    the work. With `components` these rows alone are computed, by their numbers in each layer.
    """
    rows = None if components is None else torch.tensor(list(components), dtype=torch.int64)
    tables = [_layer_scores(database, name, rows, report) for name in database.layer_names(layer)]
    return pd.concat(tables, ignore_index=True)


def _layer_scores(
    database: ConceptDatabase,
    layer: str,
    rows: Int[Tensor, " some"] | None,
    report: Callable[[int, int], None],
) -> pd.DataFrame:
    examples, vectors = database.examples[layer], database.component_embeddings[layer]
    found = nearest(vectors, report=report) if rows is None else nearest_of(vectors, rows)
    redundant, most_similar = found
    rows = torch.arange(examples.n_components) if rows is None else rows
    parts = _example_chunks(database, layer, rows)
    chunks = [(_clarity(part), polysemanticity_of(*inner_products(part), normalize=True)) for part in parts]
    clear, mixed = (torch.cat(values) for values in zip(*chunks, strict=True))
    return pd.DataFrame(
        {
            "component": [examples.name(index) for index in rows.tolist()],
            "layer": layer,
            "index": rows.numpy(),
            "clarity": clear.numpy(),
            "polysemanticity": mixed.numpy(),
            "redundancy": redundant.numpy(),
            "nearest": [examples.name(index) if index >= 0 else "" for index in most_similar.tolist()],
            "maximum": examples.maximum[rows].numpy(),
            "mean": examples.mean[rows].numpy(),
            "firing_rate": examples.firing_rate[rows].numpy(),
            "n_examples": examples.n_examples[rows].numpy(),
            "dead": examples.dead[rows].numpy(),
        }
    )


def _clarity(examples: Float[Tensor, "component k dim"]) -> Float[Tensor, " component"]:
    """From the sum of the directions: its squared length is the sum of all cosines."""
    lengths = torch.linalg.vector_norm(examples, dim=2)
    present = ~lengths.isnan()
    weights = lengths.reciprocal().nan_to_num(nan=0.0, posinf=0.0)  # an example of length 0 stays 0
    if not present.all():  # 0 times NaN is NaN
        examples = examples.masked_fill(~present.unsqueeze(2), 0.0)
    total = torch.bmm(weights.unsqueeze(1), examples).squeeze(1).double()
    m = present.sum(1)
    pairs = (total.square().sum(1) / m**2 - 1 / m) * m / (m - 1)
    return pairs.masked_fill(m < 2, torch.nan).float()


def _example_chunks(
    database: ConceptDatabase, layer: str, rows: Int[Tensor, " some"]
) -> Iterator[Float[Tensor, "component k dim"]]:
    """The example embeddings, gathered a few components at a time: all at once they may not fit in memory."""
    examples = database.examples[layer]
    size = max(1, _CHUNK // max(1, examples.k * database.dim))
    for components in rows.split(size):
        yield database.example_embeddings(layer, components)


def _chunks(examples: Float[Tensor, "component k dim"]) -> tuple[Float[Tensor, "some k dim"], ...]:
    return examples.split(max(1, _CHUNK // max(1, examples[0].numel() if len(examples) else 1)))
