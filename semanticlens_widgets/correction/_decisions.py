"""Decisions of a model, a yes or no to every class: one logit, or classes of which a sample may have several."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from semanticlens_widgets.correction._accuracy import wilson
from semanticlens_widgets.correction._auroc import auroc, auroc_interval

MEASURES = ("sensitivity", "specificity", "auroc")
"""Those besides the accuracy."""


@dataclass(frozen=True, eq=False)
class Decisions:
    """A model's answers to "is it of this class?", for every labelled sample and every class."""

    classes: tuple[str, ...]
    sample_ids: Int[Tensor, " sample"]
    """int64, ascending: indices into the images; without unreadable ones and those whose labels are not known."""
    present: Bool[Tensor, "sample class"]
    """True if the sample has the label."""
    scores: Float[Tensor, "sample class"]
    """The class's output; the highest where it has several."""
    threshold: float
    """Above it the answer is yes."""

    @property
    def predicted(self) -> Bool[Tensor, "sample class"]:
        """The model's answers."""
        return self.scores > self.threshold

    @property
    def correct(self) -> Bool[Tensor, "sample class"]:
        """True for a right answer."""
        return self.predicted == self.present

    @property
    def overall(self) -> float:
        """The share of right answers over all samples and classes, in [0, 1]; NaN when there are none."""
        return float(self.correct.double().mean())

    def on(self, samples: Sequence[int] | Tensor) -> "Decisions":
        """The same on a slice: the samples with these ids, as far as they were evaluated."""
        inside = torch.isin(self.sample_ids, torch.as_tensor(samples, dtype=torch.int64))
        parts = (part[inside] for part in (self.sample_ids, self.present, self.scores))
        return Decisions(self.classes, *parts, threshold=self.threshold)

    @property
    def table(self) -> pd.DataFrame:
        """One row a class: class, n_samples, n_present, accuracy, sensitivity, specificity, auroc, with intervals.

        `sensitivity` is the share of yes among samples of the class, `specificity` that of no among the others, `auroc`
        the share of pairs, one sample of the class and one other, that the output puts in order; NaN where there are
        none. `low` and `high` are the 95 % confidence interval of the accuracy, `sensitivity_low` and so on those of
        the others: Wilson's for shares, Newcombe's for `auroc`.
        """
        return pd.DataFrame([self._row(row, name) for row, name in enumerate(self.classes)])

    def _row(self, row: int, name: str) -> dict[str, Any]:
        present, correct = self.present[:, row], self.correct[:, row]
        area = auroc(self.scores[:, row], present)
        n_present, n_absent = int(present.sum()), int((~present).sum())
        return {
            "class": name,
            "n_samples": len(present),
            "n_present": n_present,
            **_share("accuracy", correct, ("low", "high")),
            **_share("sensitivity", correct[present]),
            **_share("specificity", correct[~present]),
            "auroc": area,
            **dict(zip(_bounds("auroc"), auroc_interval(area, n_present, n_absent), strict=True)),
        }

    def __repr__(self) -> str:
        low, high = wilson(int(self.correct.sum()), self.correct.numel())
        return (
            f"<Decisions {self.overall:.1%} right of {len(self.sample_ids):,} samples x {len(self.classes):,} classes "
            f"(95 % confidence: {low:.1%} to {high:.1%}), threshold {self.threshold:g}>"
        )


def _bounds(name: str) -> tuple[str, str]:
    return f"{name}_low", f"{name}_high"


def _share(
    name: str, correct: Bool[Tensor, " sample"], bounds: tuple[str, str] | None = None
) -> dict[str, float]:
    """The share of right answers with its interval; NaN for no samples."""
    hits, n = int(correct.sum()), len(correct)
    interval = zip(bounds or _bounds(name), wilson(hits, n), strict=True)
    return {name: hits / n if n else math.nan, **dict(interval)}


def chosen_threshold(threshold: float | None, scores: Tensor) -> float:
    """The threshold as given; without one 0, the middle of a logit.

    Raises ValueError where all scores lie in [0, 1], so that they may be probabilities.
    """
    if threshold is not None:
        return float(threshold)
    if len(scores) and bool(((scores >= 0) & (scores <= 1)).all()):
        raise ValueError(
            "the model's outputs all lie in 0 to 1, so they may be probabilities or logits: pass threshold=0.5 for "
            "probabilities (the model ends in a sigmoid), threshold=0 for logits"
        )
    return 0.0
