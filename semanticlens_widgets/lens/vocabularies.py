"""Embedded vocabularies and calibrations of a lens: kept in its memo, and in its cache for other processes."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from semanticlens_widgets import analysis
from semanticlens_widgets._choices import Baseline
from semanticlens_widgets.foundation_models import fingerprint_of
from semanticlens_widgets.lens.memo import Key
from semanticlens_widgets.lens.session import Session
from semanticlens_widgets.pipeline import Entry, alone
from semanticlens_widgets.vocabularies import vocabulary as read_vocabulary

VocabularySource = str | Path | Iterable[str] | analysis.EmbeddedVocabulary


@dataclass(frozen=True)
class VocabularyKey(Key[analysis.EmbeddedVocabulary]):
    """An embedded vocabulary: 15 MB for 3,700 texts of 1,000 dimensions."""

    kept = 8
    texts: tuple[str, ...]
    templates: tuple[str, ...] = ()
    baseline: Baseline | None = "embedding"


@dataclass(frozen=True)
class CalibrationsKey(Key[dict[str, analysis.NullCalibration]]):
    """The calibrations of all layers for one way to embed texts."""

    kept = 4
    templates: tuple[str, ...] = ()
    baseline: Baseline | None = "embedding"


def embedded_vocabulary(
    session: Session,
    source: VocabularySource,
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
) -> analysis.EmbeddedVocabulary:
    """The vocabulary of a source, embedded once; one that is embedded already is returned as it is."""
    if isinstance(source, analysis.EmbeddedVocabulary):
        return source
    texts = read_vocabulary(source)
    return session.memo.get(
        VocabularyKey(texts, tuple(templates or ()), baseline),
        lambda: embed_vocabulary(session, texts, templates, baseline),
        session.lock,
    )


def embed_vocabulary(
    session: Session,
    texts: Iterable[str],
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
    **steps: Any,
) -> analysis.EmbeddedVocabulary:
    """The texts as a vocabulary, from the cache where it holds them; `steps` as in `analysis.embed_vocabulary`."""
    texts = read_vocabulary(texts)
    key = (texts, analysis.NULL_WORDS, templates, baseline)
    if found := _load(_entry(session, key), texts):
        return found
    foundation_model = session.foundation_model
    # Asked again: the foundation model that was just made may have other weights than the lens was built with.
    entry = _entry(session, key)
    with nullcontext() if entry is None else alone(entry.path):
        if found := _load(entry, texts):
            return found
        made = analysis.embed_vocabulary(
            session.database, foundation_model, texts, templates=templates, baseline=baseline, **steps
        )
        if entry:
            entry.save({"directions": made.directions, "unrelated": made.unrelated}, {})
    return made


def _load(entry: Entry | None, texts: tuple[str, ...]) -> analysis.EmbeddedVocabulary | None:
    """The vocabulary of an entry; one that other code wrote counts as absent."""
    with suppress(TypeError, ValueError):
        if entry and (found := entry.load()):
            return analysis.EmbeddedVocabulary(texts, **found[0])
    return None


def calibrations(
    session: Session, templates: Sequence[str] | None = None, baseline: Baseline | None = "embedding"
) -> dict[str, analysis.NullCalibration]:
    """Each layer's alignments with unrelated words, which say what an alignment is worth; computed once."""
    return session.memo.get(
        CalibrationsKey(tuple(templates or ()), baseline),
        # As a vocabulary the words are kept for all processes.
        lambda: analysis.calibrations_by(
            session.database, embed_vocabulary(session, analysis.NULL_WORDS, templates, baseline).unrelated
        ),
        session.lock,
    )


def _entry(session: Session, key: tuple[object, ...]) -> Entry | None:
    """The cache entry of a vocabulary for the foundation model in use; None without a cache."""
    if session.cache.folder is None:
        return None
    model = session.loaded_foundation_model
    used = fingerprint_of(model) if model else session.database.provenance.foundation_model_fingerprint
    return session.cache.entry("vocabularies", used, *key)
