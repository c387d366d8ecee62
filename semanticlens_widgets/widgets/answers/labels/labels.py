"""Labels of a lens's neurons, computed while the gallery is already shown."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

import pandas as pd
from torch import Tensor

from semanticlens_widgets.analysis import EmbeddedVocabulary, example_queries
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.vocabularies import VocabularyKey, VocabularySource, embed_vocabulary
from semanticlens_widgets.vocabularies import vocabulary as read_vocabulary
from semanticlens_widgets.widgets.answers.labels.methods import given_tables

LabelSource = VocabularySource | Mapping[str, "VocabularySource | pd.DataFrame"]
"""Texts to choose labels from, or a dict of methods: such texts, or a table of labels, by name."""
Report = Callable[[int, int, str], None]
COLUMNS = {"label": "label", "label_clear": "clear", "label_margin": "margin"}
"""Columns of a gallery's results, and their names in the table of `lens.label`."""
_WHAT = "labelling neurons"
_CHECK_SECONDS = 0.1
_PAUSE_SECONDS = 0.005
"""Between batches: a lock that is released and acquired again at once is never free for other threads."""


@dataclass(eq=False)
class Vocabulary:
    """Texts to choose labels from, with the label tables and example queries computed so far."""

    key: str
    name: str
    """The name that readers see."""
    texts: tuple[str, ...]
    embedded: EmbeddedVocabulary | None = None
    known: dict[str, Tensor] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    queries: dict[str, list[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    methods: "dict[str, Vocabulary]" = field(default_factory=dict)
    """All methods whose labels stand beside these, this one among them, by name; empty for one alone."""

    @property
    def info(self) -> dict[str, object]:
        """The value of the trait `vocabulary_info`."""
        return {"key": self.key, "name": self.name, "n_texts": len(self.texts)}

    @property
    def progress(self) -> tuple[int, int, str]:
        """Done, total and a description; the unrelated words that are embedded too are not counted."""
        return min(len(self.known), len(self.texts)), len(self.texts), _WHAT


class Labeller:
    """The label tables of one lens by vocabulary and layer, each computed once; thread-safe.

    A vocabulary is found by its key for as long as the object that `add` returned is alive.
    """

    def __init__(self, lens: Lens) -> None:
        self.lens = lens
        self._guard = threading.Lock()
        self._vocabularies: WeakValueDictionary[str, Vocabulary] = WeakValueDictionary()

    def add(self, source: LabelSource) -> Vocabulary:
        """Returns the vocabulary of a source, one for equal texts; raises what `vocabularies.vocabulary` raises.

        Of a dict of sources and tables of labels it is the first, which has the others as its `methods`.
        """
        if isinstance(source, Mapping):
            return self._add_methods(source)
        made = _vocabulary(source)
        with self._guard:
            return self._vocabularies.setdefault(made.key, made)

    def _add_methods(self, sources: Mapping[str, "VocabularySource | pd.DataFrame"]) -> Vocabulary:
        if not sources:
            raise ValueError("vocabulary must have at least one method, not none; use None for no labels")
        methods = {name: self._method(name, source) for name, source in sources.items()}
        together = "".join(each.key for each in methods.values())
        with self._guard:
            for name, each in methods.items():
                each.key, each.methods = _digest([name, each.key, together]), methods
                self._vocabularies[each.key] = each
        return next(iter(methods.values()))

    def _method(self, name: str, source: "VocabularySource | pd.DataFrame") -> Vocabulary:
        if isinstance(source, pd.DataFrame):
            tables = given_tables(self.lens.database, source)
            return Vocabulary(_digest([source.to_csv()]), name, (), tables=tables)
        made = _vocabulary(source)
        made.name = name
        return made

    def get(self, key: str) -> Vocabulary:
        """Returns the vocabulary of a key; raises ValueError if it no longer exists."""
        with self._guard:
            found = self._vocabularies.get(key)
        if found is None:
            raise ValueError(
                "the vocabulary of these labels no longer exists; run the cell of the gallery again"
            )
        return found

    def labels(
        self,
        layer: str,
        vocabulary: Vocabulary,
        report: Report = lambda done, total, what: None,
        check: Callable[[], None] = lambda: None,
    ) -> pd.DataFrame:
        """Returns the table of `lens.label` for a layer, one row a component in their order.

        `check` is called repeatedly until the table is computed; an error it raises ends the work or the wait, and
        the next call resumes.
        """
        if layer not in vocabulary.tables:
            with _turn(vocabulary, report, check):
                if layer not in vocabulary.tables:
                    embedded = self._embedded(vocabulary, report, check)
                    vocabulary.tables[layer] = self.lens.label(embedded, layer=layer)
        return vocabulary.tables[layer]

    def example_queries(self, layer: str, vocabulary: Vocabulary) -> list[str]:
        """Returns queries to begin with, from the labels of a layer; see `analysis.example_queries`."""
        if not vocabulary.texts:
            return []
        if layer not in vocabulary.queries:
            session = self.lens._session
            vocabulary.queries[layer] = example_queries(
                session.database,
                self.embedded(vocabulary),
                self.labels(layer, vocabulary),
                layer,
                leave_out=session.caveat_of,
            )
        return vocabulary.queries[layer]

    def embedded(
        self,
        vocabulary: Vocabulary,
        report: Report = lambda done, total, what: None,
        check: Callable[[], None] = lambda: None,
    ) -> EmbeddedVocabulary:
        """Returns the vocabulary embedded, which its first use does; `check` as in `labels`."""
        with _turn(vocabulary, report, check):
            return self._embedded(vocabulary, report, check)

    def beside(self, table: pd.DataFrame, layer: str, vocabulary: Vocabulary) -> pd.DataFrame:
        """Adds three columns on labels after `index` to a table of a layer's components; returns the table."""
        rows = self.labels(layer, vocabulary).iloc[table["index"]]
        for place, (column, source) in enumerate(COLUMNS.items(), list(table.columns).index("index") + 1):
            table.insert(place, column, rows[source].to_numpy())
        return table

    def _embedded(
        self, vocabulary: Vocabulary, report: Report, check: Callable[[], None]
    ) -> EmbeddedVocabulary:
        if vocabulary.embedded is not None:
            return vocabulary.embedded
        # The key of `lens.label`: the gallery and `lens.label` embed a vocabulary once between them.
        memo, key = self.lens._session.memo, VocabularyKey(vocabulary.texts)
        embedded = memo.peek(key) or self._embed(vocabulary, report, check)
        vocabulary.embedded = memo.put(key, embedded)
        vocabulary.known.clear()
        return embedded

    def _embed(self, vocabulary: Vocabulary, report: Report, check: Callable[[], None]) -> EmbeddedVocabulary:
        @contextmanager
        def step() -> Iterator[None]:
            check()
            report(*vocabulary.progress)
            with self.lens._session.lock:
                yield
            time.sleep(_PAUSE_SECONDS)

        report(*vocabulary.progress)  # the model may take seconds to load
        return embed_vocabulary(self.lens._session, vocabulary.texts, step=step, known=vocabulary.known)


def _vocabulary(source: VocabularySource) -> Vocabulary:
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
    """Waits for the vocabulary's lock, reporting the progress of the thread that holds it."""
    while not vocabulary.lock.acquire(timeout=_CHECK_SECONDS):
        check()
        report(*vocabulary.progress)
    try:
        check()
        yield
    finally:
        vocabulary.lock.release()
