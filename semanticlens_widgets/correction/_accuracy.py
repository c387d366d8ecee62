"""Accuracy of a model: overall, class by class, and on any slice of the samples."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import torch
from jaxtyping import Bool, Int
from torch import Tensor

Z_95 = 1.959963984540054  # 97.5 % of a normal distribution lie below


@dataclass(frozen=True, eq=False)
class Accuracy:
    """A model's answers for every sample that has a class."""

    classes: tuple[str, ...]
    sample_ids: Int[Tensor, " sample"]
    """int64, ascending: indices into the images; without unreadable ones and those of no class."""
    sample_classes: Int[Tensor, " sample"]
    """Row in `classes`: the true class of the sample."""
    predicted: Int[Tensor, " sample"]
    """Index of the model's highest output."""
    correct: Bool[Tensor, " sample"]
    """True if that is an output of the sample's class."""

    @property
    def overall(self) -> float:
        """The share of correct samples, in [0, 1]; NaN when there are none."""
        return float(self.correct.double().mean())

    def on(self, samples: Sequence[int] | Tensor) -> "Accuracy":
        """The same on a slice: the samples with these ids, as far as they were evaluated."""
        inside = torch.isin(self.sample_ids, torch.as_tensor(samples, dtype=torch.int64))
        return Accuracy(
            self.classes,
            self.sample_ids[inside],
            self.sample_classes[inside],
            self.predicted[inside],
            self.correct[inside],
        )

    @property
    def table(self) -> pd.DataFrame:
        """One row a class: class, n_samples, accuracy, and low and high of its 95 % confidence interval (Wilson's)."""
        rows = [self.correct[self.sample_classes == row] for row in range(len(self.classes))]
        counted = [(int(row.sum()), len(row)) for row in rows]
        return pd.DataFrame(
            {
                "class": list(self.classes),
                "n_samples": [n for _, n in counted],
                "accuracy": [hits / n if n else math.nan for hits, n in counted],
                "low": [wilson(hits, n)[0] for hits, n in counted],
                "high": [wilson(hits, n)[1] for hits, n in counted],
            }
        )

    def __repr__(self) -> str:
        low, high = wilson(int(self.correct.sum()), len(self.correct))
        return (
            f"<Accuracy {self.overall:.1%} of {len(self.correct):,} samples, {len(self.classes):,} classes "
            f"(95 % confidence: {low:.1%} to {high:.1%})>"
        )


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share, NaN for no samples.

    E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, Journal of the American
    Statistical Association 22, 1927, doi 10.1080/01621459.1927.10502953.
    """
    if not n:
        return math.nan, math.nan
    share, z2 = hits / n, Z_95**2 / n
    middle = share + z2 / 2
    spread = Z_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n))
    return (middle - spread) / (1 + z2), (middle + spread) / (1 + z2)


def outputs_of(classes: Sequence[str] | Mapping[str, int | Sequence[int]]) -> dict[str, tuple[int, ...]]:
    """Class name -> the outputs that count as right; a list names the outputs in order.

    Raises ValueError for no class, a class without outputs, and names that occur twice; TypeError for other types.
    """
    if isinstance(classes, str) or not isinstance(classes, Sequence | Mapping):
        raise TypeError(f"classes must be a list of names or a dict from names to outputs, not {classes!r}")
    if not isinstance(classes, Mapping):
        named = dict(zip(classes, range(len(classes)), strict=True))
        if len(named) < len(classes):
            raise ValueError(
                "classes must differ, and some name occurs twice; give a dict from names to outputs"
            )
        classes = named
    outputs = {name: (some,) if isinstance(some, int) else tuple(some) for name, some in classes.items()}
    if not outputs or not all(outputs.values()):
        raise ValueError(f"classes must hold at least one class, each with an output, not {dict(classes)!r}")
    return outputs


def accuracy_of(
    outputs: Mapping[str, Sequence[int]], ids: Tensor, rows: Tensor, predicted: Tensor
) -> Accuracy:
    """The accuracy of predicted outputs; `rows`: the row of each sample's class among `outputs`."""
    right = [set(some) for some in outputs.values()]
    correct = [
        int(answer) in right[row] for answer, row in zip(predicted.tolist(), rows.tolist(), strict=True)
    ]
    return Accuracy(tuple(outputs), ids, rows, predicted, torch.tensor(correct, dtype=torch.bool))
