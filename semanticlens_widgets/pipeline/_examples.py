"""Concept examples of every layer, collected in one pass as far as the cache does not have them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple, dataclass, field
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets import _cache
from semanticlens_widgets._cache import Cache, Codec
from semanticlens_widgets.collection import collect
from semanticlens_widgets.concepts import ConceptExamples, examples_from_tensors, examples_to_tensors
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import Layout, known_layout, layer_identity, remember_layouts
from semanticlens_widgets.passes import Checkpoint, Stored


@dataclass(frozen=True, eq=False)
class Setup:
    """Model, images and settings of a build."""

    model: nn.Module
    images: Images
    transform: Callable[[Image.Image], Tensor]
    poolings: Mapping[str, str]
    """Layer -> pooling, in the order in which the layers were asked for."""
    layouts: Mapping[str, Layout]
    """Layer -> layout, for layers whose axes the caller named."""
    k: int
    sign: str
    fingerprints: Mapping[str, str]
    """Of "model", its "behaviour", "images", "preprocessing" and "foundation_model"."""
    batch_size: int | None = None
    memory_format: torch.memory_format | None = None
    device: str | torch.device | None = None
    progress: bool = True

    @property
    def key(self) -> tuple[object, ...]:
        """Everything that decides the best samples, except layer and pooling."""
        identity = (self.fingerprints[name] for name in ("model", "behaviour", "images", "preprocessing"))
        return _cache.COLLECTING, *identity, self.k, self.sign

    def layer_key(self, layer: str) -> tuple[object, ...]:
        """Layer and pooling, and the layout where the caller named it."""
        named = [astuple(self.layouts[layer])] if layer in self.layouts else []
        return *layer_identity(layer), self.poolings[layer], *named


@dataclass(frozen=True, eq=False)
class Collection:
    """The concept examples of layers, and the samples that could not be used."""

    examples: Mapping[str, ConceptExamples]
    broken: Mapping[int, str]
    """Sample id -> reason."""
    execution: Mapping[str, Any] = field(default_factory=dict)
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    """Layer -> layout that was used."""


def collect_examples(setup: Setup, store: Cache) -> Collection:
    """The collection of every layer of the setup, as one pass over all images would give it."""
    keys = {layer: (*setup.key, *setup.layer_key(layer)) for layer in setup.poolings}

    def compute(layers: list[str], checkpoint: Checkpoint | None) -> dict[str, Collection]:
        found = collect(
            setup.model,
            setup.images,
            layers,
            transform=setup.transform,
            k=setup.k,
            pooling={layer: setup.poolings[layer] for layer in layers},
            sign=setup.sign,
            batch_size=setup.batch_size,
            memory_format=setup.memory_format,
            device=setup.device,
            progress=setup.progress,
            checkpoint=checkpoint,
        )
        return {
            layer: Collection({layer: examples}, found.broken, found.execution, _layouts(setup.model, layer))
            for layer, examples in found.examples.items()
        }

    found = _union(store.by_layer("collected", keys, _CODEC, compute))
    remember_layouts(setup.model, found.layouts)
    return found


def _layouts(model: nn.Module, layer: str) -> dict[str, Layout]:
    layout = known_layout(model, layer)
    return {} if layout is None else {layer: layout}


def _to_tensors(collection: Collection) -> Stored:
    [examples] = collection.examples.values()
    tensors, rest = examples_to_tensors(examples)
    layouts = {layer: asdict(layout) for layer, layout in collection.layouts.items()}
    return tensors, {
        "examples": rest,
        "broken": collection.broken,
        "execution": collection.execution,
        "layouts": layouts,
    }


def _from_tensors(tensors: Mapping[str, Tensor], rest: Mapping[str, Any]) -> Collection:
    examples = examples_from_tensors(tensors, rest["examples"])
    broken = {int(sample): reason for sample, reason in rest["broken"].items()}
    layouts = {layer: Layout(**layout) for layer, layout in rest["layouts"].items()}
    return Collection({examples.layer: examples}, broken, rest["execution"], layouts)


_CODEC = Codec(_to_tensors, _from_tensors)


def _union(collections: Mapping[str, Collection]) -> Collection:
    """One collection of all; its layers are those of the mapping, whose latents a file does not keep."""
    found = list(collections.values())
    return Collection(
        examples={layer: one.examples[layer] for layer, one in collections.items()},
        broken={sample: reason for one in found for sample, reason in one.broken.items()},
        execution=found[-1].execution,
        layouts={layer: one.layouts[layer] for layer, one in collections.items() if layer in one.layouts},
    )
