"""Finds for every concept example the image that looks most like it and does not excite the component.

Departure from the search over all images: candidates are the samples that some component has among its examples, which
are embedded anyway. So the foundation model sees no further image, and a lens grows by one number an example.
"""

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from tqdm.auto import tqdm

from semanticlens_widgets._memory import kept_buffers
from semanticlens_widgets.collection._batches import next_batch, stack
from semanticlens_widgets.collection._calibration import format_named
from semanticlens_widgets.concepts import ConceptExamples, Samples
from semanticlens_widgets.images import decode_ahead
from semanticlens_widgets.layers import capture, model_device, model_dtype
from semanticlens_widgets.pipeline._cache import Cache, Entry
from semanticlens_widgets.pipeline._collect import Collection, Study
from semanticlens_widgets.tensors import signed_pool
from semanticlens_widgets.tensors._cosine import normalized
from semanticlens_widgets.tensors._most_similar import MostSimilar, more_similar, most_similar, none_similar

_SECONDS_BETWEEN_SAVES = 20.0
_CHUNK = 1024
Scores = Mapping[str, Float[Tensor, "candidate component"]]


@dataclass(frozen=True, eq=False)
class _Search:
    study: Study
    examples: Mapping[str, ConceptExamples]
    samples: Samples
    directions: Float[Tensor, "sample dim"]
    execution: Mapping[str, Any]
    """How the layers were collected."""


@dataclass(frozen=True, eq=False)
class _State:
    """After the first samples: layer -> the best of them, by their ids."""

    n_done: int
    best: Mapping[str, MostSimilar]


def find_look_alikes(
    study: Study, collection: Collection, samples: Samples, fingerprints: Mapping[str, str], store: Cache
) -> dict[str, Int[Tensor, "component k"]]:
    """Layer -> sample ids, -1 for none; see `ConceptDatabase.look_alikes`.

    The samples run through the model once more. With a cache an interrupted run goes on where it stopped.
    """
    examples = collection.examples
    found = [(layer, study.poolings[layer], own.sample_ids.tolist()) for layer, own in examples.items()]
    entry = store.entry("look_alikes", *fingerprints.values(), study.sign, found)
    search = _Search(study, examples, samples, normalized(samples.embeddings), collection.execution)
    state = _load(entry, examples)
    if state.n_done < len(samples):
        state = _finish(search, state, entry)
    return {layer: best.candidate for layer, best in state.best.items()}


def _finish(search: _Search, state: _State, entry: Entry | None) -> _State:
    saved = time.monotonic()
    try:
        with closing(_states(search, state)) as states:
            for state in states:
                if time.monotonic() - saved > _SECONDS_BETWEEN_SAVES:
                    _save(entry, state)
                    saved = time.monotonic()
    finally:
        # Also when the user interrupts: what was found is kept.
        _save(entry, state)
    return state


def _states(search: _Search, state: _State) -> Generator[_State, None, None]:
    """The state after every batch."""
    study, size = search.study, search.execution["batch_size"]
    todo = search.samples.ids.tolist()[state.n_done :]
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
                pixels = stack(batch, format_named(search.execution["memory_format"]))
                study.model(pixels.to(model_device(study.model), model_dtype(study.model)))
                best = _nearer(search, best, torch.tensor(batch.sample_ids), scores)
            state = _State(state.n_done + batch.n_consumed, best)
            bar.update(batch.n_consumed)
            yield state


def _nearer(
    search: _Search, best: Mapping[str, MostSimilar], ids: Int[Tensor, " candidate"], scores: Scores
) -> dict[str, MostSimilar]:
    """The best after these candidates."""
    similarity = search.directions @ search.directions[search.samples.rows(ids)].T
    return {
        layer: more_similar(
            best[layer], _of_layer(search.samples, examples, similarity, ids, scores[layer].T)
        )
        for layer, examples in search.examples.items()
    }


def _of_layer(
    samples: Samples,
    examples: ConceptExamples,
    similarity: Float[Tensor, "sample candidate"],
    ids: Int[Tensor, " candidate"],
    scores: Float[Tensor, "component candidate"],
) -> MostSimilar:
    excited = scores >= examples.mean.unsqueeze(1)
    parts = []
    for own, barred in zip(examples.sample_ids.split(_CHUNK), excited.split(_CHUNK), strict=True):
        among_examples = (own.unsqueeze(2) == ids).any(1)
        parts.append(most_similar(similarity, samples.rows(own), barred | among_examples))
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
