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

ANSWERS_ABOVE = 2.75
"""A component answers to a concept from this many standard deviations above its alignment with unrelated words on.

In ten planted worlds with crops as examples (`tests/planted_world.py`, none of those that the bench reports), 76 of the
82 components that respond to the object do, and 11 of 515 that it leaves alone. From 2 to 4 the 76 hardly change, and
of the others 55 do at 2 and 2 at 4. For pictures as concepts, in seven such worlds, 29 of 57 and none.
"""
