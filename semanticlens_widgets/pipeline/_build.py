"""Building of a concept database: collect, embed, average."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import torch
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets._arguments import check_at_least, check_choice
from semanticlens_widgets._cache import Cache, cache_in
from semanticlens_widgets._choices import Sign
from semanticlens_widgets.attribution import HOT
from semanticlens_widgets.collection import poolings_of, without_arbitrary
from semanticlens_widgets.concepts import ConceptDatabase
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.foundation_models import FoundationModel, check_foundation_model, fingerprint_of
from semanticlens_widgets.images import Images, as_images, first_decoded, warn_of_left_out
from semanticlens_widgets.layers import (
    Latents,
    Layout,
    check_device,
    check_scores,
    check_transform,
    check_weights,
    default_transform,
    find_layers,
    forget_layouts,
    given_layouts,
    keeping_behaviour,
    model_behaviour,
    model_device,
    model_dtype,
    model_fingerprint,
    observed,
    output_shapes,
    preprocessing_fingerprint,
    preprocessing_of,
    remember_layouts,
)
from semanticlens_widgets.passes import Steps
from semanticlens_widgets.pipeline._crops import check_croppable, crop_places
from semanticlens_widgets.pipeline._embed import embed
from semanticlens_widgets.pipeline._embedded import WHOLE
from semanticlens_widgets.pipeline._examples import Collection, Setup, collect_examples
from semanticlens_widgets.pipeline._look_alikes import find_look_alikes
from semanticlens_widgets.pipeline._studied import affordable, record_of
from semanticlens_widgets.pipeline._tables import (
    crop_table,
    pieces_of,
    provenance_of,
    sample_table,
    unique_crops,
)
from semanticlens_widgets.tensors._component_embeddings import component_embeddings

Transform = Callable[[Image.Image], Tensor]


def build_database(
    model: nn.Module,
    images: object,
    layers: "str | Latents | Sequence[str | Latents] | Mapping[str, Layout | None]",
    *,
    foundation_model: FoundationModel,
    transform: Transform | None = None,
    k: int = 20,
    pooling: str | Mapping[str, str] = "max",
    sign: str = "positive",
    normalize_examples: bool = True,
    look_alikes: bool = False,
    crop: bool = False,
    crop_threshold: float = HOT,
    batch_size: int | None = None,
    memory_format: torch.memory_format | None = None,
    device: str | torch.device | None = None,
    cache: str | Path | None = None,
    progress: bool = True,
) -> ConceptDatabase:
    """The concept examples and embeddings of every component of the layers; see `Lens.build`."""
    k = check_at_least("k", k, 1)
    check_choice("sign", sign, get_args(Sign))
    check_foundation_model(foundation_model)
    names = find_layers(model, layers)
    layouts = given_layouts(model, layers)
    check_device(model, device if device is not None else model_device(model))
    check_weights(model)
    transform = transform or preprocessing_of(model) or default_transform()
    check_transform(transform)
    if crop:
        check_croppable(transform, crop_threshold)
    source = _not_empty(as_images(images))
    check_scores(names, len(source))
    forget_layouts(model, names)
    remember_layouts(model, layouts)
    if batch_size is None:
        batch_size = _affordable(model, observed(names), first_decoded(source, transform))
    setup = Setup(
        model=model,
        images=source,
        transform=transform,
        poolings=poolings_of(names, pooling),
        layouts=layouts,
        k=k,
        sign=sign,
        fingerprints=_fingerprints(model, source, transform, foundation_model),
        batch_size=batch_size,
        memory_format=memory_format,
        device=device,
        progress=progress,
    )
    store, steps = cache_in(cache), Steps(2 + crop + look_alikes)
    database = _collected(
        setup, store, foundation_model, normalize_examples, crop_threshold if crop else None, steps
    )
    embedded = replace(database, component_embeddings=_embed_components(database))
    if not look_alikes:
        return embedded
    with steps.next():
        found = find_look_alikes(setup, embedded, store)
        return replace(embedded, look_alikes={str(layer): ids for layer, ids in found.items()})


def _affordable(model: nn.Module, layers: Sequence[str], pixels: object) -> int | None:
    """The largest batch of latents that fits, tried on one image; None where nothing limits it."""
    latents = [layer for layer in layers if isinstance(layer, Latents)]
    if not latents or not isinstance(pixels, Tensor):
        return None
    try:
        with keeping_behaviour(model):
            inputs = pixels.unsqueeze(0).to(model_device(model), model_dtype(model))
            shapes = output_shapes(model, latents, inputs)
    except (RuntimeError, AssertionError):  # of the model, which the first batch explains
        return None
    sizes = [affordable(layer, shape, 1) for layer, shape in shapes.items()]
    return min((size for size in sizes if size), default=None)


def _collected(
    setup: Setup,
    store: Cache,
    foundation_model: FoundationModel,
    normalize_examples: bool,
    crop_threshold: float | None,
    steps: Steps,
) -> ConceptDatabase:
    """The database without component embeddings: examples, and their samples or crops embedded."""
    with steps.next():
        collection = _without_dead(collect_examples(setup, store))
    warn_of_left_out(setup.images, collection.broken)
    places = {}
    if crop_threshold is not None:
        with steps.next():
            places = crop_places(setup, collection, crop_threshold, store)
    crops, rows = unique_crops(collection.examples, places) if places else (None, {})
    needed = _needed(collection)
    pieces = [(sample, WHOLE) for sample in needed] + ([] if crops is None else pieces_of(crops))
    parts = store.parts("embedded", setup.fingerprints["images"], setup.fingerprints["foundation_model"])
    with steps.next():
        known = embed(setup.images, pieces, foundation_model, parts, progress=setup.progress)
    return ConceptDatabase(
        examples={str(layer): found for layer, found in collection.examples.items()},
        component_embeddings={},
        samples=sample_table(setup.images, needed, known),
        provenance=provenance_of(setup, foundation_model, collection, normalize_examples),
        crops=None if crops is None else crop_table(crops, rows, known, crop_threshold or 0.0),
        latents={str(layer): record_of(layer) for layer in collection.examples if isinstance(layer, Latents)},
    )


def _fingerprints(
    model: nn.Module, images: Images, transform: Transform, foundation_model: FoundationModel
) -> dict[str, str]:
    return {
        "model": model_fingerprint(model),
        "behaviour": model_behaviour(model),
        "images": images.fingerprint,
        "preprocessing": preprocessing_fingerprint(transform),
        "foundation_model": fingerprint_of(foundation_model),
    }


def _without_dead(collection: Collection) -> Collection:
    examples = {layer: without_arbitrary(found) for layer, found in collection.examples.items()}
    if all(found.dead.all() for found in examples.values()):
        some = next(iter(examples.values()))
        raise ImagesError(
            f"every component of {', '.join(examples)} has the same score for all {some.n_samples:,} images, so that "
            "none has examples; check that the images differ and what the transform makes of them"
        )
    return replace(collection, examples=examples)


def _needed(collection: Collection) -> list[int]:
    """The samples that are an example of some component."""
    every = torch.cat([examples.sample_ids.flatten() for examples in collection.examples.values()]).unique()
    return every[every >= 0].tolist()


def _embed_components(database: ConceptDatabase) -> dict[str, Tensor]:
    normalize_examples = database.provenance.normalize_examples
    return {
        layer: component_embeddings(*database.example_table(layer), normalize_examples=normalize_examples)
        for layer in database.layers
    }


def _not_empty(images: Images) -> Images:
    if len(images) == 0:
        raise ImagesError("there are no images to run the model over; pass at least one")
    return images
