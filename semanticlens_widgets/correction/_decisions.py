"""Decisions of a model, a yes or no to every class: one logit, or classes of which a sample may have several."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from semanticlens_widgets.correction._accuracy import wilson


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
        """One row a class: class, n_samples, n_present, accuracy, its low and high, sensitivity, specificity, auroc.

        `low` and `high` are the 95 % confidence interval of the accuracy (Wilson's). `sensitivity` is the share of yes
        among samples of the class, `specificity` that of no among the others; like `auroc` NaN where there are none.
        """
        right = self.correct.double()
        counted = [(int(hits), len(right)) for hits in right.sum(0)]
        columns = [
            (self.present[:, row], right[:, row], self.scores[:, row]) for row in range(len(self.classes))
        ]
        return pd.DataFrame(
            {
                "class": list(self.classes),
                "n_samples": [n for _, n in counted],
                "n_present": self.present.sum(0).tolist(),
                "accuracy": [hits / n if n else math.nan for hits, n in counted],
                "low": [wilson(hits, n)[0] for hits, n in counted],
                "high": [wilson(hits, n)[1] for hits, n in counted],
                "sensitivity": [float(hits[present].mean()) for present, hits, _ in columns],
                "specificity": [float(hits[~present].mean()) for present, hits, _ in columns],
                "auroc": [auroc(scores, present) for present, _, scores in columns],
            }
        )

    def __repr__(self) -> str:
        low, high = wilson(int(self.correct.sum()), self.correct.numel())
        return (
            f"<Decisions {self.overall:.1%} right of {len(self.sample_ids):,} samples x {len(self.classes):,} classes "
            f"(95 % confidence: {low:.1%} to {high:.1%}), threshold {self.threshold:g}>"
        )


def auroc(scores: Float[Tensor, " sample"], present: Bool[Tensor, " sample"]) -> float:
    """The share of pairs, one sample of the class and one other, that the score puts in order; a tie counts half.

    NaN without such a pair. Source: J. A. Hanley and B. J. McNeil, Radiology 143, 1982, doi
    10.1148/radiology.143.1.7063747.
    """
    n_present, n_absent = int(present.sum()), int((~present).sum())
    if not n_present or not n_absent:
        return math.nan
    _, rows, counts = scores.double().unique(return_inverse=True, return_counts=True)
    # The mean of the ranks that equal scores share.
    ranks = (counts.cumsum(0) - (counts - 1) / 2)[rows]
    return float((ranks[present].sum() - n_present * (n_present + 1) / 2) / (n_present * n_absent))


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
