"""A name for every component, or the honest answer that it has none."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import get_args

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from semanticlens_widgets._arguments import check_choice
from semanticlens_widgets._choices import Baseline, LabelMethod
from semanticlens_widgets.analysis.labels.candidates import Candidates
from semanticlens_widgets.analysis.labels.chance import Chance
from semanticlens_widgets.analysis.labels.chance import clear as clear_where
from semanticlens_widgets.analysis.labels.contrastive import contrastive_embeddings
from semanticlens_widgets.analysis.labels.example_groups import first_copies
from semanticlens_widgets.analysis.labels.group_labels import group_labels
from semanticlens_widgets.analysis.labels.soft_wpmi import soft_wpmi
from semanticlens_widgets.analysis.labels.two_best import (
    AT_ONCE,
    TwoBest,
    two_best,
    two_nearest,
    two_of_pairs,
)
from semanticlens_widgets.analysis.labels.vocabulary import EmbeddedVocabulary, embed_vocabulary
from semanticlens_widgets.analysis.queries.unrelated import against_unrelated
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.foundation_models import FoundationModel
from semanticlens_widgets.tensors._equal_rows import distinct_size

CLEAR_ABOVE = 2.75
"""A label is clear from this null z-score on, where it is also clearer than those of 95 % of random groups.

