"""Differences between the settings of two audits, which may change verdicts by themselves."""

from collections.abc import Iterator

from semanticlens_widgets._texts import isolated
from semanticlens_widgets.analysis.audits.result import AuditResult

_NAMED = 3
"""Classes that are named; the rest are counted."""
_FINGERPRINTS = {
    "foundation_model_fingerprint": "foundation model",
    "model_fingerprint": "weights of the model",
    "images_fingerprint": "images",
    "preprocessing_fingerprint": "preprocessing",
}
_FACTS = {"pooling": "pooling", "k": "examples a component"}


def setting_differences(before: AuditResult, after: AuditResult) -> str:
    """One sentence that names all that the audits were made with, and differ in; "" for nothing.

    Required concepts and numbers of samples count for the classes that both have. What is known of one audit alone, as
    of the images of one without its lens, is left out.
    """
    found = [*_settings(before, after), *_made_with(before, after), *_classes(before, after)]
    if not found:
        return ""
    return f"The audits differ in {', '.join(found)}: verdicts and shares may change for that alone."


def _settings(before: AuditResult, after: AuditResult) -> Iterator[str]:
    shown = {
        "threshold": lambda one: f"{one.threshold:g}",
        "within_class": lambda one: "yes" if one.within_class else "no",
        "templates": lambda one: " / ".join(map(isolated, one.templates)) or "none",
        "baseline": lambda one: str(one.baseline).lower(),
        "method of relevance": lambda one: one.method.replace("_", " "),
    }
    for name, of in shown.items():
        if of(before) != of(after):
            yield f"{name} ({of(before)} before, {of(after)} after)"


def _made_with(before: AuditResult, after: AuditResult) -> Iterator[str]:
    old, new = before.made_with, after.made_with
    for name, words in _FINGERPRINTS.items():
        if old.get(name) != new.get(name) and name in old and name in new:
            yield f"{words}{_both(*(_name(made, name) for made in (old, new)))}"
    for name, words in _FACTS.items():
        if old.get(name) != new.get(name) and name in old and name in new:
            yield f"{words} ({old[name]} before, {new[name]} after)"


def _name(made: dict[str, str], fingerprint: str) -> str:
    """The name of what has the fingerprint, or its number of images; "" for nothing of the kind."""
    name = {"images_fingerprint": "n_images"}.get(fingerprint, fingerprint.removesuffix("_fingerprint"))
    return made.get(name, "")


def _both(old: str, new: str) -> str:
    return "" if old == new else f" ({isolated(old)} before, {isolated(new)} after)"


def _classes(before: AuditResult, after: AuditResult) -> Iterator[str]:
    both = [name for name in before.classes if name in set(after.classes)]
    rows = {name: (before.classes.index(name), after.classes.index(name)) for name in both}
    others = [name for name, (old, new) in rows.items() if _concepts(before, old) != _concepts(after, new)]
    if others:
        yield f"required concepts ({_listed(others)})"
    others = [name for name, (old, new) in rows.items() if before.n_samples[old] != after.n_samples[new]]
    if others:
        yield f"numbers of samples ({_listed(others)})"


def _concepts(result: AuditResult, row: int) -> list[set[str]]:
    names = result.answers.names
    return [{names[concept] for concept in some[row]} for some in (result.valid, result.spurious)]


def _listed(names: list[str]) -> str:
    more = [f"and {len(names) - _NAMED:,} more"] if len(names) > _NAMED else []
    return ", ".join([*map(isolated, names[:_NAMED]), *more])
