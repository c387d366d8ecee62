"""Examples within a class: of its samples those to which a component matters most, embedded like concept examples."""

from dataclasses import replace
from typing import Any, cast

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from semanticlens_widgets._cache import Cache
from semanticlens_widgets.concepts import ConceptDatabase, ConceptExamples, EmbeddedExamples, Relevance
from semanticlens_widgets.foundation_models import FoundationModel
from semanticlens_widgets.images import Images
from semanticlens_widgets.passes import Report
from semanticlens_widgets.pipeline._crops import found_places
from semanticlens_widgets.pipeline._embed import embed
from semanticlens_widgets.pipeline._embedded import WHOLE, Piece
from semanticlens_widgets.pipeline._examples import Setup
from semanticlens_widgets.pipeline._studied import Studied
from semanticlens_widgets.pipeline._tables import pieces_of, unique_crops
from semanticlens_widgets.tensors._component_embeddings import component_embeddings

MOST, FEWEST = 8, 3
"""Numbers of examples: at most a third of the class's samples, so that random groups of these differ."""
WITHIN_SAMPLES = 3 * FEWEST
"""Samples that a class must have."""
RESTS_ON = 0.95
"""The class rests on components up to this share of its positive relevance; responses beyond are faint."""


def class_examples(
    database: ConceptDatabase,
    relevance: Relevance,
    class_name: str,
    studied: Studied,
    images: Images,
    foundation_model: FoundationModel,
    report: Report | None = None,
) -> EmbeddedExamples | None:
    """The examples of the components that the class rests on, cut like the layer's; None for fewer than 9 samples.

    Runs the model over the examples where they are to be cut. What was embedded is kept in the cache. With `report`,
    which is told how many images or crops are done and of how many, there is no progress bar.
    """
    row = relevance.row(class_name)
    own = (relevance.sample_classes == row).nonzero()[:, 0]
    k = min(MOST, len(own) // 3)
    if len(own) < WITHIN_SAMPLES:
        return None
    examples = _chosen(database.examples[relevance.layer], relevance, _rests_on(relevance.share[row]), own, k)
    samples: list[Piece] = [(sample, WHOLE) for sample in relevance.sample_ids[own].tolist()]
    pieces, rows = _pieces(database, studied, images, examples, report)
    provenance = database.provenance
    fingerprints = provenance.images_fingerprint, provenance.foundation_model_fingerprint
    parts = Cache(studied.cache).parts("embedded", *fingerprints)
    known = embed(
        images, [*samples, *pieces], foundation_model, parts, progress=report is None, report=report
    )
    return EmbeddedExamples(
        component_embeddings(
            known.embeddings(pieces), rows, normalize_examples=provenance.normalize_examples
        ),
        examples.n_examples,
        known.embeddings(samples),
    )


def _rests_on(share: Float[Tensor, " component"]) -> Bool[Tensor, " component"]:
    """The components with the largest shares that together have `RESTS_ON`."""
    order = share.argsort(descending=True, stable=True)
    found = share > 0
    found[order] &= share[order].cumsum(0) - share[order] < RESTS_ON
    return found


def _chosen(
    examples: ConceptExamples,
    relevance: Relevance,
    components: Bool[Tensor, " component"],
    own: Int[Tensor, " sample"],
    k: int,
) -> ConceptExamples:
    """Of the class's samples those to which each of the components is most relevant, -1 beyond the relevant ones."""
    relevant = relevance.relevance[own].float().T
    best = relevant.argsort(dim=1, descending=True, stable=True)[:, :k]
    present = (relevant.gather(1, best) > 0) & (components & ~examples.dead).unsqueeze(1)
    scores = relevance.scores[own].float().T.gather(1, best)
    return replace(
        examples,
        sample_ids=relevance.sample_ids[own][best].masked_fill(~present, -1),
        scores=scores.masked_fill(~present, -torch.inf),
        positions=torch.full(best.shape, -1, dtype=torch.int32),
    )


def _pieces(
    database: ConceptDatabase,
    studied: Studied,
    images: Images,
    examples: ConceptExamples,
    report: Report | None,
) -> tuple[list[Piece], Int[Tensor, "component k"]]:
    """The examples as pieces, and the row of each among them, -1 for none."""
    layer, crops, provenance = examples.layer, database.crops, database.provenance
    if crops is None or layer not in crops.rows:
        ids, rows = examples.sample_ids.unique(return_inverse=True)
        absent = int((ids < 0).sum())
        return [(sample, WHOLE) for sample in ids[absent:].tolist()], rows - absent
    setup = Setup(
        model=studied.model,
        images=images,
        transform=studied.transform,
        poolings=provenance.pooling,
        layouts={},
        k=examples.k,
        sign=provenance.sign,
        fingerprints={},
        progress=report is None,
    )
    execution = cast("dict[str, Any]", provenance.execution)
    named = {studied.layer(layer): examples}
    places = found_places(setup, named, crops.threshold, execution, report=report)
    keys, rows = unique_crops({layer: examples}, places)
    return pieces_of(keys), rows[layer]