Measured with the offline foundation model on the photos and on Caltech-101 (`bench_labels`): the best of 200 words for
what no photo can show is clear for 1.5 and 4.0 % of the components; its own name is clear for 85 and 100 % of the
output units of present classes. Of the general vocabulary something reaches the z-score for every component; with
chance, 2.5 % of the components of the demo's earliest layer have a clear label and 37 % of its last. Chance is drawn in
groups as large as what is labelled.
"""


def label(
    database: ConceptDatabase,
    foundation_model: FoundationModel | None,
    vocabulary: str | Path | Iterable[str] | EmbeddedVocabulary | Candidates,
    *,
    layer: str | Sequence[str] | None = None,
    method: LabelMethod = "nearest",
    threshold: float = CLEAR_ABOVE,
    templates: Sequence[str] | None = None,
    baseline: Baseline | None = "embedding",
) -> pd.DataFrame:
    """One row a component of `layer` (or layers; of all when None) with the text that names it best.

    Columns:
        component, layer, index.
        label: The vocabulary's best text, "" where it is not clear.
        clear: Whether `null_z_score` reaches `threshold` and `chance_percentile` reaches 0.95.
        best, runner_up: The two best texts, clear or not; "" where there is none.
        margin: How far the best is ahead, in the unit of the method: cosine, or nats for "soft-wpmi".
        alignment: Cosine of the component with `best`.
        null_z_score, null_percentile: The alignment against the component's alignments with unrelated words; the
            percentiles are shares, in [0, 1].
        chance_percentile: `null_z_score` against that of the best texts of random groups of as many samples: the larger
            the vocabulary, the better a text fits also what has no meaning.
        labels: (text, share) of every group of the examples whose nearest text is clear, largest first: several for a
            polysemantic component; what is missing to a sum of 1 has no clear label. Chance is what the best of the
            groups reaches where random samples fall into groups; without a clear group, `label` as a whole.

    An embedded vocabulary (see `embed_vocabulary`) has its templates and its baseline, and needs no foundation model.
    With `Candidates` the texts of a component are its own candidates, listed in a column `candidates`; chance still
    chooses from the whole vocabulary: a labeller that sees the images chooses, too. Its labels are of whole components.

    Raises ValueError for an unknown method, LayerNotFoundError, and what `vocabularies.vocabulary` and `probes` raise.
    """
    check_choice("method", method, get_args(LabelMethod))
    if isinstance(threshold, bool) or not isinstance(threshold, int | float):
        raise TypeError(f"threshold must be a number of standard deviations, not {threshold!r}")
    layers = database.layer_names(layer)
    if isinstance(vocabulary, Candidates):
        tables = [_candidates_table(database, vocabulary, name, threshold) for name in layers]
        return pd.concat(tables, ignore_index=True)
    embedded = embed_vocabulary(
        database, foundation_model, vocabulary, templates=templates, baseline=baseline
    )
    tables = [_layer_table(database, embedded, name, method, threshold) for name in layers]
    return pd.concat(tables, ignore_index=True)


def top_labels(
    database: ConceptDatabase, vocabulary: EmbeddedVocabulary, layer: str, top: int = 5
) -> Int[Tensor, "component top"]:
    """The rows of the `top` vocabulary texts with the highest alignment to every component, best first."""
    embeddings = database.component_embeddings[database.layer_name(layer)]
    top = min(top, len(vocabulary.texts))
    parts = [(part @ vocabulary.directions.T).topk(top, dim=1).indices for part in embeddings.split(1024)]
    return torch.cat(parts)


def _layer_table(
    database: ConceptDatabase, vocabulary: EmbeddedVocabulary, layer: str, method: str, threshold: float
) -> pd.DataFrame:
    embeddings = _embeddings(database, layer, method)
    if method == "soft-wpmi":
        scores = soft_wpmi(*database.example_table(layer), vocabulary.directions)
        found = two_best(scores, len(embeddings))
    else:
        found = two_nearest(embeddings, vocabulary.directions)
    return _table_of(database, vocabulary, layer, embeddings, found, threshold)


def _candidates_table(
    database: ConceptDatabase, candidates: Candidates, layer: str, threshold: float
) -> pd.DataFrame:
    embeddings, vocabulary = database.component_embeddings[layer], candidates.vocabulary
    found = two_of_pairs(embeddings, vocabulary.directions, *candidates.pairs(layer))
    table = _table_of(database, vocabulary, layer, embeddings, found, threshold)
    labels = pd.Series([[(text, 1.0)] if text else [] for text in table["label"]])
    return table.assign(labels=labels, candidates=pd.Series(candidates.of[layer]))


def _table_of(
    database: ConceptDatabase,
    vocabulary: EmbeddedVocabulary,
    layer: str,
    embeddings: Float[Tensor, "component dim"],
    found: TwoBest,
    threshold: float,
) -> pd.DataFrame:
    present = embeddings.any(1) & (found.score[0] > -torch.inf)
    second = present & (found.score[1] > -torch.inf)
    best = torch.where(present, found.index[0], -1)
    parts = zip(embeddings.split(AT_ONCE), best.clamp(min=0).split(AT_ONCE), strict=True)
    products = [(part * vocabulary.directions[texts]).sum(1) for part, texts in parts]
    alignment = torch.cat(products).masked_fill(~present, torch.nan)
    z_score, percentile = against_unrelated(embeddings, alignment, vocabulary.unrelated)
    examples = database.examples[layer]
    table, rows = database.example_table(layer)[0], database.distinct_rows(layer)
    chance = Chance(table, first_copies(database, layer), vocabulary)
    sizes = distinct_size(rows)
    chance.warn_where_too_few(layer, sizes)
    beyond = chance.percentile(z_score, sizes)
    clear = clear_where(z_score, beyond, threshold)
    label_rows = torch.where(clear, best, -1)
    return pd.DataFrame(
        {
            "component": [examples.name(index) for index in range(examples.n_components)],
            "layer": layer,
            "index": range(examples.n_components),
            "label": _texts(vocabulary, label_rows),
            "clear": clear.numpy(),
            "best": _texts(vocabulary, best),
            "runner_up": _texts(vocabulary, torch.where(second, found.index[1], -1)),
            "margin": found.margin.masked_fill(~second, torch.nan).numpy(),
            "alignment": alignment.numpy(),
            "null_z_score": z_score.numpy(),
            "null_percentile": percentile.numpy(),
            "chance_percentile": beyond.numpy(),
            "labels": group_labels(table, rows, vocabulary, label_rows, threshold, chance),
        }
    )


def _embeddings(database: ConceptDatabase, layer: str, method: str) -> Float[Tensor, "component dim"]:
    if method == "csp":
        return contrastive_embeddings(database, layer)
    return database.component_embeddings[layer]


def _texts(vocabulary: EmbeddedVocabulary, rows: Int[Tensor, " component"]) -> list[str]:
    return [vocabulary.texts[row] if row >= 0 else "" for row in rows.tolist()]
