"""Results of steering: predictions and accuracies before and after, and gaps of classes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Int
from torch import Tensor

from semanticlens_widgets._plain_text import table_text
from semanticlens_widgets._result_html import Head, number, result_html
from semanticlens_widgets.correction import Accuracy, Decisions, wilson
from semanticlens_widgets.explanations.prediction import Prediction

Z = 1.959963984540054
"""97.5 % of a normal distribution lie below."""
FEWEST = 10
"""Samples on each side, below which a gap is not told from chance."""

_INTERVAL = "Wilson's 95 % interval"
_PREDICTED: tuple[Head, ...] = (
    ("Class", ""),
    ("Before", "Probability by the model as it is"),
    ("After", "Probability by the steered model"),
    ("Output before", ""),
    ("Output after", ""),
)
_SLICE: tuple[Head, ...] = (
    ("Class", ""),
    ("Images", ""),
    ("Before", f"Accuracy of the model as it is; {_INTERVAL}"),
    ("After", f"Accuracy of the steered model; {_INTERVAL}"),
    ("Change", "Agresti and Min's 95 % interval for the same images twice"),
)
_GAP: tuple[Head, ...] = (
    ("Model", ""),
    ("Concept", "Whether it is present on the images"),
    ("Images", ""),
    ("Accuracy", f"{_INTERVAL}; of the gap Newcombe's"),
)


@dataclass(frozen=True, eq=False)
class SteeredPrediction:
    """The prediction for one image, with the model as it is and as it is steered."""

    factors: Mapping[str, float]
    before: Prediction
    after: Prediction

    def table(self, top: int = 5) -> pd.DataFrame:
        """The `top` classes that are highest before or after: class, output, value and probability before and after."""
        highest = torch.maximum(self.before.probabilities, self.after.probabilities)
        order = highest.argsort(descending=True, stable=True)[:top]
        columns: dict[str, object] = {
            "class": [self.before.names[output] for output in order.tolist()],
            "output": order.numpy(),
        }
        for when, one in (("before", self.before), ("after", self.after)):
            columns |= {
                f"value_{when}": one.outputs[order].numpy(),
                f"probability_{when}": one.probabilities[order].numpy(),
            }
        return pd.DataFrame(columns)

    def __repr__(self) -> str:
        return f"<SteeredPrediction {self.before!r} -> {self.after!r}>"

    def _repr_html_(self) -> str:
        rows = [
            [
                row["class"],
                *(number(row[f"probability_{when}"], ".1%") for when in ("before", "after")),
                *(number(row[f"value_{when}"], ".3g") for when in ("before", "after")),
            ]
            for row in self.table().to_dict("records")
        ]
        return result_html(_steered(self.factors), _PREDICTED, rows)


@dataclass(frozen=True, eq=False)
class SteeredAccuracy:
    """The accuracy on a slice of the images, with the model as it is and as it is steered."""

    factors: Mapping[str, float]
    before: Accuracy | Decisions
    after: Accuracy | Decisions

    @property
    def table(self) -> pd.DataFrame:
        """One row a class that has samples, and one for all.

        Columns: class, n_samples (of decisions: answers), before and after with their 95 % intervals _low and _high
        (Wilson's), change and its interval (see `matched_interval`).
        """
        rows = [(name, *self._right(row)) for row, name in enumerate(self.before.classes)]
        every = ("all", self.before.correct.flatten(), self.after.correct.flatten())
        return pd.DataFrame([_row(*each) for each in [*rows, every] if len(each[1])])

    def _right(self, row: int) -> tuple[Bool[Tensor, " sample"], Bool[Tensor, " sample"]]:
        if isinstance(self.before, Accuracy):
            own = self.before.sample_classes == row
            return self.before.correct[own], self.after.correct[own]
        return self.before.correct[:, row], self.after.correct[:, row]

    def __repr__(self) -> str:
        return (
            f"<SteeredAccuracy {self.before.overall:.1%} -> {self.after.overall:.1%}, "
            f"{len(self.before.sample_ids):,} samples>"
        )

    def _repr_html_(self) -> str:
        forms = {"before": ".1%", "after": ".1%", "change": "+.1%"}
        rows = [
            [
                row["class"],
                number(row["n_samples"], ","),
                *(
                    number(row[name], form, row[f"{name}_low"], row[f"{name}_high"])
                    for name, form in forms.items()
                ),
            ]
            for row in self.table.to_dict("records")
        ]
        return result_html(_steered(self.factors), _SLICE, rows)


@dataclass(frozen=True, eq=False)
class Gap:
    """The accuracy of a class with and without a concept present."""

    class_name: str
    sample_ids: Int[Tensor, " sample"]
    """The samples of the class that were evaluated."""
    present: Bool[Tensor, " sample"]
    """True where the concept is present."""
    correct: Bool[Tensor, " sample"]
    steered: Bool[Tensor, " sample"] | None = None
    """The right answers of the steered model."""

    @property
    def table(self) -> pd.DataFrame:
        """The rows present, absent and gap, and the same of the steered model.

        Columns: model ("as it is" or "steered"), concept, n_samples, accuracy, and low and high of its 95 % interval:
        Wilson's, and of the gap Newcombe's (see `difference_interval`).
        """
        answers = {"as it is": self.correct} | ({} if self.steered is None else {"steered": self.steered})
        rows = []
        for model, right in answers.items():
            sides = [(int(right[side].sum()), int(side.sum())) for side in (self.present, ~self.present)]
            for concept, (hits, n) in zip(("present", "absent"), sides, strict=True):
                rows.append((model, concept, n, hits / n, *wilson(hits, n)))
            rows.append((model, "gap", len(right), *difference_interval(*sides[0], *sides[1])))
        return pd.DataFrame(rows, columns=["model", "concept", "n_samples", "accuracy", "low", "high"])

    @property
    def outcome(self) -> str:
        """One sentence: the gap differs from 0, or cannot be told from it, or there are too few samples."""
        _, gap, low, high = self.table.loc[2, ["concept", "accuracy", "low", "high"]]
        fewest = min(int(self.present.sum()), int((~self.present).sum()))
        if fewest < FEWEST:
            return f"too few samples to tell ({fewest} on one side, {FEWEST} are needed)"
        if low <= 0 <= high:
            return f"no gap is to be seen: {gap:+.1%} ({low:+.1%} to {high:+.1%})"
        often = "more" if gap > 0 else "less"
        return f"with the concept the class is found {often} often: {gap:+.1%} ({low:+.1%} to {high:+.1%})"

    def __repr__(self) -> str:
        return f"<Gap of {self.class_name!r}: {self.outcome}>"

    def __str__(self) -> str:
        names = [str(name) for name in self.table]
        rows = [[_cell(row[name]) for name in names] for row in self.table.to_dict("records")]
        return table_text(f"{self.class_name}: {self.outcome}", names, rows)

    def _repr_html_(self) -> str:
        rows = [
            [
                row["model"],
                row["concept"],
                number(row["n_samples"], ","),
                number(
                    row["accuracy"], "+.1%" if row["concept"] == "gap" else ".1%", row["low"], row["high"]
                ),
            ]
            for row in self.table.to_dict("records")
        ]
        return result_html(f"{self.class_name}: {self.outcome}", _GAP, rows)


def matched_interval(before: Bool[Tensor, " sample"], after: Bool[Tensor, " sample"]) -> tuple[float, float]:
    """The 95 % interval of the change of a share over the same samples; NaN for none.

    A. Agresti and Y. Min, *Simple improved confidence intervals for comparing matched proportions*, Statistics in
    Medicine 24, 2005, doi 10.1002/sim.1781: half a sample is added to each of the four kinds.
    """
    if not len(before):
        return math.nan, math.nan
    lost, won = float((before & ~after).sum()) + 0.5, float((~before & after).sum()) + 0.5
    n = len(before) + 2
    spread = Z * math.sqrt(lost + won - (won - lost) ** 2 / n) / n
    return (won - lost) / n - spread, (won - lost) / n + spread


def difference_interval(hits: int, n: int, other_hits: int, other_n: int) -> tuple[float, float, float]:
    """The difference of two shares of different samples, and low and high of its 95 % interval.

    R. G. Newcombe, *Interval estimation for the difference between independent proportions*, Statistics in Medicine 17,
    1998, doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, method 10.
    """
    if not n or not other_n:
        return math.nan, math.nan, math.nan
    share, other = hits / n, other_hits / other_n
    (low, high), (other_low, other_high) = wilson(hits, n), wilson(other_hits, other_n)
    gap = share - other
    return (
        gap,
        gap - math.hypot(share - low, other_high - other),
        gap + math.hypot(high - share, other - other_low),
    )


def _row(name: str, before: Bool[Tensor, " sample"], after: Bool[Tensor, " sample"]) -> dict[str, object]:
    n, row = len(before), {"class": name, "n_samples": len(before)}
    for when, right in (("before", before), ("after", after)):
        low, high = wilson(int(right.sum()), n)
        row |= {when: float(right.double().mean()), f"{when}_low": low, f"{when}_high": high}
    low, high = matched_interval(before, after)
    return row | {"change": row["after"] - row["before"], "change_low": low, "change_high": high}


def _steered(factors: Mapping[str, float]) -> str:
    return ", ".join(f"{name} × {factor:g}" for name, factor in factors.items())


def _cell(value: object) -> str:
    return f"{value:.1%}" if isinstance(value, float | np.floating) else str(value)
