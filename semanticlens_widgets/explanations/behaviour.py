"""Behavioural test of a requirement: the output of a class when a concept is pasted or removed, beside a control."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from jaxtyping import Float, Int
from PIL import Image
from torch import Tensor

from semanticlens_widgets._plain_text import table_text, wrapped
from semanticlens_widgets._result_html import Cell, Head, number, pictures, result_html, text
from semanticlens_widgets.explanations.steering import FEWEST
from semanticlens_widgets.images import thumbnail_webp
from semanticlens_widgets.tensors._bootstrap import mean_interval

_SHOWN = 2
"""Pictures of a trial in its display."""
_HEADS: tuple[Head, ...] = (
    ("Concept", "Below it: whether the class may rest on it, and the edit"),
    ("Outcome", "The output moves where the interval of the difference does not hold 0"),
    ("Difference", "Of the two changes; 95 % interval over images"),
    ("Change", "Mean change of the class's output by the edit; 95 % interval over images"),
    ("By control", "Mean change by the control"),
    ("Images", ""),
    ("Edited", "The first images with the edit"),
    ("Control", "The same with other content in its place and shape, or with the mask elsewhere"),
)


@dataclass(frozen=True, eq=False)
class Trial:
    """One concept, pasted on images or removed from them; the outputs of the class, one an image."""

    concept: str
    kind: str
    """'valid' or 'spurious'."""
    edit: str
    """'paste' or 'remove'."""
    sample_ids: Int[Tensor, " sample"]
    plain: Float[Tensor, " sample"]
    edited: Float[Tensor, " sample"]
    control: Float[Tensor, " sample"]
    """With other content in the same place and shape, or with the mask elsewhere."""
    pictures: Sequence[tuple[Image.Image, Image.Image]]
    """The first edited images with their controls, to look at."""

    @property
    def outcome(self) -> str:
        """'moves', 'not seen to move', or 'too few samples': below 10 there is no saying."""
        if len(self.plain) < FEWEST:
            return "too few samples"
        low, high = mean_interval(self.edited - self.control)
        return "not seen to move" if low <= 0 <= high else "moves"


@dataclass(frozen=True, eq=False)
class Behaviour:
    """Outputs of a class on images that concepts of its requirement were pasted on or removed from."""

    class_name: str
    trials: tuple[Trial, ...]
    left_out: tuple[str, ...]
    """Concepts that nothing was given to paste or remove for."""

    @property
    def table(self) -> pd.DataFrame:
        """One row a trial: concept, kind, edit, n_samples; change (mean of the output), low and high; control (its
        change); difference of the two, difference_low and difference_high; outcome.

        Intervals are of 95 %, by a bootstrap over images. The concept moves the output where that of the difference
        does not hold 0: other content in the same place does not do the same.
        """
        return pd.DataFrame([_row(trial) for trial in self.trials])

    def __repr__(self) -> str:
        said = "; ".join(f"{one.concept} ({one.edit}): {one.outcome}" for one in self.trials)
        return f"<Behaviour of {self.class_name!r}: {said}>"

    def __str__(self) -> str:
        names = ["concept", "kind", "edit", "n_samples", "change", "control", "outcome"]
        rows = [
            [f"{row[name]:+.3g}" if isinstance(row[name], float) else str(row[name]) for name in names]
            for row in self.table.to_dict("records")
        ]
        shown = table_text(f"Behaviour of {self.class_name}", names, rows)
        return f"{shown}\n{wrapped(self._missing)}" if self.left_out else shown

    @property
    def _missing(self) -> str:
        if not self.left_out:
            return ""
        return f"not tested, as there is nothing to paste: {', '.join(self.left_out)}"

    def _repr_html_(self) -> str:
        rows = zip(self.trials, self.table.to_dict("records"), strict=True)
        cells = [_cells(trial, row) for trial, row in rows]
        return result_html(f"Behaviour of {self.class_name}", _HEADS, cells, self._missing)


def _cells(trial: Trial, row: Mapping[Any, Any]) -> list[str | Cell]:
    form, some = "+.3g", trial.pictures[:_SHOWN]
    return [
        text(trial.concept, f"{trial.kind}, {trial.edit}"),
        trial.outcome,
        number(row["difference"], form, row["difference_low"], row["difference_high"]),
        number(row["change"], form, row["low"], row["high"]),
        number(row["control"], form),
        number(row["n_samples"], ","),
        pictures([thumbnail_webp(edited) for edited, _ in some], "Edited"),
        pictures([thumbnail_webp(control) for _, control in some], "Control"),
    ]


def _row(trial: Trial) -> dict[str, object]:
    change, control = trial.edited - trial.plain, trial.control - trial.plain
    low, high = mean_interval(change)
    difference_low, difference_high = mean_interval(change - control)
    return {
        "concept": trial.concept,
        "kind": trial.kind,
        "edit": trial.edit,
        "n_samples": len(change),
        "change": float(change.mean()),
        "low": low,
        "high": high,
        "control": float(control.mean()),
        "difference": float((change - control).mean()),
        "difference_low": difference_low,
        "difference_high": difference_high,
        "outcome": trial.outcome,
    }
