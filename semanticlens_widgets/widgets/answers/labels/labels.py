"""The labels of a lens's neurons, made while the gallery is already there."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

import pandas as pd
from torch import Tensor

from semanticlens_widgets.analysis import EmbeddedVocabulary
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.vocabularies import VocabularyKey, embed_vocabulary
from semanticlens_widgets.vocabularies import vocabulary as read_vocabulary
from semanticlens_widgets.widgets.answers.labels.interruptible_model import PatientModel

Source = str | Path | Iterable[str] | EmbeddedVocabulary
Report = Callable[[int, int, str], None]
COLUMNS = {"label": "label", "label_clear": "clear", "label_margin": "margin"}
"""What a gallery's results say of the labels, and what that is called in the table of labels."""
_WHAT = "naming neurons"
_LOOK_UP_SECONDS = 0.1


@dataclass(eq=False)
class Vocabulary:
    """Texts to choose labels from, and the labels that have been chosen so far."""

    key: str
    name: str
    """As a person would call it."""
    texts: tuple[str, ...]
    embedded: EmbeddedVocabulary | None = None
    known: dict[str, Tensor] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def info(self) -> dict[str, object]:
        """What the browser is told of it."""
        return {"key": self.key, "name": self.name, "n_texts": len(self.texts)}

    @property
    def progress(self) -> tuple[int, int, str]:
        """Done, total, what. Some unrelated words are embedded too, and not counted."""
        return min(len(self.known), len(self.texts)), len(self.texts), _WHAT


class Naming:
    """The labels of one lens, by vocabulary and layer: each made once, whoever asks; safe to use from several threads.

    A vocabulary is known by its key for as long as somebody holds what `add` gave.
    """

    def __init__(self, lens: Lens) -> None:
        self.lens = lens
        self._guard = threading.Lock()
        self._vocabularies: WeakValueDictionary[str, Vocabulary] = WeakValueDictionary()

    def add(self, source: Source) -> Vocabulary:
        """The vocabulary of a source; equal texts are one. Raises what `vocabularies.vocabulary` raises."""
        made = _vocabulary(source)
        with self._guard:
            return self._vocabularies.setdefault(made.key, made)

    def get(self, key: str) -> Vocabulary:
        """The vocabulary of a key; raises ValueError when nobody holds it any longer."""
        with self._guard:
            found = self._vocabularies.get(key)
        if found is None:
            raise ValueError(
                "the vocabulary of these labels is no longer kept; run the cell of the gallery again"
            )
        return found

    def labels(
        self,
        layer: str,
        vocabulary: Vocabulary,
        report: Report = lambda done, total, what: None,
        check: Callable[[], None] = lambda: None,
    ) -> pd.DataFrame:
        """The table of `lens.label` for a layer, one row a component in their order.

        `check` is called again and again until the table is there; what it raises ends the work or the wait, and
        whoever asks next goes on from there.
        """
        if layer not in vocabulary.tables:
            with _turn(vocabulary, report, check):
                if layer not in vocabulary.tables:
                    embedded = self._embedded(vocabulary, report, check)
                    vocabulary.tables[layer] = self.lens.label(embedded, layer=layer)
        return vocabulary.tables[layer]

    def embedded(
        self,
        vocabulary: Vocabulary,
        report: Report = lambda done, total, what: None,
        check: Callable[[], None] = lambda: None,
    ) -> EmbeddedVocabulary:
        """The texts as directions, embedded when they are first asked for; `check` as in `labels`."""
        with _turn(vocabulary, report, check):
            return self._embedded(vocabulary, report, check)

    def beside(self, table: pd.DataFrame, layer: str, vocabulary: Vocabulary) -> pd.DataFrame:
        """The table of a layer's components with three columns on their labels after `index`."""
        rows = self.labels(layer, vocabulary).iloc[table["index"]]
        for place, (column, source) in enumerate(COLUMNS.items(), list(table.columns).index("index") + 1):
            table.insert(place, column, rows[source].to_numpy())
        return table

    def _embedded(
        self, vocabulary: Vocabulary, report: Report, check: Callable[[], None]
    ) -> EmbeddedVocabulary:
        if vocabulary.embedded is not None:
            return vocabulary.embedded
        # Where `lens.vocabulary` keeps its own: the gallery and `lens.label` embed a vocabulary once between them.
        memo, key = self.lens._session.memo, VocabularyKey(vocabulary.texts)
        embedded = memo.peek(key) or self._embed(vocabulary, report, check)
        vocabulary.embedded = memo.put(key, embedded)
        vocabulary.known.clear()
        return embedded

    def _embed(self, vocabulary: Vocabulary, report: Report, check: Callable[[], None]) -> EmbeddedVocabulary:
        def step() -> None:
            check()
            report(*vocabulary.progress)

        step()
        session = self.lens._session
        return embed_vocabulary(
            session,
            vocabulary.texts,
            wrap=lambda model: PatientModel(model, session.lock, vocabulary.known, step),
        )


def _vocabulary(source: Source) -> Vocabulary:
    if isinstance(source, EmbeddedVocabulary):
        key = _digest(source.texts, source.directions.numpy().tobytes(), source.unrelated.numpy().tobytes())
        return Vocabulary(key, "own words", source.texts, embedded=source)
    texts = read_vocabulary(source)
    return Vocabulary(_digest(texts), _name(source), texts)


def _name(source: str | Path | Iterable[str]) -> str:
    return Path(source).name if isinstance(source, str | Path) else "own words"


def _digest(texts: Iterable[str], *more: bytes) -> str:
    return hashlib.sha256(b"\0".join([*(text.encode() for text in texts), *more])).hexdigest()[:16]


@contextmanager
def _turn(vocabulary: Vocabulary, report: Report, check: Callable[[], None]) -> Iterator[None]:
    """Waits until nobody else works on the vocabulary, and tells how far they are."""
    while not vocabulary.lock.acquire(timeout=_LOOK_UP_SECONDS):
        check()
        report(*vocabulary.progress)
    try:
        check()
        yield
    finally:
        vocabulary.lock.release()
