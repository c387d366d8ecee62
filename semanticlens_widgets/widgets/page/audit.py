"""Audits as a page keeps them: the classes, their neurons, and the samples behind the most relevant ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from semanticlens_widgets.analysis.audits.requirements import merged_lists, text_key
from semanticlens_widgets.widgets.answers.audit.class_query import ClassQuery
from semanticlens_widgets.widgets.answers.audit.requirements import Judging
from semanticlens_widgets.widgets.page.lens import Keeper

_CLASSES = 40
_NEURONS = 20
"""Of a class, the most relevant: those whose samples are kept."""
SAMPLES = 24
"""Samples of a neuron, as many as the browser requests."""


def kept_audits(keeper: Keeper, shown: ClassQuery, layers: Sequence[str], before_id: str) -> dict[str, Any]:
    """By layer; one whose relevance is not known says so, as it does without the model.

    Of a layer 40 classes are kept: the one that is shown and those with a requirement of their own before others.
    """
    return {layer: _layer(keeper, shown, layer, before_id) for layer in layers}


def _layer(keeper: Keeper, shown: ClassQuery, layer: str, before_id: str) -> dict[str, Any]:
    known = dict(keeper.ask("audit_classes", layer=layer).result)
    classes = _classes(known["classes"], shown)
    state = "computed" if known["state"] == "computed" else "no_model"
    judged = {one["name"]: _judged(keeper, shown, layer, one["name"], before_id) for one in classes}
    about = {"layer": layer, "requirements": list(shown.requirements), **_judging(shown)}
    summary = keeper.ask("audit_summary", **about).result if classes else {"classes": []}
    return {
        "classes": {**known, "state": state, "classes": classes, "has_heatmaps": False, "can_ablate": False},
        "threshold": shown.threshold,
        "summary": summary,
        "judged": judged,
        "of_all": _of_all(keeper, layer, judged),
    }


def sample_lists(audit: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All answers about samples that are kept of one layer."""
    own = [found for one in audit["judged"].values() for found in one["samples"].values()]
    return [*own, *audit["of_all"].values()]


def _classes(known: Sequence[Mapping[str, Any]], shown: ClassQuery) -> list[Mapping[str, Any]]:
    """Those that are kept, in their order; a class without samples has nothing to show."""
    first = {shown.class_name, *(one["class_name"] for one in shown.requirements)}
    there = [one for one in known if one["n_samples"]]
    wanted = sorted(there, key=lambda one: one["name"] not in first)[:_CLASSES]
    return [one for one in there if one in wanted]


def _judged(keeper: Keeper, shown: ClassQuery, layer: str, name: str, before_id: str) -> dict[str, Any]:
    """The answer to the concepts of one class, and the samples of it behind its most relevant neurons."""
    concepts = _concepts(shown.requirements, name)
    about = {"layer": layer, "class_name": name}
    asked = {**about, **concepts, **_judging(shown)}
    share = keeper.lens.database.relevance[layer].share[keeper.lens.database.relevance[layer].row(name)]
    most = share.argsort(descending=True, stable=True)[:_NEURONS].tolist()
    ask = lambda one: keeper.ask("audit_samples", **about, component=one, of="class", limit=SAMPLES)  # noqa: E731
    return {
        **keeper.kept("audit", **asked),
        "before": keeper.kept("audit_before", **asked, before_id=before_id) if before_id else None,
        "samples": {str(component): ask(component).result for component in most},
    }


def _of_all(keeper: Keeper, layer: str, judged: Mapping[str, Any]) -> dict[str, Any]:
    """The samples of any class behind the same neurons."""
    neurons = dict.fromkeys(component for one in judged.values() for component in one["samples"])
    about = {"layer": layer, "class_name": "", "of": "all", "limit": SAMPLES}
    return {one: keeper.ask("audit_samples", **about, component=int(one)).result for one in neurons}


def _judging(shown: ClassQuery) -> Judging:
    return {"threshold": shown.threshold, "within_class": shown.within_class}


def _concepts(requirements: Sequence[Mapping[str, Any]], name: str) -> dict[str, list[str]]:
    """The concepts that a class is judged by, by the browser's names."""
    own, for_all = (
        next((one for one in requirements if one["class_name"] == wanted), {}) for wanted in (name, None)
    )
    return merged_lists(own, for_all, text_key)
