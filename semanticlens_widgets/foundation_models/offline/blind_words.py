"""Words that ConSE can't compare with what a photo looks like: it holds a photo as a mixture of ImageNet's objects."""

import re
from functools import cache
from pathlib import Path

from semanticlens_widgets.foundation_models.offline.imagenet import imagenet_classes

_WORDS = Path(__file__).with_name("blind_words.txt")
_WORD = re.compile(r"\w+")
_NOUNS = ("people", "scenes")
"""Kinds whose words count only at the end of their phrase: a sea turtle is no sea, and a police car no police."""
_JOINT = re.compile("and|at|behind|beside|by|for|from|in|inside|near|of|on|or|outside|over|to|under|who|with")


def blind_words(text: str) -> dict[str, str]:
    """The words of a text for a colour, texture, material, people or a scene, each with its kind, in order.

    Names of ImageNet's classes are objects, whatever their words are: a red fox, a beer glass, an orange.
    """
    words = _WORD.findall(text.casefold())
    names, kinds, found, place = _class_names(), _kinds(), {}, 0
    while place < len(words):
        if n := _longest(words[place:], names):
            place += n
            continue
        kind = next((kinds[form] for form in _forms(words[place]) if form in kinds), None)
        place += 1
        if kind and (kind not in _NOUNS or place == len(words) or _JOINT.fullmatch(words[place])):
            found[words[place - 1]] = kind
    return found


def _longest(words: list[str], names: frozenset[tuple[str, ...]]) -> int:
    """The number of words at the beginning that are the longest name of a class; 0 where none is."""
    most = min(len(words), max(map(len, names)))
    return next(
        (
            n
            for n in range(most, 0, -1)
            if any((*words[: n - 1], form) in names for form in _forms(words[n - 1]))
        ),
        0,
    )


def _forms(word: str) -> list[str]:
    """The word, and its singular where it may be a plural."""
    return [word, *(word[: -len(end)] for end in ("s", "es") if word.endswith(end) and len(word) > 3)]


@cache
def _class_names() -> frozenset[tuple[str, ...]]:
    every = [name for entry in imagenet_classes() for name in (entry["name"], *entry["synonyms"])]
    return frozenset(tuple(_WORD.findall(name.casefold())) for name in every)


@cache
def _kinds() -> dict[str, str]:
    """Word -> kind, from the sections of the file."""
    found, kind = {}, ""
    for line in _WORDS.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            kind = line[2:]
        else:
            found.update(dict.fromkeys(line.split(), kind))
    return found
