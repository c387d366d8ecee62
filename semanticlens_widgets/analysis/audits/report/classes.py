"""Table of the classes of an audit: outcome, shares per verdict with their intervals, samples."""

import pandas as pd

from semanticlens_widgets._texts import escape
from semanticlens_widgets.analysis.audits.report.parts import (
    BY_WORD,
    ON_BAR,
    cell,
    counted,
    heads,
    mark,
    number,
    share,
    share_bar,
)
from semanticlens_widgets.analysis.audits.verdicts import FEWEST_SAMPLES

_ORDER = ("fails", "undecided", "too few samples", "passes")


def outcomes_in_words(summary: pd.DataFrame, max_spurious: float) -> str:
    """The number of classes of every outcome, and the rule."""
    counts = summary["outcome"].value_counts(sort=False)
    others = ", ".join(f"{n:,} {outcome}" for outcome, n in counts.items() if outcome != "passes")
    return (
        f"{int(summary['passed'].sum()):,} of {counted(len(summary), 'class', 'classes')} "
        f"{'pass' if len(summary) != 1 else 'passes'}{f' ({others})' if others else ''}. A class passes if with 95% "
        f"confidence at most {max_spurious:.0%} of its relevance is spurious, and fails if more is; below "
        f"{FEWEST_SAMPLES} samples it does neither."
    )


def worst_first(summary: pd.DataFrame) -> pd.DataFrame:
    """The classes that fail, then those that are undecided or have too few samples, then those that pass."""
    rank = summary["outcome"].map(_ORDER.index)
    order = summary.assign(rank=rank, share=-summary["spurious"]).sort_values(
        ["rank", "share"], kind="stable"
    )
    return summary.loc[order.index]


def class_table(summary: pd.DataFrame, max_spurious: float) -> str:
    """One row a class, the worst first."""
    rows = "".join(_row(row, max_spurious) for row in worst_first(summary).to_dict("records"))
    marks = [mark(BY_WORD[word]) for word in ON_BAR]
    names = ("Class", "Outcome", "Relevance", *marks, "Samples", "Most spurious")
    return (
        "<table><caption>Shares of each class's positive relevance by verdict, with 95% intervals over its samples: "
        "– for a single one. "
        f"The line below a bar is the interval of the spurious share, the dotted line the limit of {max_spurious:.0%}."
        f"</caption>{heads(*names, numbers=frozenset([*marks, 'Samples']))}<tbody>{rows}</tbody></table>"
    )


def _row(row: dict, max_spurious: float) -> str:
    outcome = row["outcome"] if row["passed"] else f"<b>{row['outcome']}</b>"
    shares = "".join(share(row, word, word) for word in ON_BAR)
    return (
        f'<tr><th scope="row">{escape(row["class"])}</th>{cell(outcome, also="slw-outcome")}'
        f"{cell(share_bar(row, max_spurious), also='slw-wide')}{shares}"
        f"{number(format(row['n_samples'], ','), 'samples')}{cell(escape(row['most_spurious']), 'most spurious')}</tr>"
    )
