"""Hierarchy of words: their hypernyms in WordNet, as far as ImageNet's classes have them.

Source: Miller, WordNet: a lexical database for English, Communications of the ACM 1995, doi 10.1145/219717.219748.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from semanticlens_widgets.foundation_models import imagenet_classes
from semanticlens_widgets.vocabularies import headings

Path = tuple[str, ...]
"""A word below its hypernyms, the most general first."""
_TOO_GENERAL = frozenset(("entity", "physical entity", "object", "whole", "abstraction", "abstract entity"))
OTHER = "other words"
"""The hypernym of words without any."""


def paths(words: Sequence[str], own: Mapping[str, Sequence[str]] | None = None) -> list[Path]:
    """The path of each word.

    Of a word that is in `own` it is that list of hypernyms, the most general first. Else it is looked up among the
    names, synonyms and hypernyms of ImageNet's classes; then its last words are ("flower pot" is a pot), then the
    heading under which the general vocabulary lists it.
    """
    return [_path(word, own or {}) for word in words]


def _path(word: str, own: Mapping[str, Sequence[str]]) -> Path:
    if word in own:
        return (*own[word], word)
    known = _known()
    if word.casefold() in known:
        return (*known[word.casefold()][:-1], word)
    parts = word.split()
    for start in range(1, len(parts)):
        head = " ".join(parts[start:])
        if head.casefold() in known:
            return (*known[head.casefold()], word)
    heading = headings("general").get(word, OTHER)
    return (*known.get(heading.casefold(), (heading,)), word)


@cache
def _known() -> dict[str, Path]:
    """Lower-case word -> its path; names before hypernyms before synonyms, of several senses that of most classes."""
    entries = imagenet_classes()
    chains = [_chain([entry["name"], *entry["hyper"]]) for entry in entries]
    names = {
        entry["name"].casefold(): chain
        for entry, chain in zip(reversed(entries), reversed(chains), strict=True)
    }
    senses = Counter(chain[:end] for chain in chains for end in range(1, len(chain)))
    inner = {path[-1].casefold(): path for path, _ in reversed(senses.most_common())}
    synonyms = {
        synonym.casefold(): chain
        for entry, chain in zip(entries, chains, strict=True)
        for synonym in entry["synonyms"]
    }
    return synonyms | inner | names


def _chain(nearest_first: Sequence[str]) -> Path:
    return tuple(word for word in reversed(nearest_first) if word not in _TOO_GENERAL)
