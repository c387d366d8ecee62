"""Shares of relevance per class and verdict, computed once until the concepts of the class change."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from semanticlens_widgets.analysis import Audit, Requirement, requirement_of_each
from semanticlens_widgets.analysis.audits.verdicts import SPURIOUS
from semanticlens_widgets.concepts import Relevance
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.session import SharesKey
from semanticlens_widgets.widgets.answers.audit.protocol import ClassShares
from semanticlens_widgets.widgets.answers.audit.requirements import (
    Concepts,
    Judging,
    classes_with_samples,
    queries,
    whole_audit,
)


def verdict_shares(
    lens: Lens,
    concepts: Concepts,
    layer: str,
    requirements: Sequence[Mapping[str, Any]],
    judging: Judging,
    prepare: Callable[[str], object] = lambda class_name: None,
) -> list[ClassShares]:
    """The shares of positive relevance per verdict of every class that has a requirement and samples.

    Within classes one class is judged after another, each after a call of `prepare`. Raises what `lens.audit` raises.
    """
    relevance = lens.relevance(layer)
    memo = lens._session.memo
    if not _in_order(relevance, requirements):
        whole_audit(lens, concepts, layer, requirements, judging)  # says what is wrong
    # Texts, and concepts that are no text, each of which equals itself alone.
    own = {
        one["class_name"]: (queries(one["valid"], concepts), queries(one["spurious"], concepts))
        for one in requirements
    }
    keys = {
        name: SharesKey(relevance.layer, name, own.get(name), own.get(None), **judging)
        for name in classes_with_samples(relevance)
        if name in own or None in own
    }
    kept = {name: memo.peek(key) for name, key in keys.items()}
    fresh = [name for name, shares in kept.items() if shares is None]
    for names in [[name] for name in fresh] if judging["within_class"] else [fresh] * bool(fresh):
        prepare(names[0])
        given = [Requirement(name, *own[name]) for name in (*names, None) if name in own]
        each = requirement_of_each(given, names).items()
        wanted = [Requirement(name, one.valid, one.spurious) for name, one in each]
        audit = lens.audit(wanted, layer=relevance.layer, **judging)
        kept |= {
            name: memo.put(
                keys[name], (audit.verdict_shares[row].tolist(), known_intervals(audit, row)[SPURIOUS])
            )
            for row, name in enumerate(audit.classes)
        }
    return [
        {"name": name, "shares": found[0], "spurious": found[1]}
        for name, found in kept.items()
        if found is not None
    ]


def known_intervals(audit: Audit, row: int) -> list[list[float]]:
    """The two bounds of the share of every verdict, as JSON; none in a class of a single sample."""
    return [[] if low != low else [low, high] for low, high in audit.intervals[row].tolist()]


def _in_order(relevance: Relevance, requirements: Sequence[Mapping[str, Any]]) -> bool:
    names = [one["class_name"] for one in requirements]
    return len(set(names)) == len(names) and {None, *relevance.classes}.issuperset(names)
