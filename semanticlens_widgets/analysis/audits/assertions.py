"""An audit as a test: it fails, and says why, when a class rests on what it must not rest on."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import torch

from semanticlens_widgets._texts import interval, isolated
from semanticlens_widgets.analysis.audits.audit import MAX_SPURIOUS, Audit, checked_share
from semanticlens_widgets.analysis.audits.report.parts import counted
from semanticlens_widgets.analysis.audits.verdicts import FEWEST_SAMPLES, SPURIOUS

_HEADS = {
    "fails": "rest on spurious components of {layer} for more than {0:.1%} of their relevance",
    "undecided": (
        "may or may not rest on spurious components of {layer} for more than {0:.1%} of their relevance: attribute "
        "more samples of them"
    ),
    "too few samples": (
        f"have fewer than {FEWEST_SAMPLES} samples, which are too few to say: attribute more, or leave them out"
    ),
}
_SHOWN = 5
"""Components named per class: with more, nobody reads the message."""


@runtime_checkable
class Auditable(Protocol):
    """A lens."""

    def audit(
        self,
        requirements: object,
        *,
        layer: str | None = None,
        threshold: float | None = None,
        templates: Sequence[str] | None = None,
        within_class: bool = False,
    ) -> Audit:
        """The audit of one layer."""
        ...


def assert_audit(
    lens: Auditable,
    requirements: object,
    max_spurious: float = MAX_SPURIOUS,
    *,
    layer: str | None = None,
    threshold: float | None = None,
    templates: Sequence[str] | None = None,
    within_class: bool = False,
) -> Audit:
    """The audit, as from `lens.audit`, when every class passes: at most `max_spurious` of its relevance is spurious.

    A class passes with 95 % confidence: one whose interval crosses the limit, or that has fewer than 10 samples, does
    not. Raises AssertionError otherwise: it names the classes, the components, and the concepts that these answer to.
    """
    checked_share(max_spurious)
    if not hasattr(lens, "audit"):
        raise TypeError(
            f"lens must be a lens, not {lens!r}; an audit itself says it: audit.passed(max_spurious)"
        )
    audit = lens.audit(
        requirements, layer=layer, threshold=threshold, templates=templates, within_class=within_class
    )
    if not audit.passed(max_spurious):
        raise AssertionError(failures(audit, max_spurious))
    return audit


def failures(audit: Audit, max_spurious: float = MAX_SPURIOUS) -> str:
    """Message of a failed audit: what fails, the worst class first, with its most relevant spurious components."""
    outcomes = audit.outcomes(max_spurious)
    shares = audit.verdict_shares[:, SPURIOUS]
    lines = []
    for word, head in _HEADS.items():
        order = [row for row in shares.argsort(descending=True).tolist() if outcomes[row] == word]
        if order:
            lines.append(
                f"{len(order):,} of {len(audit.classes):,} classes {head.format(max_spurious, layer=audit.layer)}"
            )
            lines += [line for row in order for line in _of_class(audit, row)]
    return "\n".join(lines)


def _of_class(audit: Audit, row: int) -> list[str]:
    share = audit.share[row].masked_fill(audit.verdicts[row] != SPURIOUS, 0.0)
    order = [index for index in share.argsort(descending=True, stable=True).tolist() if share[index] > 0]
    total, (low, high) = float(audit.verdict_shares[row, SPURIOUS]), audit.intervals[row, SPURIOUS].tolist()
    over = f"({interval(low, high, '.1%')}, {counted(int(audit.n_samples[row]), 'sample')})"
    lines = [
        f"  class {isolated(repr(audit.classes[row]))}: {total:.1%} {over}{', of these' if order else ''}"
    ]
    lines += [_of_component(audit, row, index) for index in order[:_SHOWN]]
    rest = float(share[torch.tensor(order[_SHOWN:], dtype=torch.int64)].sum())
    return [*lines, f"    {rest:.1%} by {len(order) - _SHOWN:,} more"] if len(order) > _SHOWN else lines


def _of_component(audit: Audit, row: int, index: int) -> str:
    best = audit.best_spurious
    concept = audit.answers.names[int(best.concept[row, index])]
    z_score, percentile = float(best.z_score[row, index]), float(best.percentile[row, index])
    return (
        f"    {float(audit.share[row, index]):.1%} by {audit.components[index]}, which answers to "
        f"{isolated(repr(concept))} (z = {z_score:.1f}, above {percentile:.1%} of random groups of images)"
    )
