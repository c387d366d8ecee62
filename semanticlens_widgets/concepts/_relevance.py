"""Relevance: the amounts that the components of a layer add to the outputs of the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets._arguments import did_you_mean
from semanticlens_widgets.concepts._sparse import SPARSE_TENSORS, SparseTable, tensors_of

RELEVANCE_TENSORS = (
    "outputs",
    "mean",
    "maximum",
    "share",
    "n_samples",
    "sample_ids",
    "sample_classes",
    "predicted",
)
TABLES = ("relevance", "scores")


@dataclass(frozen=True, eq=False)
class Relevance:
    """The amounts that the components of a layer add to the model's outputs, per sample and per class.

    A sample's relevance is that for the output of its one class; statistics of a class are over its samples.
    Components are those of the layer's `ConceptExamples`, signed halves included.
    """

    layer: str
    method: str
    """'gradient', 'integrated_gradients', 'conductance' or 'lrp'."""
    classes: tuple[str, ...]
    outputs: Int[Tensor, " class"]
    """int64: index into the model's outputs."""
    mean: Float[Tensor, "class component"]
    """float32; NaN for a class without samples, as in `maximum`."""
    maximum: Float[Tensor, "class component"]
    share: Float[Tensor, "class component"]
    """The share of the class's positive relevance (negative ones count 0): rows sum to 1, or are 0 without any."""
    n_samples: Int[Tensor, " class"]
    sample_ids: Int[Tensor, " sample"]
    """int64, ascending: indices into the dataset, without broken images and samples without a class."""
    sample_classes: Int[Tensor, " sample"]
    """The row in `classes` whose output was attributed."""
    predicted: Int[Tensor, " sample"]
    """The index of the model's highest output; of a single one 0, or 1 unless it is above 0.5, a clear yes."""
    relevance: "Float[Tensor, 'sample component'] | Any"
    """float16; float32 where float16 would not hold the values, as in `scores`. A `SparseTable` for many latents."""
    scores: "Float[Tensor, 'sample component'] | Any"
    """float16; the activations, pooled like the layer's in the database."""
    output: str | int | None = None
    """The part of the model's output that was chosen: a name, a number or the hash of a function; None by default."""

    def __repr__(self) -> str:
        return (
            f"<Relevance of {self.layer} by {self.method}: {self.n_components:,} components for {len(self.classes):,} "
            f"classes{'' if self.output is None else f' of output {self.output!r}'}, over "
            f"{len(self.sample_ids):,} samples>"
        )

    @property
    def n_components(self) -> int:
        """The number of columns; signed halves count as components."""
        return self.mean.shape[1]

    def row(self, name: str) -> int:
        """The row of a class; raises ValueError with near names unless it was attributed."""
        if name not in self._rows:
            raise ValueError(f"there is no class {name!r}{did_you_mean(name, self.classes)}")
        return self._rows[name]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.classes)}

    def of(self, name: str | None) -> Float[Tensor, " component"]:
        """The mean relevance for a class, 0 without samples; for None the mean over classes with samples."""
        if name is not None:
            return self.mean[self.row(name)].nan_to_num()
        return self.mean[self.n_samples > 0].mean(0)


def relevance_to_tensors(relevance: Relevance) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Converts a layer's relevance to tensors and JSON."""
    tensors = {name: getattr(relevance, name).contiguous() for name in RELEVANCE_TENSORS}
    rest: dict[str, Any] = {name: getattr(relevance, name) for name in ("layer", "method", "output")}
    rest["classes"] = list(relevance.classes)
    for name in TABLES:
        tensors |= tensors_of(getattr(relevance, name), name)
    sparse = [name for name in TABLES if isinstance(getattr(relevance, name), SparseTable)]
    return tensors, rest | ({"sparse": sparse} if sparse else {})


def relevance_from_tensors(tensors: Mapping[str, Tensor], rest: Mapping[str, Any]) -> Relevance:
    """The inverse of `relevance_to_tensors`; raises KeyError for a missing entry."""
    return Relevance(
        layer=rest["layer"],
        method=rest["method"],
        output=rest["output"],
        classes=tuple(rest["classes"]),
        **{name: tensors[name] for name in RELEVANCE_TENSORS},
        **{name: _table(tensors, name) for name in TABLES},
    )


def _table(tensors: Mapping[str, Tensor], name: str) -> Any:
    if name in tensors:
        return tensors[name]
    parts = {part: tensors[f"{name}.{part}"] for part in SPARSE_TENSORS}
    return SparseTable(**parts, n_components=tensors["mean"].shape[1])
