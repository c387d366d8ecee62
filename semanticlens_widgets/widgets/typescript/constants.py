"""Verdicts, limits, defaults, palettes and case foldings as TypeScript and CSS."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from semanticlens_widgets.analysis import VERDICTS
from semanticlens_widgets.analysis.audits.audit import MAX_SPURIOUS
from semanticlens_widgets.analysis.audits.verdicts import ANSWERS_ABOVE, FEWEST_SAMPLES
from semanticlens_widgets.analysis.queries.calibration import WEAK_BELOW
from semanticlens_widgets.analysis.queries.language import MAX_CHARACTERS
from semanticlens_widgets.pipeline import WITHIN_SAMPLES
from semanticlens_widgets.widgets import palettes
from semanticlens_widgets.widgets.answers.comparisons.encodings import TWO_SCALES
from semanticlens_widgets.widgets.answers.labels.handlers import MOST_LABELS
from semanticlens_widgets.widgets.answers.neurons.comparisons import MOST_PINNED
from semanticlens_widgets.widgets.answers.neurons.handlers import MOST_CARDS
from semanticlens_widgets.widgets.answers.neurons.query_images import MAX_BYTES
from semanticlens_widgets.widgets.kernel.bundle import PART_OF
from semanticlens_widgets.widgets.kernel.link import TRAITS
from semanticlens_widgets.widgets.page.audit import SAMPLES
from semanticlens_widgets.widgets.page.lens import FULL_SCALE

_SHORTEST_RUN = 3


def constants() -> str:
    """Writes the whole file."""
    return "\n".join(
        f"/** {doc} */\nexport const {name} = {_written(value)};\n" for name, value, doc in _all()
    )


def palette_css() -> str:
    """Writes the two colours of signs as CSS variables, and the colour of every verdict."""
    signs = f"  --slw-blue: {palettes.BLUE};\n  --slw-vermilion: {palettes.VERMILION};"
    rules = [f".slw .slw-is-{one.word} {{\n  --slw-verdict: {one.colour};\n}}" for one in VERDICTS]
    return "\n\n".join([f".slw {{\n{signs}\n}}", *rules]) + "\n"


def foldings() -> dict[str, str]:
    """Returns the letters whose `str.casefold` is not the lower case of their upper case, with their folding."""
    # Both cases of a letter alone are the same in Python and in browsers.
    every = (chr(code) for code in range(sys.maxunicode + 1))
    return {letter: letter.casefold() for letter in every if letter.casefold() != letter.upper().lower()}


def _in_runs(found: dict[str, str]) -> Iterator[str]:
    """Yields every letter with its folding; runs as "first-last" and the folding of the first."""
    run: list[str] = []
    for letter, folding in [*found.items(), ("", "")]:
        before = found[run[-1]] if run else ""
        one_further = (letter, folding) == _next(run[-1] if run else "", before)
        if run and not one_further:
            long = len(run) > _SHORTEST_RUN
            yield from [f"{run[0]}-{run[-1]}{found[run[0]]}"] if long else (one + found[one] for one in run)
            run = []
        run.append(letter)


def _next(letter: str, folding: str) -> tuple[str, str]:
    """The next letter, and a folding whose first letter is the next one; nothing before the first."""
    return (chr(ord(letter) + 1), chr(ord(folding[0]) + 1) + folding[1:]) if letter else ("", "-")


def _all() -> Iterator[tuple[str, Any, str]]:
    yield "VERDICTS", [verdict.word for verdict in VERDICTS], "Verdicts in the order of their codes."
    yield (
        "MEANINGS",
        {verdict.word: verdict.meaning for verdict in VERDICTS},
        "What a neuron with a verdict does.",
    )
    yield "ANSWERS_ABOVE", ANSWERS_ABOVE, "Default z-score from which on a neuron answers to a concept."
    yield "WITHIN_SAMPLES", WITHIN_SAMPLES, "Samples of a class from which on it can be judged by its own."
    yield "FEWEST_SAMPLES", FEWEST_SAMPLES, "A class with fewer samples neither passes nor fails."
    yield "MAX_SPURIOUS", MAX_SPURIOUS, "Default share of spurious relevance with which a class passes."
    yield "WEAK_BELOW", WEAK_BELOW, "A query is weak below this share of unrelated words."
    yield "MAX_CHARACTERS", MAX_CHARACTERS, "Longest query."
    yield "MAX_IMAGE_BYTES", MAX_BYTES, "Largest image file as a query."
    yield "MOST_CARDS", MOST_CARDS, "Most components in a request for cards."
    yield "MOST_LABELS", MOST_LABELS, "Most components in a request for labels."
    yield "MOST_PINNED", MOST_PINNED, "Most neurons in a comparison."
    yield "SAMPLES", SAMPLES, "Samples behind a neuron in an audit."
    yield "FULL_SCALE", FULL_SCALE, "The number 1 in a column of two-byte numbers from -1 to 1."
    shared = {name: link for link, names in TRAITS.items() for name in names}
    yield "LINK_OF_TRAIT", shared, "The name in `linked` of every trait that views share."
    yield "PART_OF", PART_OF, "The part of views that are loaded on demand."
    yield (
        "TWO_SCALES",
        TWO_SCALES,
        "Caveat of colours by a query that sides of several foundation models answer.",
    )
    yield "CIVIDIS", palettes.CIVIDIS, palettes.CIVIDIS_SOURCE
    yield "DIVERGING_ON_LIGHT", palettes.DIVERGING_ON_LIGHT, "Signed amounts on a light page."
    yield "DIVERGING_ON_DARK", palettes.DIVERGING_ON_DARK, "Signed amounts on a dark page."
    yield "KINDS", palettes.KINDS, palettes.KINDS_SOURCE
    yield (
        "FOLDINGS",
        " ".join(_in_runs(foldings())),
        "Letters, each before its case folding, if it is not the lower case of the upper case; runs as first-last.",
    )


def _written(value: Any) -> str:
    if isinstance(value, dict):
        fields = "".join(f"  {name}: {json.dumps(each)},\n" for name, each in value.items())
        return f"{{\n{fields}}} as const"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(json.dumps, value))}] as const"
    return json.dumps(value, ensure_ascii=False)
