"""Does the model decide for the right reasons? Requirements, held against the components that a class rests on."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, overload

import pandas as pd
import torch

from semanticlens_widgets._arguments import check_choice, check_new_file, check_texts, did_you_mean
from semanticlens_widgets._plain_text import table_text, wrapped
from semanticlens_widgets.analysis.audits.chance import JUDGED_WITHIN
from semanticlens_widgets.analysis.audits.changes.change import AuditChange, audit_change
from semanticlens_widgets.analysis.audits.json import audit_from_json, audit_to_json
from semanticlens_widgets.analysis.audits.report.ablation import Ablated
from semanticlens_widgets.analysis.audits.report.page import audit_fragment, audit_page
from semanticlens_widgets.analysis.audits.result import AuditResult
from semanticlens_widgets.analysis.audits.scatter import audit_scatter
from semanticlens_widgets.analysis.audits.tables import audit_summary, audit_table
from semanticlens_widgets.analysis.audits.verdicts import MAX_SPURIOUS, SPURIOUS, WORDS

if TYPE_CHECKING:
    import plotly.graph_objects as go

_PRINTED = 20
"""Classes in the printed text, the most spurious first."""


class Audit(AuditResult):
    """Result of an audit of one layer; `lens.audit` makes it."""

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a class and component, class by class, the component with the largest share first.

        Columns:
            class, component, layer, index.
            relevance: Mean over the class's samples.
            share: Of the class's positive relevance.
            valid_concept, spurious_concept: Of the class's concepts, the one that it answers to best; "" without any.
            valid_alignment, spurious_alignment: Cosine of the component with that concept.
            valid_z, spurious_z: The alignment in standard deviations above the component's alignment with unrelated
                words; for pictures, or a component, with as many random images of the lens. What random groups of
                images have in common is taken away first.
            valid_percentile, spurious_percentile: The share of random groups, of as many images of the lens as the
                component has examples, that answer less to that concept, in [0, 1]. With `within_class` the component
                may have two groups of examples: the better counts, after a correction for two tries.
            verdict: valid, spurious, ambiguous (both) or unexpected (neither): a component answers to a concept if its
                percentile reaches the `bar` of the class and its z-score the threshold.
            dead: True for a component without examples, whose score is the same for all images: it answers to nothing.
        """
        return audit_table(self)

    def summary(self, max_spurious: float = MAX_SPURIOUS) -> pd.DataFrame:
        """One row a class with the share of its positive relevance per verdict.

        Columns: class; valid, spurious, ambiguous, unexpected (they sum to 1, or are 0 for a class without positive
        relevance; unexpected is what the concepts do not explain), then the bounds of their 95 % intervals over the
        class's samples as valid_low, valid_high and so on (NaN for a single sample); dead, the part of unexpected that
        belongs to components without examples; n_samples; most_spurious (of the spurious components the one
        with the largest share, or ""); outcome ("passes" if the interval of the spurious share ends at most at
        `max_spurious`, "fails" if it begins above, else "undecided"; "too few samples" below 10); passed.
        """
        return audit_summary(self, checked_share(max_spurious))

    def passed(self, max_spurious: float = MAX_SPURIOUS) -> bool:
        """True if every class passes: the interval of its spurious share ends at most at `max_spurious`."""
        return set(self.outcomes(checked_share(max_spurious))) == {"passes"}

    def components_of(
        self, class_name: str | None = None, verdicts: str | Iterable[str] = ("spurious", "ambiguous")
    ) -> list[str]:
        """Names of the components with these verdicts that a class rests on, the largest share first.

        For `lens.ablation`, `lens.samples` and galleries in one step. With "unexpected", those that the concepts do not
        explain. Left out, the class is that with the most spurious relevance. Raises ValueError for a class that was
        not audited and for no verdict.
        """
        row, wanted = self._row(class_name), check_texts("verdicts", verdicts)
        for word in wanted:
            check_choice("verdict", word, WORDS)
        codes = torch.tensor([WORDS.index(word) for word in wanted])
        share = self.share[row].masked_fill(~torch.isin(self.verdicts[row], codes), 0.0)
        order = share.argsort(descending=True, stable=True).tolist()
        return [self.components[index] for index in order if share[index] > 0]

    def compare(self, after: "Audit") -> AuditChange:
        """The change to another audit of the same layer: shares of every class, and verdicts on its components.

        Raises ValueError when the audits are of different components or have no class in common.
        """
        return audit_change(self, after)

    def scatter(self, class_name: str | None = None) -> "go.Figure":
        """One class as a plotly figure: components by the z-scores of their best spurious and valid concept.

        Spurious is to the right, valid up. Area is the share of positive relevance; colour and symbol are the verdict.
        Left out, the class is that with the most spurious relevance. Raises ValueError for one that was not audited.
        """
        return audit_scatter(self, self._row(class_name))

    def _row(self, class_name: str | None) -> int:
        if class_name is None:
            return int(self.verdict_shares[:, SPURIOUS].argmax())
        if class_name not in self.classes:
            raise ValueError(f"there is no class {class_name!r}{did_you_mean(class_name, self.classes)}")
        return self.classes.index(class_name)

    @overload
    def to_html(
        self, path: None = None, *, max_spurious: float = MAX_SPURIOUS, ablation: Ablated | None = None
    ) -> str: ...
    @overload
    def to_html(
        self, path: str | Path, *, max_spurious: float = MAX_SPURIOUS, ablation: Ablated | None = None
    ) -> Path: ...
    def to_html(
        self,
        path: str | Path | None = None,
        *,
        max_spurious: float = MAX_SPURIOUS,
        ablation: Ablated | None = None,
    ) -> str | Path:
        """Writes the audit as a page that needs nothing else, and returns the path; without one, the page itself.

        It has the shares of every class with their intervals, the requirements, of the 20 worst
        classes the components with examples and the reasons for their verdicts, `evidence`, and an explanation of all
        terms. With `ablation`, the result of `lens.ablation`, it has the model's accuracy, and sensitivity, specificity
        and AUROC where outputs are judged one by one, before and without the components. It reads on a phone, prints on
        A4, and ends with the digest of the lens.
        """
        return _written(audit_page(self, checked_share(max_spurious), ablation), path)

    @overload
    def to_json(self, path: None = None) -> str: ...
    @overload
    def to_json(self, path: str | Path) -> Path: ...
    def to_json(self, path: str | Path | None = None) -> str | Path:
        """Writes the audit as JSON, and returns the path; without one, the text. `Audit.from_json` makes it again."""
        return _written(audit_to_json(self), path)

    @classmethod
    def from_json(cls, source: str | Path) -> "Audit":
        """The audit of a file, or of a text that begins with "{"; it has no pictures.

        Raises ValueError for what is no audit, is damaged or of a newer version, OSError for a file that is not there.
        """
        is_text = isinstance(source, str) and source.lstrip().startswith("{")
        return cls(**audit_from_json(str(source) if is_text else Path(source).read_text(encoding="utf-8")))

    def _repr_html_(self) -> str:
        return audit_fragment(self, MAX_SPURIOUS)

    def __str__(self) -> str:
        table = audit_summary(self, MAX_SPURIOUS).sort_values("spurious", ascending=False, kind="stable")
        rows = [
            [
                str(row["class"]),
                str(row["outcome"]),
                *(f"{row[word]:.0%}" for word in WORDS),
                f"{row['n_samples']:,}",
            ]
            for _, row in table.head(_PRINTED).iterrows()
        ]
        title = f"Audit of {self.layer}: shares of relevance by {self.method}, {len(self.components):,} components"
        table = table_text(
            title, ["class", "outcome", *WORDS, "samples"], rows, max(0, len(self.classes) - _PRINTED)
        )
        within = [JUDGED_WITHIN] if self.within_class else []
        return "\n".join([table, *map(wrapped, [*within, *self.caveats])])

    def __repr__(self) -> str:
        worst = float(self.verdict_shares[:, SPURIOUS].max())
        return (
            f"<Audit of {self.layer}: {len(self.classes):,} class{'es' if len(self.classes) != 1 else ''}, "
            f"{len(self.components):,} components; "
            f"at most {worst:.1%} of a class's relevance is spurious"
            f"{'; judged within each class too' if self.within_class else ''}>"
        )


def checked_share(max_spurious: float) -> float:
    """The share; raises ValueError for what is none."""
    if not isinstance(max_spurious, int | float) or not 0 <= max_spurious <= 1:
        raise ValueError(f"max_spurious is a share from 0 to 1, not {max_spurious!r}; write 0.1 for 10 %")
    return float(max_spurious)


def _written(text: str, path: str | Path | None) -> str | Path:
    if path is None:
        return text
    file = check_new_file("path", path)
    file.write_text(text, encoding="utf-8")
    return file
