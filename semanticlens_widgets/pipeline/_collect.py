"""Collects the layers that the cache does not have, in one pass, and remembers them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets.collection import collect
from semanticlens_widgets.concepts import ConceptExamples, examples_from_tensors, examples_to_tensors
from semanticlens_widgets.images import Images
from semanticlens_widgets.pipeline import _versions
from semanticlens_widgets.pipeline._cache import Cache, Entry
from semanticlens_widgets.pipeline._resume import StoredProgress


@dataclass(frozen=True, eq=False)
class Study:
    """What is run over what, and what is kept of it."""

    model: nn.Module
    images: Images
    transform: Callable[[Image.Image], Tensor]
    poolings: Mapping[str, str]
    """Layer -> pooling, in the order in which the layers were asked for."""
    k: int
    sign: str
    how: Mapping[str, Any]
    """Batch size, memory format, device, progress: what does not change the result."""


@dataclass(frozen=True, eq=False)
class Collection:
    """The concept examples of every layer, and the samples that could not be used."""

    examples: Mapping[str, ConceptExamples]
    broken: Mapping[int, str]
    execution: Mapping[str, Any] = field(default_factory=dict)


def collect_cached(study: Study, fingerprints: Mapping[str, str], store: Cache) -> Collection:
    """The collection of every layer of the study, as one pass over all images would give it."""
    entries = {layer: _entry(study, fingerprints, store, layer) for layer in study.poolings}
    found = {
        layer: collection for layer, entry in entries.items() if (collection := _load(entry)) is not None
    }
    missing = [layer for layer in entries if layer not in found]
    if missing:
        fresh = _collect(study, fingerprints, store, missing)
        for layer in missing:
            found[layer] = Collection({layer: fresh.examples[layer]}, fresh.broken, fresh.execution)
            _save(entries[layer], layer, found[layer])
    return _union([found[layer] for layer in entries])


def study_key(study: Study, fingerprints: Mapping[str, str]) -> tuple[object, ...]:
    """What decides where the best samples are, but for layer and pooling."""
    identity = (fingerprints["model"], fingerprints["images"], fingerprints["preprocessing"])
    return _versions.COLLECTING, *identity, study.k, study.sign


def _collect(study: Study, fingerprints: Mapping[str, str], store: Cache, layers: list[str]) -> Collection:
    entry = store.entry(
        "interrupted", *study_key(study, fingerprints), {layer: study.poolings[layer] for layer in layers}
    )
    collected = collect(
        study.model,
        study.images,
        layers,
        transform=study.transform,
        k=study.k,
        pooling={layer: study.poolings[layer] for layer in layers},
        sign=study.sign,
        checkpoint=StoredProgress(entry) if entry else None,
        **study.how,
    )
    if entry:
        entry.delete()
    return Collection(collected.examples, collected.broken, collected.execution)


def _entry(study: Study, fingerprints: Mapping[str, str], store: Cache, layer: str) -> Entry | None:
    return store.entry("collected", *study_key(study, fingerprints), layer, study.poolings[layer])


def _load(entry: Entry | None) -> Collection | None:
    found = entry.load() if entry else None
    if found is None:
        return None
    tensors, rest = found
    examples = examples_from_tensors(tensors, rest["examples"])
    broken = {int(sample): reason for sample, reason in rest["broken"].items()}
    return Collection({examples.layer: examples}, broken, rest["execution"])


def _save(entry: Entry | None, layer: str, collection: Collection) -> None:
    if entry is None:
        return
    tensors, rest = examples_to_tensors(collection.examples[layer])
    entry.save(tensors, {"examples": rest, "broken": collection.broken, "execution": collection.execution})


def _union(collections: list[Collection]) -> Collection:
    examples: dict[str, ConceptExamples] = {}
    broken: dict[int, str] = {}
    for collection in collections:
        examples.update(collection.examples)
        broken.update(collection.broken)
    return Collection(examples, broken, collections[-1].execution)
