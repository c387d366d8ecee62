"""Subject of an audit: model, foundation model, images, versions, dates, and the requirements in full."""

from collections.abc import Mapping, Sequence

from semanticlens_widgets._texts import escape
from semanticlens_widgets.analysis.audits.chance import JUDGED_WITHIN
from semanticlens_widgets.analysis.audits.evidence import Evidence
from semanticlens_widgets.analysis.audits.report.parts import cell, counted, heads
from semanticlens_widgets.analysis.audits.result import AuditResult


def facts(result: AuditResult) -> str:
    """A list of terms; only the layer and method where the lens of the audit is not known."""
    layer = f"{escape(result.layer)}, {counted(len(result.components), 'component')}"
    found = result.evidence
    terms = {"Layer": layer, "Relevance": f"by {escape(result.method.replace('_', ' '))}"}
    if result.templates:
        terms["Templates"] = ", ".join(f"“{escape(one)}”" for one in result.templates)
    return _list(terms if found is None else _terms(found, terms, left_out(result)))


def caveat(found: Evidence | None) -> str:
    """The foundation model's caveat, which limits every answer; "" without one."""
    if found is None or not found.foundation_model_caveat:
        return ""
    return (
        f'<p class="slw-caveat"><b>Limits of the foundation model.</b> {escape(found.foundation_model)}: '
        f"{escape(found.foundation_model_caveat)}. Concepts that it does not know are not found in any component.</p>"
    )


def judged_within(result: AuditResult) -> str:
    """A paragraph on an audit that judged within classes too; "" for any other."""
    return f"<p>{JUDGED_WITHIN}</p>" if result.within_class else ""


def concept_caveats(result: AuditResult) -> str:
    """A paragraph on each concept that the foundation model is blind to."""
    return "".join(f'<p class="slw-caveat">{escape(sentence)}</p>' for sentence in result.caveats)


def left_out(result: AuditResult) -> str:
    """The images that the lens could not take in; "" if it took in all."""
    lost = None if result.database is None else result.database.provenance.left_out
    if result.stored_evidence is not None:
        lost = result.stored_evidence.left_out
    if lost is None:
        return ""
    return (
        f"{lost['n']:,} of {lost['n_images']:,} images were left out because they cannot be read or transformed; "
        f"the first is <bdi>{escape(lost['first'])}</bdi>."
    )


def requirements(result: AuditResult) -> str:
    """Every class with its concepts; classes with the same concepts share a row."""
    alike: dict[tuple[Sequence[int], Sequence[int]], list[str]] = {}
    for name, *both in zip(result.classes, result.valid, result.spurious, strict=True):
        alike.setdefault((both[0], both[1]), []).append(name)
    rows = "".join(
        f'<tr><th scope="row" class="slw-wide">{escape(", ".join(classes))}</th>'
        f"{_concepts(result, valid, 'valid')}{_concepts(result, spurious, 'spurious')}</tr>"
        for (valid, spurious), classes in alike.items()
    )
    return (
        "<table><caption>Concepts that the decision for a class may rest on (valid), and must not rest on (spurious)."
        f"</caption>{heads('Class', 'Valid', 'Spurious')}<tbody>{rows}</tbody></table>"
    )


def _concepts(result: AuditResult, rows: Sequence[int], side: str) -> str:
    names = ", ".join(f"“{escape(result.answers.names[row])}”" for row in rows)
    return cell(names or "none", side, "slw-wide")


def _terms(found: Evidence, terms: Mapping[str, str], lost: str) -> dict[str, str]:
    source = escape(found.images) if found.images else f"{found.n_images:,} images, not at hand when audited"
    return {
        "Model": f"{escape(found.model)}<br>weights {_code(found.model_fingerprint)}",
        **terms,
        "Images": f"{source}. {lost or 'None was left out.'}<br>contents {_code(found.images_fingerprint)}",
        "Preprocessing": _code(found.preprocessing_fingerprint),
        "Examples": f"{found.k} a component, pooled by {escape(found.pooling)}",
        "Foundation model": f"{escape(found.foundation_model)}<br>{_code(found.foundation_model_fingerprint)}",
        "Lens built": f"{_when(found.created)}, {_versions(found.built_with)}",
        "Audited": f"{_when(found.audited)}, {_versions(found.audited_with)}",
    }


def _list(terms: Mapping[str, str]) -> str:
    return f"<dl>{''.join(f'<dt>{term}</dt><dd>{html}</dd>' for term, html in terms.items())}</dl>"


def _code(fingerprint: str) -> str:
    return f"<code>{escape(fingerprint)}</code>"


def _when(time: str) -> str:
    return f'<time datetime="{escape(time)}">{escape(time[:16].replace("T", " "))} UTC</time>'


def _versions(packages: Mapping[str, str]) -> str:
    return ", ".join(f"{escape(name)} {escape(version)}" for name, version in packages.items())
