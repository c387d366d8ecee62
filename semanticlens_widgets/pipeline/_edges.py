"""The mean over samples of how much lower components add to one component."""

from collections.abc import Sequence
from contextlib import closing

import torch
from jaxtyping import Float
from torch import Tensor

from semanticlens_widgets.attribution import edges
from semanticlens_widgets.collection._batches import next_batch, stack
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images, decode_ahead
from semanticlens_widgets.pipeline._attribute import Studied

_BATCH = 16


def mean_edges(
    database: ConceptDatabase,
    studied: Studied,
    images: Images,
    component: str,
    below: str,
    samples: Sequence[int] | None = None,
) -> Float[Tensor, " component"]:
    """The edges to a component such as "layer4:12" from every component of `below`, by default over its examples.

    Raises ValueError for a component without examples, and what `attribution.edges` raises.
    """
    layer, row = database.place(component)
    below, provenance = database.layer(below), database.provenance
    chosen = _examples(database, layer, row) if samples is None else _checked(samples, images)
    pooling = provenance.pooling.get(layer, "max")
    parts = []
    with closing(decode_ahead(images, chosen, studied.transform, depth=2 * _BATCH)) as stream:
        while (batch := next_batch(stream, _BATCH)).n_consumed:
            if batch.sample_ids:
                pixels = stack(batch, torch.contiguous_format)
                parts.append(
                    edges(studied.model, pixels, below, layer, row, pooling=pooling, sign=provenance.sign)
                )
    if not parts:
        raise ImagesError(f"none of the {len(chosen)} samples of {component!r} can be read; check the files")
    return torch.cat(parts).mean(0)


def _examples(database: ConceptDatabase, layer: str, row: int) -> list[int]:
    ids = [sample for sample in database.examples[layer].sample_ids[row].tolist() if sample >= 0]
    if not ids:
        raise ValueError(
            f"component {database.examples[layer].name(row)!r} has no concept examples, so name samples: samples=[...]"
        )
    return ids


def _checked(samples: Sequence[int], images: Images) -> list[int]:
    found = [int(sample) for sample in samples]
    outside = [sample for sample in found if not 0 <= sample < len(images)]
    if outside or not found:
        wrong = outside[0] if outside else "none"
        raise ValueError(f"samples must name images from 0 to {len(images) - 1}, not {wrong}")
    return found
