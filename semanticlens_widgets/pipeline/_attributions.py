"""The state of a pass that attributes: rows of the samples, and sums of the classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from semanticlens_widgets.concepts import Relevance, SparseTable, sparse_parts
from semanticlens_widgets.layers import Latents
from semanticlens_widgets.passes import Rows, merged_by_key
from semanticlens_widgets.tensors import ExactSum, digits_of

MANY = 1024
"""Latents from which on only what is not 0 is kept of each sample."""
_DENSE_ABOVE = 1 / 3
"""The share of entries that are not 0 above which a dense table is the smaller one."""
_LEAST, _MOST = 1e-3, torch.finfo(torch.float16).max


@dataclass(frozen=True, eq=False)
class ClassSums:
    """The relevance of the samples of one class, summed."""

    n_samples: int
    total: ExactSum
    positive: ExactSum
    """The sum of max(relevance, 0)."""
    maximum: Float[Tensor, " component"]

    def merge(self, other: "ClassSums") -> "ClassSums":
        """The sums of both sets of samples: the same in any order."""
        return ClassSums(
            self.n_samples + other.n_samples,
            self.total.merge(other.total),
            self.positive.merge(other.positive),
            torch.maximum(self.maximum, other.maximum),
        )


Sums = Mapping[int, ClassSums]
"""Row of the class -> its sums; only classes that had a sample."""


@dataclass(frozen=True, eq=False)
class Attributions:
    """The findings of the pass.

    The rows have the columns "sample_classes" (row of the class), "predicted" (the highest output), and for every layer
    "relevance.{layer}" and "scores.{layer}": float16, or float32 where float16 would not hold them; of many latents
    ragged columns of what is not 0, of relevance as float32. Sums are of the relevance before it was rounded; of many
    latents they are made at the end, as sums that change with every batch would scatter the process's memory.
    """

    rows: Rows = field(default_factory=Rows)
    sums: Mapping[str, Sums] = field(default_factory=dict)
    """Layer -> sums."""

    def with_batch(
        self,
        sample_ids: list[int],
        classes: Int[Tensor, " sample"],
        predicted: Int[Tensor, " sample"],
        found: Mapping[str, tuple[Tensor, Tensor]],
    ) -> "Attributions":
        """The state with one more batch; `found`: layer -> (relevance, scores), float32 on the CPU."""
        columns = {"sample_classes": classes, "predicted": predicted}
        sums = {}
        for layer, (relevance, scores) in found.items():
            if is_sparse(layer):
                columns |= _ragged(f"relevance.{layer}", relevance) | _ragged(
                    f"scores.{layer}", _half(scores)
                )
            else:
                columns |= {f"relevance.{layer}": _half(relevance), f"scores.{layer}": _half(scores)}
                sums[layer] = _sums(classes, relevance)
        return Attributions(self.rows.with_batch(sample_ids, columns), _merged(self.sums, sums))

    def merge(self, other: "Attributions") -> "Attributions":
        """The rows and sums of both."""
        return Attributions(self.rows.merge(other.rows), _merged(self.sums, other.sums))


def is_sparse(layer: str) -> bool:
    """True for many latents."""
    return isinstance(layer, Latents) and layer.n >= MANY


def to_relevance(
    state: Attributions,
    method: str,
    classes: Mapping[str, int],
    output: str | int | None,
    sizes: Mapping[str, int],
) -> dict[str, Relevance]:
    """Layer -> relevance, from the state after the last batch; `classes`: name -> output; `sizes`: of each layer."""
    columns = state.rows.columns()
    sums = {
        layer: _sparse_sums(columns, layer, n) if is_sparse(layer) else state.sums[layer]
        for layer, n in sizes.items()
    }
    return {
        layer: Relevance(
            layer=str(layer),
            method=method,
            output=output,
            classes=tuple(classes),
            outputs=torch.tensor(list(classes.values())),
            sample_ids=columns["sample_ids"],
            sample_classes=columns["sample_classes"],
            predicted=columns["predicted"],
            **{name: _table(columns, f"{name}.{layer}", sizes[layer]) for name in ("relevance", "scores")},
            **_class_statistics(own, len(classes)),
        )
        for layer, own in sums.items()
    }


def _ragged(name: str, table: Tensor) -> dict[str, Tensor]:
    return {f"{name}#{part}": column for part, column in sparse_parts(table).items()}


def _table(columns: Mapping[str, Tensor], name: str, n: int) -> Tensor | SparseTable:
    if name in columns:
        return columns[name]
    counts = columns[f"{name}#"]
    offsets = torch.cat([counts.new_zeros(1), counts.cumsum(0)])
    found = SparseTable(offsets, columns[f"{name}#components"], _half(columns[f"{name}#values"]), n)
    return found[:] if len(found.values) > _DENSE_ABOVE * len(found) * n else found


def _sparse_sums(columns: Mapping[str, Tensor], layer: str, n: int) -> Sums:
    counts, classes = columns[f"relevance.{layer}#"], columns["sample_classes"]
    components, values = columns[f"relevance.{layer}#components"].long(), columns[f"relevance.{layer}#values"]
    class_of = classes.repeat_interleave(counts)
    sums = {}
    for row in classes.unique().tolist():
        own = class_of == row
        amounts, at, n_samples = values[own].double(), components[own], int((classes == row).sum())
        highest = torch.zeros(n).scatter_reduce(0, at, values[own], "amax", include_self=False)
        # Where some sample has no entry, 0 is among its values.
        partial = torch.bincount(at, minlength=n) < n_samples
        sums[row] = ClassSums(
            n_samples,
            _sum_at(at, amounts, n),
            _sum_at(at, amounts.clamp(min=0), n),
            torch.where(partial, highest.clamp(min=0), highest).double(),
        )
    return sums


def _sum_at(at: Int[Tensor, " entry"], amounts: Float[Tensor, " entry"], n: int) -> ExactSum:
    zeros = torch.zeros(n, dtype=torch.int64)
    return ExactSum({place: zeros.index_add(0, at, each) for place, each in digits_of(amounts).items()})


def _class_statistics(sums: Sums, n_classes: int) -> dict[str, Tensor]:
    """`mean`, `maximum`, `share` and `n_samples` as in `Relevance`; NaN, or 0, for classes without samples."""
    n_components = len(next(iter(sums.values())).maximum)
    mean = torch.full((n_classes, n_components), torch.nan, dtype=torch.float32)
    maximum, share = mean.clone(), torch.zeros_like(mean)
    n_samples = torch.zeros(n_classes, dtype=torch.int64)
    for row, found in sums.items():
        n_samples[row] = found.n_samples
        mean[row] = (found.total.value() / found.n_samples).float()
        maximum[row] = found.maximum.float()
        positive = found.positive.value()
        whole = positive.sum()
        share[row] = (positive / whole).float() if whole > 0 else 0.0
    return {"mean": mean, "maximum": maximum, "share": share, "n_samples": n_samples}


def _sums(classes: Int[Tensor, " sample"], relevance: Float[Tensor, "sample component"]) -> Sums:
    values = relevance.double()
    digits, positive = digits_of(values), digits_of(values.clamp(min=0))

    def summed(own: Bool[Tensor, " sample"]) -> ClassSums:
        total, above = (
            ExactSum({place: each[own].sum(0) for place, each in some.items()}) for some in (digits, positive)
        )
        return ClassSums(int(own.sum()), total, above, values[own].amax(0))

    return {row: summed(classes == row) for row in classes.unique().tolist()}


def _merged(a: Mapping[str, Sums], b: Mapping[str, Sums]) -> Mapping[str, Sums]:
    return merged_by_key(a, b, lambda own, other: merged_by_key(own, other, ClassSums.merge))


def _half(values: Tensor) -> Tensor:
    """The values as float16; as they are where the largest one would be clipped, or the small ones become 0."""
    largest = float(values.abs().max()) if values.numel() else 0.0
    return values.half() if largest == 0 or _LEAST <= largest <= _MOST else values
