"""Relevance of a class, summed while samples stream by."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor


@dataclass(frozen=True, eq=False)
class ClassSums:
    """What is known of the samples of one class so far."""

    n_samples: int
    total: Float[Tensor, " component"]
    """float64, as `positive`."""
    positive: Float[Tensor, " component"]
    """The sum of max(relevance, 0)."""
    maximum: Float[Tensor, " component"]


Sums = Mapping[int, ClassSums]
"""Row of the class -> its sums; only classes that had a sample."""


def added(sums: Sums, rows: Int[Tensor, " sample"], relevance: Float[Tensor, "sample component"]) -> Sums:
    """The sums with the samples of one more batch."""
    new = dict(sums)
    for row in rows.unique().tolist():
        values = relevance[rows == row].double()
        here = ClassSums(len(values), values.sum(0), values.clamp(min=0).sum(0), values.amax(0))
        new[row] = _joined(sums[row], here) if row in sums else here
    return new


def _joined(a: ClassSums, b: ClassSums) -> ClassSums:
    return ClassSums(
        a.n_samples + b.n_samples,
        a.total + b.total,
        a.positive + b.positive,
        torch.maximum(a.maximum, b.maximum),
    )


def class_statistics(sums: Sums, n_classes: int, n_components: int) -> dict[str, Tensor]:
    """`mean`, `maximum`, `share` and `n_samples` as `Relevance` has them."""
    mean = torch.full((n_classes, n_components), torch.nan)
    maximum, share = mean.clone(), torch.zeros(n_classes, n_components)
    n_samples = torch.zeros(n_classes, dtype=torch.int64)
    for row, found in sums.items():
        n_samples[row] = found.n_samples
        mean[row] = (found.total / found.n_samples).float()
        maximum[row] = found.maximum.float()
        whole = found.positive.sum()
        share[row] = (found.positive / whole).float() if whole > 0 else 0.0
    return {"mean": mean, "maximum": maximum, "share": share, "n_samples": n_samples}


def sums_to_tensors(sums: Sums) -> dict[str, Tensor]:
    """Tensors on the CPU under flat names."""
    columns = {
        name: [getattr(found, name) for found in sums.values()] for name in ("total", "positive", "maximum")
    }
    return {
        "rows": torch.tensor(list(sums), dtype=torch.int64),
        "counts": torch.tensor([found.n_samples for found in sums.values()], dtype=torch.int64),
        **{name: torch.stack(values) for name, values in columns.items()},
    }


def sums_from_tensors(tensors: Mapping[str, Tensor]) -> Sums:
    """The inverse of `sums_to_tensors`."""
    columns = [tensors[name] for name in ("total", "positive", "maximum")]
    rows, counts = tensors["rows"].tolist(), tensors["counts"].tolist()
    return {
        row: ClassSums(count, *values) for row, count, *values in zip(rows, counts, *columns, strict=True)
    }
