"""Effect of taking components out of the model: every measure before and after, beside as many random ones."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any, Protocol

import pandas as pd
from torch import Tensor

from semanticlens_widgets._texts import escape, interval
from semanticlens_widgets.analysis.audits.report.parts import cell, counted, heads, number

_CLASSES, _NAMES = 20, 40
MEANINGS = {
    "accuracy": "The share of samples that are judged rightly.",
    "sensitivity": "Of the samples of the class, the share that the model says yes to.",
    "specificity": "Of all other samples, the share that the model says no to.",
    "AUROC": "Of all pairs of a sample of the class and another, the share in which the model's output is higher for "
    "the one of the class: 50% is chance. It does not depend on the threshold.",
}
"""Measures of a model's answers, for readers who do not know them."""


class Ablated(Protocol):
    """The parts of an ablation that a report shows, as `lens.ablation` gives them."""

    @property
    def components(self) -> Mapping[str, Collection[int | str] | Tensor]:
        """Layer -> its components that were taken out."""
        ...

    @property
    def random(self) -> Sequence[object]:
        """One result a draw of random components."""
        ...

    @property
    def measures(self) -> pd.DataFrame:
        """One row a class and measure."""
        ...


def ablation_section(ablation: Ablated | None) -> str:
    """The section; "" without an ablation."""
    if ablation is None:
        return ""
    table, names = ablation.measures, _names(ablation)
    words = [_word(name) for name in table["measure"].unique()]
    terms = "".join(f"<dt>{word[0].upper()}{word[1:]}</dt><dd>{MEANINGS[word]}</dd>" for word in words)
    return (
        f"<section><h2>Model without {counted(len(names), 'component')}</h2><p>{_listed(names)}</p>"
        f"{_table(table, len(ablation.random))}<dl>{terms}</dl></section>"
    )


def _names(ablation: Ablated) -> list[str]:
    return [
        _name(layer, component)
        for layer, some in ablation.components.items()
        for component in _listed_in(some)
    ]


def _listed_in(components: Collection[int | str] | Tensor) -> Collection[int | str]:
    return components.tolist() if isinstance(components, Tensor) else components


def _name(layer: str, component: int | str) -> str:
    whole = isinstance(component, str) and component.startswith(f"{layer}:")
    return str(component) if whole else f"{layer}:{component}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES:,} more" if len(names) > _NAMES else ""
    return f"{escape(', '.join(names[:_NAMES]))}{more}"


def _table(table: pd.DataFrame, n_draws: int) -> str:
    classes, overall = table[:-1], table[-1:].assign(**{"class": "all classes"})
    change = (classes["after"] - classes["before"]).abs().groupby(classes["class"], sort=False).max()
    shown = change.sort_values(ascending=False, kind="stable").index[:_CLASSES]
    rows = pd.concat([overall, *(classes[classes["class"] == name] for name in shown)])
    rest = f", the {_CLASSES} classes that change most" if len(change) > _CLASSES else ""
    names = ("Class", "Measure", "Before", "Without", "Change", "Random", "Samples")
    return (
        "<table><caption>The model's answers before and without the components, with 95% confidence intervals"
        f"{rest}. Random: without as many others of similar relevance, the mean of {counted(n_draws, 'draw')}."
        f"</caption>{heads(*names, numbers=frozenset(names[2:]))}<tbody>"
        f"{''.join(map(_row, rows.to_dict('records')))}</tbody></table>"
    )


def _row(row: Mapping[Hashable, Any]) -> str:
    points = 100 * (row["after"] - row["before"])
    return (
        f'<tr><th scope="row">{escape(row["class"])}</th>{cell(_word(row["measure"]), "measure")}'
        f"{_share(row, 'before')}{_share(row, 'after', 'without')}"
        f"{number('–' if points != points else f'{points:+.1f}', 'change in points')}"
        f"{number(_percent(row['random']), 'random')}{number(format(row['n_samples'], ','), 'samples')}</tr>"
    )


def _share(row: Mapping[Hashable, Any], when: str, of: str = "") -> str:
    bounds = interval(row[f"{when}_low"], row[f"{when}_high"], ".0%")
    return number(f"{_percent(row[when])}<br><small>{bounds}</small>", of or when)


def _percent(share: float) -> str:
    return "–" if share != share else f"{share:.1%}"


def _word(measure: str) -> str:
    return "AUROC" if measure == "auroc" else measure
