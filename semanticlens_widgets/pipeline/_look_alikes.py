"""Look-alikes of concept examples: for each the image that looks most like it and does not excite the component.

Departure from the search over all images: candidates are the samples that some component has among its examples, which
are embedded anyway. So the foundation model sees no further image, and a lens grows by one number an example.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from semanticlens_widgets import _cache
from semanticlens_widgets._cache import Cache, Codec
from semanticlens_widgets.concepts import ConceptDatabase, ConceptExamples
from semanticlens_widgets.layers import capture, given_scores, layer_identity, observed
from semanticlens_widgets.passes import Batch, Checkpoint, Fold, Pass, format_named, merged_by_key, run_pass
from semanticlens_widgets.pipeline._examples import Setup
from semanticlens_widgets.tensors import signed_pool
from semanticlens_widgets.tensors._cosine import normalized
from semanticlens_widgets.tensors._most_similar import MostSimilar, more_similar, most_similar, none_similar

_CHUNK = 1024
LookAlikes = Int[Tensor, "component k"]


def find_look_alikes(setup: Setup, database: ConceptDatabase, store: Cache) -> dict[str, LookAlikes]:
    """Layer -> sample ids, -1 for none; see `ConceptDatabase.look_alikes`.

    The samples run through the model once more. With a cache an interrupted run is resumed.
    """
    examples = database.examples
    found = [
        (*layer_identity(layer), pooling, examples[layer].sample_ids.tolist())
        for layer, pooling in setup.poolings.items()
    ]
    cropped = [] if database.crops is None else [database.crops.threshold]
    key = (_cache.COLLECTING, *setup.fingerprints.values(), setup.sign, found, *cropped)

    def compute(layers: list[str], checkpoint: Checkpoint | None) -> dict[str, LookAlikes]:
        work = _pass(setup, database, layers)
        nearest = run_pass(work, checkpoint=checkpoint, progress=setup.progress).state.layers
        return {layer: own.candidate for layer, own in nearest.items()}

    codec = Codec[LookAlikes](lambda ids: ({"sample_ids": ids}, {}), lambda tensors, _: tensors["sample_ids"])
    return store.by_layer("look_alikes", {layer: (*key, layer) for layer in setup.poolings}, codec, compute)


@dataclass(frozen=True, eq=False)
class Nearest:
    """Layer -> the nearest candidate of every example so far, by its sample id."""

    layers: Mapping[str, MostSimilar]

    def merge(self, other: "Nearest") -> "Nearest":
        """The nearest of both; bit-identical in any order."""
        return Nearest(merged_by_key(self.layers, other.layers, more_similar))


def _pass(setup: Setup, database: ConceptDatabase, layers: list[str]) -> Pass[Nearest]:
    execution = database.provenance.execution
    examples = {layer: database.examples[layer] for layer in layers}
    return Pass(
        model=setup.model,
        images=setup.images,
        samples=database.samples.ids.tolist(),
        transform=setup.transform,
        step=partial(searching, setup.model, _without_pictures(database), setup.poolings, layers),
        empty=Nearest({layer: none_similar(own.n_components, own.k) for layer, own in examples.items()}),
        label="finding look-alikes",
        batch_size=cast("int", execution["batch_size"]),
        memory_format=format_named(cast("str", execution["memory_format"])),
    )


def _without_pictures(database: ConceptDatabase) -> ConceptDatabase:
    """The database without thumbnails, names and labels, which workers do without."""
    none: Any = {
        "thumbnail_bytes": torch.zeros(0, dtype=torch.uint8),
        "thumbnail_offsets": torch.zeros(1, dtype=torch.int64),
    }
    crops = database.crops and replace(database.crops, **none)
    return replace(database, samples=replace(database.samples, labels=(), names=(), **none), crops=crops)


@contextmanager
def searching(
    model: nn.Module, database: ConceptDatabase, poolings: Mapping[str, str], layers: list[str]
) -> Iterator[Fold[Nearest]]:
    """The step of `find_look_alikes`: a batch holds candidates."""
    tables = {layer: database.example_table(layer) for layer in layers}
    directions = {layer: normalized(table) for layer, (table, _) in tables.items()}
    candidates, sign = normalized(database.samples.embeddings), database.provenance.sign
    scores: dict[str, Tensor] = {}

    def keep(layer: str, output: Tensor) -> None:
        scores[layer] = signed_pool(output, poolings[layer], sign).cpu()

    def fold(state: Nearest, batch: Batch) -> Nearest:
        model(batch.pixels)
        for layer in set(layers) - set(seen):
            keep(layer, given_scores(layer, batch.sample_ids))
        ids = torch.tensor(batch.sample_ids)
        own = candidates[database.samples.rows(ids)].T
        found = {
            layer: _of_layer(
                database.examples[layer], directions[layer] @ own, tables[layer][1], ids, scores[layer].T
            )
            for layer in layers
        }
        return state.merge(Nearest(found))

    seen = observed(layers)
    with capture(model, seen, keep):
        yield fold


def _of_layer(
    examples: ConceptExamples,
    similarity: Float[Tensor, "row candidate"],
    rows: Int[Tensor, "component k"],
    ids: Int[Tensor, " candidate"],
    scores: Float[Tensor, "component candidate"],
) -> MostSimilar:
    excited = scores >= examples.mean.unsqueeze(1)
    parts = []
    chunks = (table.split(_CHUNK) for table in (examples.sample_ids, rows, excited))
    for own, own_rows, barred in zip(*chunks, strict=True):
        among_examples = (own.unsqueeze(2) == ids).any(1)
        parts.append(most_similar(similarity, own_rows, barred | among_examples))
    candidate = torch.cat([part.candidate for part in parts])
    return MostSimilar(
        torch.where(candidate < 0, -1, ids[candidate.clamp(min=0)]),
        torch.cat([part.similarity for part in parts]),
    )
