"""Measures of a model's answers class by class, each with its interval, and how an ablation changes them."""

from collections.abc import Sequence

import pandas as pd

from semanticlens_widgets.correction._accuracy import Accuracy, wilson
from semanticlens_widgets.correction._decisions import MEASURES, Decisions

ALL = "all"
"""Name of the row of all classes, which has an accuracy alone."""
_BOUNDS = ("low", "high")


def measures(found: Accuracy | Decisions) -> pd.DataFrame:
    """One row a class and measure, then one for all classes: class, measure, n_samples, value, low, high."""
    table = found.table
    names = ("accuracy", *MEASURES) if isinstance(found, Decisions) else ("accuracy",)
    rows = [
        (row["class"], name, row["n_samples"], row[name], *(row[_bound_of(name, end)] for end in _BOUNDS))
        for row in table.to_dict("records")
        for name in names
    ]
    low, high = wilson(int(found.correct.sum()), found.correct.numel())
    rows.append((ALL, "accuracy", len(found.sample_ids), found.overall, low, high))
    return pd.DataFrame(rows, columns=["class", "measure", "n_samples", "value", *_BOUNDS])


def changes(
    before: Accuracy | Decisions, after: Accuracy | Decisions, random: Sequence[Accuracy | Decisions]
) -> pd.DataFrame:
    """As `Ablation.measures`."""
    old, new = measures(before), measures(after)
    draws = pd.concat([measures(one)["value"] for one in random], axis=1)
    return pd.DataFrame(
        {
            **{name: old[name] for name in ("class", "measure", "n_samples")},
            **{
                _named(when, name): one[name]
                for when, one in (("before", old), ("after", new))
                for name in _VALUES
            },
            "random": draws.mean(axis=1, skipna=False),
        }
    )


_VALUES = ("value", *_BOUNDS)


def _named(when: str, name: str) -> str:
    return when if name == "value" else f"{when}_{name}"


def _bound_of(name: str, end: str) -> str:
    return end if name == "accuracy" else f"{name}_{end}"
