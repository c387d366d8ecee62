"""Most relevant components of a class, each with the reason for its verdict and its examples."""

from base64 import b64encode

from semanticlens_widgets._texts import escape, interval
from semanticlens_widgets.analysis.audits.report.parts import cell, heads, mark, number
from semanticlens_widgets.analysis.audits.result import AuditResult, BestAnswers
from semanticlens_widgets.analysis.audits.verdicts import AMBIGUOUS, SPURIOUS, VALID, VERDICTS
from semanticlens_widgets.concepts import ConceptDatabase

_COMPONENTS = 8
_AGAINST = {"words": "unrelated words", "pictures": "random images"}


def components_of_class(result: AuditResult, row: int, n_pictures: int) -> str:
    """A table of those that the class rests on most."""
    order = result.share[row].argsort(descending=True, stable=True).tolist()[:_COMPONENTS]
    shown = [index for index in order if result.share[row, index] > 0]
    intervals = result.share_intervals(row, shown)
    rows = "".join(
        _component(result, row, index, bounds, n_pictures)
        for index, bounds in zip(shown, intervals.tolist(), strict=True)
    )
    name, total = escape(result.classes[row]), float(result.share[row, shown].sum())
    return (
        f"<h3>{name}: its most relevant components</h3><table><caption>They carry {total:.1%} of its relevance. "
        f"A component answers to a concept of this class from the {float(result.bar[row]):.1%} percentile of random "
        f"groups of images and z = {result.threshold:g} on.</caption>"
        f"{heads('Component', 'Share', 'Verdict', 'Why', 'Examples', numbers=frozenset(['Share']))}"
        f"<tbody>{rows}</tbody></table>"
    )


def _component(result: AuditResult, row: int, index: int, bounds: list[float], n_pictures: int) -> str:
    share = f"{float(result.share[row, index]):.1%}<br><small>{interval(*bounds, form='.1%')}</small>"
    return (
        f'<tr><th scope="row">{escape(result.components[index])}</th>{number(share, "share")}'
        f"{cell(mark(VERDICTS[int(result.verdicts[row, index])]))}"
        f"{cell(_why(result, row, index), also='slw-wide')}"
        f"{cell(_pictures(result, index, n_pictures), also='slw-wide slw-examples')}</tr>"
    )


def _why(result: AuditResult, row: int, index: int) -> str:
    """The component's best answer to each of the two lists, and whether it counts."""
    verdict = int(result.verdicts[row, index])
    reasons = [
        _reason(result, result.best_valid, row, index, "valid", verdict in (VALID, AMBIGUOUS)),
        _reason(result, result.best_spurious, row, index, "spurious", verdict in (SPURIOUS, AMBIGUOUS)),
    ]
    found = "<br>".join(reason for reason in reasons if reason)
    return found or "It has no examples, so it answers to nothing."


def _reason(result: AuditResult, best: BestAnswers, row: int, index: int, side: str, answers: bool) -> str:
    z_score, concept = float(best.z_score[row, index]), int(best.concept[row, index])
    if concept < 0 or z_score != z_score:
        return ""
    against = _AGAINST.get(result.answers.calibrations[concept], "chance")
    concepts = f"“{escape(result.answers.names[concept])}” ({side})"
    numbers = f"above {float(best.percentile[row, index]):.1%} of random groups of images, z = {z_score:.1f} against"
    return f"{'Answers to' if answers else 'Does not answer to'} {concepts}: {numbers} {against}."


def _pictures(result: AuditResult, index: int, n: int) -> str:
    if result.database is None:
        return ""
    files = result.database.example_thumbnails(result.layer, index, n)
    names = _names(result.database, result.layer, index, n)
    return "".join(
        f'<img alt="Example {place} of {escape(result.components[index])}: {escape(name)}" title="{escape(name)}" '
        f'src="data:image/webp;base64,{b64encode(file).decode()}">'
        for place, (file, name) in enumerate(zip(files, names, strict=True), 1)
        if file
    )


def _names(database: ConceptDatabase, layer: str, index: int, n: int) -> list[str]:
    """The name and label of each of the first examples."""
    samples = database.samples
    rows: list[int] = samples.rows(database.examples[layer].sample_ids[index, :n]).tolist()
    labels = [samples.labels[row] for row in rows]
    return [
        samples.names[row] if label is None else f"{samples.names[row]} · {label}"
        for row, label in zip(rows, labels, strict=True)
        if row >= 0
    ]
