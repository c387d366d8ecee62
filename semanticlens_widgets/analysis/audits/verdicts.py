"""The four verdicts, and how they look wherever they are shown: never by colour alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """One verdict on a component of a class, with its look."""

    word: str
    icon: str
    colour: str
    symbol: str
    """Of plotly."""
    meaning: str


VERDICTS = (
    Verdict("valid", "✓", "#0072b2", "circle", "answers to a valid concept"),
    Verdict("spurious", "✗", "#d55e00", "x", "answers to a spurious concept"),
    Verdict("ambiguous", "≈", "#cc79a7", "diamond", "answers to both a valid and a spurious concept"),
    Verdict("unexpected", "?", "#8c8c8c", "circle-open", "answers to none of the named concepts"),
)
"""In the order of the codes 0 to 3. The colours are those of Okabe and Ito, told apart by the colour-blind."""
VALID, SPURIOUS, AMBIGUOUS, UNEXPECTED = range(4)
WORDS = tuple(verdict.word for verdict in VERDICTS)

ANSWERS_ABOVE = 0.75
"""A component answers to a concept from this z-score on, where its percentile among random groups of images is high
enough too, which decides: what passes 95 % of random groups hardly ever has a lower z-score than this.

In 17 planted worlds (`tests/planted_world.py`, none of those that the bench reports) 100 of the 121 components that
respond to the object and that the class rests on answer to its name, and 2 of those that it leaves alone.
"""

MAX_SPURIOUS = 0.1
"""Default share of a class's positive relevance that may be spurious."""
FEWEST_SAMPLES = 10
"""A class with fewer samples neither passes nor fails: the interval of a share over so few promises too much."""
OUTCOMES = ("passes", "fails", "undecided", "too few samples")
"""Outcomes of a class: the whole interval of its spurious share is within the limit, or beyond it, or neither."""


def outcome(low: float, high: float, n_samples: int, max_spurious: float) -> str:
    """The outcome of a class by the interval of its spurious share."""
    if n_samples < FEWEST_SAMPLES:
        return "too few samples"
    if high <= max_spurious:
        return "passes"
    return "fails" if low > max_spurious else "undecided"
