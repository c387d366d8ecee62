"""Histograms of a component's scores, on which its examples are marked."""

import torch

from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.widgets.answers.neurons.protocol import Histogram

BINS = 32


def histogram(database: ConceptDatabase, layer: str, component: int) -> Histogram | None:
    """Counts a component's scores on the attributed samples in 32 equal bins; None without a relevance of the layer.

    The bins span these scores and those of the examples, which need not be among the attributed samples.
    """
    relevance = database.relevance.get(layer)
    if relevance is None or len(relevance.sample_ids) == 0:
        return None
    scores = relevance.scores[:, component].float()
    examples = database.examples[layer]
    spanned = torch.cat([scores, examples.scores[component, examples.sample_ids[component] >= 0].float()])
    low, high = float(spanned.min()), float(spanned.max())
    counts = torch.histc(scores, BINS, low, high)
    return {"low": low, "high": high, "counts": counts.int().tolist(), "n_samples": len(scores)}
