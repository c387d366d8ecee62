"""Finds for every concept example the image that looks most like it and does not excite the component.

Departure from the search over all images: candidates are the samples that some component has among its examples, which
are embedded anyway. So the foundation model sees no further image, and a lens grows by one number an example.
"""

from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import cast

import torch
from jaxtyping import Float, Int
from torch import Tensor
from tqdm.auto import tqdm

from semanticlens_widgets._memory import kept_buffers
from semanticlens_widgets._saving import saving
from semanticlens_widgets.collection._batches import next_batch, stack
from semanticlens_widgets.collection._calibration import format_named
from semanticlens_widgets.concepts import ConceptDatabase, ConceptExamples
from semanticlens_widgets.images import decode_ahead
from semanticlens_widgets.layers import capture, model_device, model_dtype
from semanticlens_widgets.pipeline import _versions
from semanticlens_widgets.pipeline._cache import Cache, Entry
from semanticlens_widgets.pipeline._collect import Study
from semanticlens_widgets.tensors import signed_pool
from semanticlens_widgets.tensors._cosine import normalized
from semanticlens_widgets.tensors._most_similar import MostSimilar, more_similar, most_similar, none_similar

_CHUNK = 1024
Scores = Mapping[str, Float[Tensor, "candidate component"]]


@dataclass(frozen=True, eq=False)
class _Search:
    study: Study
    database: ConceptDatabase
    candidates: Float[Tensor, "sample dim"]
    """The directions of all samples."""
    examples: Mapping[str, tuple[Float[Tensor, "row dim"], Int[Tensor, "component k"]]]
    """Layer -> directions, and the row of every example."""


@dataclass(frozen=True, eq=False)
class _State:
    """After the first samples: layer -> the best of them, by their ids."""

    n_done: int
    best: Mapping[str, MostSimilar]


def find_look_alikes(
    study: Study, database: ConceptDatabase, fingerprints: Mapping[str, str], store: Cache
) -> dict[str, Int[Tensor, "component k"]]:
    """Layer -> sample ids, -1 for none; see `ConceptDatabase.look_alikes`.

    The samples run through the model once more. With a cache an interrupted run goes on where it stopped.
    """
    examples = database.examples
    found = [(layer, study.poolings[layer], own.sample_ids.tolist()) for layer, own in examples.items()]
    cropped = [] if database.crops is None else [database.crops.threshold]
    key = (_versions.COLLECTING, *fingerprints.values(), study.sign, found, *cropped)
    entry = store.entry("look_alikes", *key)
    tables = {layer: database.example_table(layer) for layer in examples}
    directions = {layer: (normalized(table), rows) for layer, (table, rows) in tables.items()}
    search = _Search(study, database, normalized(database.samples.embeddings), directions)
    state = _load(entry, examples)
    if state.n_done < len(database.samples):
        state = _finish(search, state, entry)
    return {layer: best.candidate for layer, best in state.best.items()}


def _finish(search: _Search, state: _State, entry: Entry | None) -> _State:
    with saving(lambda: _save(entry, state)) as now_and_then, closing(_states(search, state)) as states:
        for state in states:  # noqa: B007 - it is saved
            now_and_then()
    return state


def _states(search: _Search, state: _State) -> Generator[_State, None, None]:
    """The state after every batch."""
    study, execution = search.study, search.database.provenance.execution
    size = cast("int", execution["batch_size"])
    todo = search.database.samples.ids.tolist()[state.n_done :]
    stream = decode_ahead(study.images, todo, study.transform, depth=2 * size)
    quiet = not study.how["progress"]
    bar = tqdm(total=len(todo), desc="finding look-alikes", unit="image", disable=quiet)
    scores: dict[str, Tensor] = {}

    def keep(layer: str, output: Tensor) -> None:
        scores[layer] = signed_pool(output, study.poolings[layer], study.sign).cpu()

    with bar, kept_buffers(), closing(stream), capture(study.model, list(search.examples), keep):
        while (batch := next_batch(stream, size)).n_consumed:
            best = state.best
            if batch.sample_ids:
                pixels = stack(batch, format_named(cast("str", execution["memory_format"])))
                study.model(pixels.to(model_device(study.model), model_dtype(study.model)))
                best = _nearer(search, best, torch.tensor(batch.sample_ids), scores)
            state = _State(state.n_done + batch.n_consumed, best)
            bar.update(batch.n_consumed)
            yield state


def _nearer(
    search: _Search, best: Mapping[str, MostSimilar], ids: Int[Tensor, " candidate"], scores: Scores
) -> dict[str, MostSimilar]:
    """The best after these candidates."""
    directions = search.candidates[search.database.samples.rows(ids)].T
    found = {
        layer: _of_layer(search.database.examples[layer], table @ directions, rows, ids, scores[layer].T)
        for layer, (table, rows) in search.examples.items()
    }
    return {layer: more_similar(best[layer], own) for layer, own in found.items()}


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


def _save(entry: Entry | None, state: _State) -> None:
    if entry is not None:
        tensors = {
            f"{number}.{name}": getattr(best, name)
            for number, best in enumerate(state.best.values())
            for name in ("candidate", "similarity")
        }
        entry.save(tensors, {"n_done": state.n_done})


def _load(entry: Entry | None, examples: Mapping[str, ConceptExamples]) -> _State:
    found = entry.load() if entry else None
    if found is None:
        return _State(0, {layer: none_similar(own.n_components, own.k) for layer, own in examples.items()})
    tensors, rest = found
    names = ("candidate", "similarity")
    best = {
        layer: MostSimilar(*(tensors[f"{number}.{name}"] for name in names))
        for number, layer in enumerate(examples)
    }
    return _State(rest["n_done"], best)
