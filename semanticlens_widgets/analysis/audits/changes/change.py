"""Two audits of one layer, before and after: of a correction, of other requirements, of more training."""

from dataclasses import dataclass

import pandas as pd

from semanticlens_widgets._plain_text import wrapped
from semanticlens_widgets._texts import visible
from semanticlens_widgets.analysis.audits.changes.differences import setting_differences
from semanticlens_widgets.analysis.audits.report.change import change_fragment
from semanticlens_widgets.analysis.audits.result import AuditResult
from semanticlens_widgets.analysis.audits.tables import audit_summary, audit_table
from semanticlens_widgets.analysis.audits.verdicts import MAX_SPURIOUS, WORDS

_LINES = 20
"""Classes in the text of a change."""


@dataclass(frozen=True, eq=False)
class AuditChange:
    """The difference between two audits, for the classes that both have."""

    before: AuditResult
    after: AuditResult
    classes: pd.DataFrame
    """One row a class: class, and for every verdict its share as <verdict>_before, _after and _change."""
    components: pd.DataFrame
    """One row a class and component with another verdict, class by class, the larger share first.

    Columns: class, component, layer, index, share_before, share_after, verdict_before, verdict_after.
    """

    def __repr__(self) -> str:
        before, after = _summaries(self.before, self.after)
        n = len(self.components)
        lines = [f"<AuditChange of {self.after.layer}: {n:,} verdict{'s' if n != 1 else ''} changed>"]
        width = max(map(len, after["class"][:_LINES]))
        for old, new in zip(before.to_dict("records")[:_LINES], after.to_dict("records"), strict=False):
            shares = f"spurious {old['spurious']:.1%} -> {new['spurious']:.1%}"
            lines.append(f"{visible(new['class']):<{width}}  {shares}, {old['outcome']} -> {new['outcome']}")
        more = len(after) - _LINES
        rest = [f"and {more:,} more classes"] if more > 0 else []
        return "\n".join([*lines, *rest, *([wrapped(self.differences)] if self.differences else [])])

    def _repr_html_(self) -> str:
        before, after = _summaries(self.before, self.after)
        return change_fragment(
            self.after.layer, before, after, self.components, MAX_SPURIOUS, self.differences
        )

    @property
    def differences(self) -> str:
        """One sentence that names every setting, requirement and part of the lens in which they differ; "" for none."""
        return setting_differences(self.before, self.after)


def audit_change(before: AuditResult, after: AuditResult) -> AuditChange:
    """Raises ValueError for audits of different layers or components, or without a class in common."""
    if not isinstance(after, AuditResult):
        raise TypeError(f"after must be an audit, not {after!r}; make one with lens.audit(...)")
    if before.components != after.components:
        raise ValueError(
            f"the audits are of different components ({before.layer} with {len(before.components):,}, {after.layer} "
            f"with {len(after.components):,}); audit the same layer"
        )
    if not set(before.classes) & set(after.classes):
        raise ValueError("the audits have no class in common; audit the same classes")
    return AuditChange(before, after, _classes(before, after), _components(before, after))


def _summaries(before: AuditResult, after: AuditResult) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The summaries of both audits for the classes that both have, in the order of `before`."""
    found = [audit_summary(one, MAX_SPURIOUS).set_index("class", drop=False) for one in (before, after)]
    both = [name for name in before.classes if name in set(after.classes)]
    old, new = (one.loc[both].reset_index(drop=True) for one in found)
    return old, new


def _classes(before: AuditResult, after: AuditResult) -> pd.DataFrame:
    shares = [one[["class", *WORDS]] for one in _summaries(before, after)]
    both = shares[0].merge(shares[1], on="class", suffixes=("_before", "_after"))
    columns = ["class"]
    for word in WORDS:
        both[f"{word}_change"] = both[f"{word}_after"] - both[f"{word}_before"]
        columns += [f"{word}_{when}" for when in ("before", "after", "change")]
    return both[columns]


def _components(before: AuditResult, after: AuditResult) -> pd.DataFrame:
    keys = ["class", "component", "layer", "index"]
    tables = [audit_table(one)[[*keys, "share", "verdict"]] for one in (before, after)]
    both = tables[0].merge(tables[1], on=keys, suffixes=("_before", "_after"))
    both = both[both["verdict_before"] != both["verdict_after"]]
    place = {name: row for row, name in enumerate(before.classes)}
    order = both.assign(
        place=both["class"].map(place), largest=-both[["share_before", "share_after"]].max(axis=1)
    )
    rows = order.sort_values(["place", "largest", "index"]).index
    columns = [f"{name}_{when}" for name in ("share", "verdict") for when in ("before", "after")]
    return both.loc[rows, [*keys, *columns]].reset_index(drop=True)
