"""Samples that drive a component: the way from a verdict back to the data."""

from collections.abc import Sequence

import pandas as pd
import torch
from jaxtyping import Bool
from torch import Tensor

from semanticlens_widgets.concepts import ConceptDatabase, Relevance
from semanticlens_widgets.images import Images


def driving_samples(
    database: ConceptDatabase,
    components: Sequence[str],
    *,
    quantile: float = 0.99,
    classes: Sequence[str] | None = None,
    images: Images | None = None,
) -> pd.DataFrame:
    """The samples in the upper tail of the components' scores: a row a component and sample, highest score first.

    Columns: component; sample (index into the dataset), its name and label; class (the one that was attributed); score
    (pooled activation); quantile (the share of the other attributed samples with a lower score, 1 for the only best
    one; rows are those at or above `quantile`); relevance (for the sample's class). `classes` keeps the samples of
    these classes, with their quantiles among all. A component that gives every sample the same has no upper tail.
    Without `images`, name and label are known only for concept examples, else None.

    Raises ValueError for a component or class that is not there, a layer that was not attributed, a quantile outside
    [0, 1), and no component.
    """
    if not isinstance(quantile, int | float) or not 0 <= quantile < 1:
        raise ValueError(f"quantile must lie in [0, 1), not {quantile!r}; 0.99 keeps the highest hundredth")
    if not components:
        raise ValueError("components must name at least one component, like 'layer4:12', not none")
    places = [database.locate(name) for name in components]
    tables = [_table(attributed(database, layer), row, quantile, classes) for layer, row in places]
    for (layer, row), table in zip(places, tables, strict=True):
        table.insert(0, "component", database.examples[layer].name(row))
    table = pd.concat(tables, ignore_index=True)
    named = described(table["sample"].tolist(), database, images)
    table.insert(2, "name", pd.Series([name for name, _ in named], dtype=object))
    table.insert(3, "label", pd.Series([label for _, label in named], dtype=object))
    return table


def attributed(database: ConceptDatabase, layer: str) -> Relevance:
    """The relevance of a layer; raises ValueError if it was not attributed."""
    if layer not in database.relevance:
        raise ValueError(
            f"layer {layer!r} was not attributed, so its samples are not known; call lens.attribute()"
        )
    return database.relevance[layer]


def _table(
    relevance: Relevance, component: int, quantile: float, classes: Sequence[str] | None
) -> pd.DataFrame:
    scores = relevance.scores[:, component].float()
    # Of the others: of fewer than 100 samples, not even the best would be above 99 % of all.
    shares = torch.searchsorted(scores.sort().values, scores) / max(1, len(scores) - 1)
    order = scores.argsort(descending=True, stable=True)
    # Nothing lies below the lowest score, so it is in no upper tail, however low `quantile` is.
    inside = (shares >= quantile) & (shares > 0) & _of_classes(relevance, classes)
    order = order[inside[order]]
    return pd.DataFrame(
        {
            "sample": relevance.sample_ids[order].numpy(),
            "class": [relevance.classes[row] for row in relevance.sample_classes[order].tolist()],
            "score": scores[order].numpy(),
            "quantile": shares[order].numpy(),
            "relevance": relevance.relevance[order, component].float().numpy(),
        }
    )


def _of_classes(relevance: Relevance, classes: Sequence[str] | None) -> Bool[Tensor, " sample"]:
    names = relevance.classes if classes is None else classes
    rows = torch.tensor([relevance.row(name) for name in names], dtype=torch.int64)
    return torch.isin(relevance.sample_classes, rows)


def described(
    samples: Sequence[int], database: ConceptDatabase, images: Images | None
) -> list[tuple[str | None, str | None]]:
    """Name and label of each sample, None where they are not known; without images those of concept examples are."""
    if images is not None:
        return [(images.name(sample), images.label(sample)) for sample in samples]
    kept = database.samples
    rows = {sample: row for row, sample in enumerate(kept.ids.tolist())}
    found = [rows.get(sample) for sample in samples]
    return [(None, None) if row is None else (kept.names[row], kept.labels[row]) for row in found]
