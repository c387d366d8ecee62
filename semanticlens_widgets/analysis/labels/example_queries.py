"""Queries that show a layer at its best: clear labels that components answer to strongly, that images bear out."""

import re
from collections.abc import Callable, Sequence

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary
from semanticlens_widgets.analysis.queries.language import parse_query
from semanticlens_widgets.analysis.queries.unrelated import against_unrelated
from semanticlens_widgets.concepts import ConceptDatabase

STRONG = 0.95
"""The least strength of an example query: the share of unrelated words whose best component answers worse."""
_TOP = 5
"""Components whose answers count: one alone may be a coincidence."""
_NOT_BORNE_OUT = 0.05
"""Weight of a text that none of the images' labels says: the foundation model may take the moon for a gong."""


def example_queries(
    database: ConceptDatabase,
    vocabulary: EmbeddedVocabulary,
    labels: pd.DataFrame,
    layer: str,
    *,
    n: int = 3,
    leave_out: Callable[[str], object] = lambda text: None,
) -> list[str]:
    """At most `n` clear labels of the layer as queries, each a strong match; fewer or none where there are no more.

    A text is worth the mean z-score, against unrelated words, of the five components that answer to it most, times the
    share of their examples whose own label holds the text. The first query is worth most; each next one most after
    multiplication with its distance (1 less the cosine) from the nearest of those before it. `labels` is what `label`
    gives for the layer; texts for which `leave_out` is true are left out.
    """
    clear = set(labels.loc[labels["clear"], "label"])
    rows = [row for row, text in enumerate(vocabulary.texts) if text in clear and not leave_out(text)]
    texts = [vocabulary.texts[row] for row in rows]
    directions = vocabulary.directions[rows]
    worth = _worth(database, layer, texts, directions, vocabulary.unrelated)
    chosen: list[int] = []
    while len(chosen) < n and len(texts) and worth.max() > 0:
        chosen.append(int(worth.argmax()))
        worth = worth * (1 - directions @ directions[chosen[-1]]).clamp(0, 1)
        worth[chosen[-1]] = 0
    return [_query(texts[place]) for place in chosen]


def _worth(
    database: ConceptDatabase,
    layer: str,
    texts: Sequence[str],
    directions: Float[Tensor, "text dim"],
    unrelated: Float[Tensor, "word dim"],
) -> Float[Tensor, " text"]:
    """Each text's worth; 0 for one that is no strong match."""
    embeddings = database.component_embeddings[layer]
    best_of_words = (embeddings @ unrelated.T).amax(0)
    worth = torch.zeros(len(texts))
    for row, direction in enumerate(directions):
        alignment = embeddings @ direction
        if (best_of_words < alignment.max()).float().mean() < STRONG:
            continue
        top = alignment.topk(min(_TOP, len(alignment))).indices
        z_score = against_unrelated(embeddings[top], alignment[top], unrelated)[0].mean()
        worth[row] = z_score * max(_borne_out(database, layer, texts[row], top.tolist()), _NOT_BORNE_OUT)
    return worth


def _borne_out(database: ConceptDatabase, layer: str, text: str, components: Sequence[int]) -> float:
    """The share of the components' labelled examples whose label holds the text; 0 without any label."""
    says = re.compile(rf"\b{re.escape(text)}\b", re.IGNORECASE)
    counts = [pair for component in components for pair in database.example_labels(layer, component)]
    n = sum(count for _, count in counts)
    return sum(count for label, count in counts if says.search(label)) / n if n else 0.0


def _query(text: str) -> str:
    """The text as one term of the query language, in quotes where it would be read otherwise."""
    terms = parse_query(text)
    return text if len(terms) == 1 and terms[0].kind == "text" and terms[0].text == text else f'"{text}"'
