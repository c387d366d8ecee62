"""The language of the query box: text into signed terms."""

import re
from dataclasses import dataclass

MAX_CHARACTERS = 1000
_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"|(?P<minus>-)(?=[\s"#])|(?P<plus>\+)(?=[\s"#])|(?P<word>[^\s"]+)')
_COMPONENT = re.compile(r"#\d+-?|[^\s:#]+:\d+-?")
_LIKE = (["like"], ["more", "like"])


@dataclass(frozen=True)
class Term:
    """One part of a query: what it asks for, and whether it is wanted (weight 1) or taken away (-1)."""

    weight: float
    kind: str
    """'text', 'component', 'image' or 'vector'."""
    text: str


def parse_query(query: str) -> tuple[Term, ...]:
    """The terms of a typed query, in order.

    Consecutive words form one term, as do the words of a quoted phrase. `- word` and `not word` take away, up to
    the next sign; `+ word` adds again. `#1203` and `layer4:1203` name a component, with or without `like` or
    `more like` before them, after which `1203` will do. A hyphen inside a word is a hyphen, nothing within quotes is a
    sign or a component, and a sign at the end is still being typed. Raises ValueError when there is nothing to ask
    for, for two signs in a row, and above 1,000 characters.
    """
    if len(query) > MAX_CHARACTERS:
        raise ValueError(
            f"a query has at most {MAX_CHARACTERS:,} characters, not {len(query):,}; type fewer words"
        )
    reader = _Reader()
    for token in _TOKEN.finditer(query + " "):
        reader.take(token)
    reader.finish()
    if not reader.terms:
        raise ValueError(f'the query {query!r} is empty; type a word such as "striped fur"')
    return tuple(reader.terms)


class _Reader:
    """State of the reader: finished terms, the current sign, and the words of the unfinished phrase."""

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self._weight = 1.0
        self._sign = ""
        self._words: list[str] = []

    def take(self, token: re.Match[str]) -> None:
        if token["quoted"] is not None:
            self._finish_phrase()
            self._add("text", " ".join(token["quoted"].split()))
        elif token["minus"] or token["plus"]:
            self._begin_sign(token[0])
        else:
            self._take_word(token["word"])

    def finish(self) -> None:
        """Closes the last phrase. A sign with nothing behind it is dropped: its word is still being typed."""
        self._finish_phrase()

    def _take_word(self, word: str) -> None:
        if word.startswith(("-", "+")) and len(word) > 1:
            self._begin_sign(word[0])
            word = word[1:]
        is_like = [each.casefold() for each in self._words] in _LIKE
        if word.casefold() == "not":
            self._begin_sign(word)
        elif _COMPONENT.fullmatch(word) or (is_like and word.isdecimal()):
            self._words = [] if is_like else self._words
            self._finish_phrase(without="like")
            self._add("component", f"#{word}" if word.isdecimal() else word)
        else:
            self._words.append(word)

    def _begin_sign(self, sign: str) -> None:
        self._finish_phrase(without="and")
        if self._sign:
            raise ValueError(f"{self._sign!r} is followed by {sign!r}; put one sign before a word")
        self._sign, self._weight = sign, 1.0 if sign == "+" else -1.0

    def _finish_phrase(self, without: str | None = None) -> None:
        words, self._words = self._words, []
        if words and words[-1].casefold() == without:
            words.pop()
        if words:
            self._add("text", " ".join(words))

    def _add(self, kind: str, text: str) -> None:
        if text:
            self.terms.append(Term(self._weight, kind, text))
            self._weight, self._sign = 1.0, ""
