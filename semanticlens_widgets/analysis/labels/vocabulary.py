"""A vocabulary as directions in the space of the foundation model, with unrelated words to measure it against."""

from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from semanticlens_widgets._choices import Baseline
from semanticlens_widgets.analysis.queries.null_words import NULL_WORDS
from semanticlens_widgets.analysis.queries.probes import probes
from semanticlens_widgets.analysis.queries.text_vectors import Step, TextVectors
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.foundation_models import FoundationModel
from semanticlens_widgets.tensors._cosine import normalized
from semanticlens_widgets.vocabularies import vocabulary as read_vocabulary


@dataclass(frozen=True, eq=False)
class EmbeddedVocabulary:
    """Texts, embedded once and good for every layer of a database."""

    texts: tuple[str, ...]
    directions: Float[Tensor, "text dim"]
    """A component's embedding times a row is its alignment: the vectors of `probes`."""
    unrelated: Float[Tensor, "word dim"]
    """The same for a couple of hundred everyday words in no relation: what calibrates the alignments."""
    chances: MutableMapping[Tensor, dict[tuple[str, int], Float[Tensor, " group"]]] = field(
        default_factory=WeakTensorKeyDictionary, init=False, repr=False
    )
    """Embeddings of samples -> what random groups of them reach (see `Chance`), kept while the embeddings live."""

    def rows(self, texts: Iterable[str]) -> list[int]:
        """The rows of the texts; raises KeyError for one that is not in the vocabulary."""
        rows = {text: row for row, text in enumerate(self.texts)}
        return [rows[text] for text in texts]


def embed_vocabulary(
    database: ConceptDatabase,
    foundation_model: FoundationModel | None,
    vocabulary: str | Path | Iterable[str] | EmbeddedVocabulary,
    *,
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
    step: Step | None = None,
    known: MutableMapping[str, Float[Tensor, " dim"]] | None = None,
) -> EmbeddedVocabulary:
    """Embeds the texts of a vocabulary as `probes` does; returns an embedded vocabulary unchanged.

    With a `step`, a few texts at a time: each few inside the context that `step()` returns, for a lock, say. Texts in
    `known` are not embedded again, and new ones are added to it: an interrupted call can be resumed.

    Raises what `vocabularies.vocabulary` and `probes` raise.
    """
    if isinstance(vocabulary, EmbeddedVocabulary):
        return vocabulary
    texts = read_vocabulary(vocabulary)
    # Refuses templates, nulls and foundation models of another space, as a search would.
    probes(database, foundation_model, (), templates=templates, baseline=baseline)
    vectors = TextVectors(
        foundation_model, [*texts, *NULL_WORDS], templates, baseline, step=step, known=known
    )
    return EmbeddedVocabulary(texts, _directions(vectors, texts), _directions(vectors, NULL_WORDS))


def _directions(vectors: TextVectors, texts: Sequence[str]) -> Float[Tensor, "text dim"]:
    return normalized(torch.stack([vectors[text] for text in texts])) - vectors.nothing
