"""Crops of the concept examples: a second pass over the best samples finds where on them components respond."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from jaxtyping import Float64, Int
from PIL import Image
from torch import Tensor

from semanticlens_widgets._cache import Cache, Codec
from semanticlens_widgets.attribution import (
    component_maps,
    has_places,
    map_boxes,
    prefix_tokens,
    tokens_in_order,
)
from semanticlens_widgets.concepts import ConceptExamples
from semanticlens_widgets.layers import Box, capture, check_input, input_region_finder
from semanticlens_widgets.passes import (
    Batch,
    Checkpoint,
    Fold,
    Pass,
    Report,
    format_named,
    merged_by_key,
    run_pass,
)
from semanticlens_widgets.pipeline._examples import Collection, Setup

_PROBE = (320, 240)
_MAPS_AT_ONCE = 256
"""At the resolution of the input: 51 MB for 224 pixels."""

Places = Int[Tensor, "component k left_top_right_bottom_width_height"]
"""int32: the box of every example in pixels of its image, and that image's size; -1 where there is no example."""


def check_croppable(transform: Callable[[Image.Image], Tensor], threshold: float) -> None:
    """Raises ValueError for a threshold out of range, or a transform whose part of the picture cannot be found."""
    if not isinstance(threshold, int | float) or not 0 <= threshold < 1:
        raise ValueError(f"crop_threshold must be a share of the maximum, 0 to below 1, not {threshold!r}")
    if input_region_finder(transform)(Image.new("RGB", _PROBE)) is None:
        raise ValueError(
            "crop=True needs a transform that shows an upright part of the picture, and this one turns, flips or "
            "normalizes each picture by itself; give it a method frame(picture) -> (left, top, right, bottom)"
        )


def crop_places(setup: Setup, collection: Collection, threshold: float, store: Cache) -> dict[str, Places]:
    """Layer -> the place of every example: the box around what its activation map has above the threshold.

    A response is what made the score: activations above 0, or their size for pooling "absmax" and "absmean". A map
    without any gives all that the model is shown. Layers without places (linear ones, pooling "cls", tokens that form
    no grid) are left out. Cached layers are not computed again, and an interrupted pass is resumed.
    """
    height, width = check_input(setup.transform(Image.new("RGB", _PROBE))).shape[1:]
    prefix = prefix_tokens(setup.model)
    keys = {
        layer: (*setup.key, threshold, *setup.layer_key(layer))
        for layer, found in collection.examples.items()
        if has_places(found.grid, (height, width), prefix, tokens_in_order(setup.model, layer))
    }

    def compute(layers: list[str], checkpoint: Checkpoint | None) -> Mapping[str, Places]:
        examples = {layer: collection.examples[layer] for layer in layers}
        return found_places(setup, examples, threshold, collection.execution, checkpoint)

    codec = Codec[Places](lambda places: ({"places": places}, {}), lambda tensors, _: tensors["places"])
    return store.by_layer("boxes", keys, codec, compute)


def found_places(
    setup: Setup,
    examples: Mapping[str, ConceptExamples],
    threshold: float,
    execution: Mapping[str, Any],
    checkpoint: Checkpoint | None = None,
    report: Report | None = None,
) -> Mapping[str, Places]:
    """The `crop_places` of layers that have places, not cached."""
    work = _pass(setup, examples, threshold, execution)
    return run_pass(work, checkpoint=checkpoint, progress=setup.progress, report=report).state.places


@dataclass(frozen=True, eq=False)
class PlacesSoFar:
    """The places of every layer's examples; -1 for those not seen yet."""

    places: Mapping[str, Places]

    def merge(self, other: "PlacesSoFar") -> "PlacesSoFar":
        """The places of both."""
        return PlacesSoFar(merged_by_key(self.places, other.places, torch.maximum))


def _pass(
    setup: Setup, examples: Mapping[str, ConceptExamples], threshold: float, execution: Mapping[str, Any]
) -> Pass[PlacesSoFar]:
    every = torch.cat([found.sample_ids.flatten() for found in examples.values()]).unique()
    shapes = {layer: (*found.sample_ids.shape, 6) for layer, found in examples.items()}
    unseen = {layer: torch.full(shape, -1, dtype=torch.int32) for layer, shape in shapes.items()}
    return Pass(
        model=setup.model,
        images=setup.images,
        samples=every[every >= 0].tolist(),
        transform=partial(_with_view, setup.transform, input_region_finder(setup.transform)),
        step=partial(cropping, setup, examples, threshold),
        empty=PlacesSoFar(unseen),
        label="cropping",
        batch_size=execution["batch_size"],
        memory_format=format_named(execution["memory_format"]),
        must_read=True,
    )


def _with_view(
    transform: Callable[[Image.Image], Tensor],
    finder: Callable[[Image.Image], Box | None],
    picture: Image.Image,
) -> tuple[Tensor, tuple[float, ...]]:
    """The input, and its view: the box of the picture that the model is shown, and the picture's size."""
    # A picture of few pixels may not tell its frame; all of it is then shown.
    frame = finder(picture) or (0, 0, *picture.size)
    return check_input(transform(picture)), (*frame, *picture.size)


@contextmanager
def cropping(
    setup: Setup, examples: Mapping[str, ConceptExamples], threshold: float
) -> Iterator[Fold[PlacesSoFar]]:
    """The step of `crop_places`; one forward pass serves all components of all layers."""
    places: dict[str, Tensor] = {}
    sample_ids, views, sides = torch.empty(0), torch.empty(0), (0, 0)

    def keep(layer: str, output: Tensor) -> None:
        ids = examples[layer].sample_ids
        components, ranks = torch.isin(ids, sample_ids).nonzero(as_tuple=True)
        rows = torch.searchsorted(sample_ids, ids[components, ranks])
        for some in torch.arange(len(rows)).split(_MAPS_AT_ONCE):
            maps = component_maps(
                layer, output, rows[some], components[some], sides, prefix_tokens(setup.model)
            ).float()
            sized = setup.poolings[layer].startswith("abs")
            boxes = map_boxes(maps if sized else maps.clamp(min=0), sides, threshold).cpu()
            found = _in_pictures(boxes, sides, views[rows[some]])
            places[layer] = places[layer].index_put((components[some], ranks[some]), found)

    def fold(state: PlacesSoFar, batch: Batch) -> PlacesSoFar:
        nonlocal sample_ids, views, sides
        sample_ids, sides = torch.tensor(batch.sample_ids), (batch.pixels.shape[2], batch.pixels.shape[3])
        views = torch.tensor(batch.notes, dtype=torch.float64)
        places.update(state.places)
        setup.model(batch.pixels)
        return PlacesSoFar(dict(places))

    with capture(setup.model, list(examples), keep):
        yield fold


def _in_pictures(
    boxes: Int[Tensor, "crop left_top_right_bottom"],
    sides: tuple[int, int],
    views: Float64[Tensor, "crop left_top_right_bottom_width_height"],
) -> Int[Tensor, "crop left_top_right_bottom_width_height"]:
    """Boxes on the model's input as whole pixels of the pictures, never outside of them and never empty."""
    start, extent, sizes = views[:, :2], views[:, 2:4] - views[:, :2], views[:, 4:].int()
    shares = boxes / torch.tensor([sides[1], sides[0]] * 2, dtype=torch.float64)
    found = (start.repeat(1, 2) + shares * extent.repeat(1, 2)).round().int()
    low = torch.minimum(found[:, :2].clamp(min=0), sizes - 1)
    high = torch.maximum(torch.minimum(found[:, 2:], sizes), low + 1)
    return torch.cat([low, high, sizes], 1)
