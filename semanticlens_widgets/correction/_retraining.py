"""List of samples to drop from the training data, to mask or to review, with reasons."""

import pandas as pd

from semanticlens_widgets._arguments import check_choice

ACTIONS = ("drop", "mask", "review")


def retraining_list(samples: pd.DataFrame, *, action: str = "drop", reason: str = "") -> pd.DataFrame:
    """One row a sample, the most relevant first: sample, name, label, action, n_components, relevance, reason.

    `samples` is what `lens.samples` gives: a row a component and sample. `relevance` is their sum over the
    components; `reason` is followed by the components and how far above the other samples each is driven.
    `.to_csv(path, index=False)` writes it. Raises ValueError for a table without the columns, or without rows.
    """
    check_choice("action", action, ACTIONS)
    missing = [name for name in ("sample", "component", "quantile", "relevance") if name not in samples]
    if missing or not len(samples):
        found = f"has no column {missing[0]!r}" if missing else "has no rows"
        raise ValueError(f"samples must be a table of lens.samples(components), and this one {found}")
    grouped = samples.sort_values("relevance", ascending=False, kind="stable").groupby("sample", sort=False)
    table = grouped.agg(
        name=("name", "first"),
        label=("label", "first"),
        n_components=("component", "nunique"),
        relevance=("relevance", "sum"),
    )
    table["reason"] = [_reason(reason, rows) for _, rows in grouped]
    table.insert(2, "action", action)
    return table.sort_values("relevance", ascending=False, kind="stable").reset_index()


def _reason(reason: str, rows: pd.DataFrame) -> str:
    driven = ", ".join(
        f"{component} (above {quantile:.1%} of the samples)"
        for component, quantile in zip(rows["component"], rows["quantile"], strict=True)
    )
    return f"{reason}: {driven}" if reason else driven
