"""A second pass, over the best samples alone: where on each of them its components respond."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import torch
from jaxtyping import Float64, Int
from torch import Tensor
from tqdm.auto import tqdm

from semanticlens_widgets._memory import kept_buffers
from semanticlens_widgets._saving import saving
from semanticlens_widgets.attribution import component_maps, map_boxes, prefix_tokens
from semanticlens_widgets.collection._batches import Batch, next_batch, stack
from semanticlens_widgets.collection._calibration import format_named
from semanticlens_widgets.concepts import ConceptExamples
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import computed_ahead
from semanticlens_widgets.layers import capture, check_input, input_region_finder, model_device, model_dtype
from semanticlens_widgets.pipeline._cache import Entry
from semanticlens_widgets.pipeline._collect import Study

_MAPS_AT_ONCE = 256
"""At the resolution of the input: 51 MB for 224 pixels."""

Places = Int[Tensor, "component k left_top_right_bottom_width_height"]
"""int32: the box of every example in pixels of its image, and that image's size; -1 where there is no example."""


@dataclass(frozen=True, eq=False)
class _Job:
    study: Study
    examples: Mapping[str, ConceptExamples]
    threshold: float
    execution: Mapping[str, Any]
    """How the layers were collected."""
    views: dict[int, tuple[float, ...]] = field(default_factory=dict)
    """Of the samples that were decoded and not yet run: the box that the model is shown, and the picture's size."""


def cut(
    study: Study,
    examples: Mapping[str, ConceptExamples],
    threshold: float,
    execution: Mapping[str, Any],
    entry: Entry | None,
) -> dict[str, Places]:
    """The place of every example: the box around what its activation map has above the threshold, where it lies.

    A response is what made the score: activations above 0, or their size for pooling "absmax" and "absmean". A map
    without any gives all that the model is shown. One forward pass serves all components of all layers.
    """
    job = _Job(study, examples, threshold, execution)
    every = torch.cat([found.sample_ids.flatten() for found in examples.values()]).unique()
    samples = every[every >= 0].tolist()
    places, n_done = _begun(examples, entry)
    bar = tqdm(
        total=len(samples), initial=n_done, desc="cropping", unit="image", disable=not study.how["progress"]
    )
    with bar, kept_buffers(), saving(lambda: _save(entry, places, n_done)) as now_and_then:
        for batch in _batches(job, samples[n_done:]):
            _cut_batch(job, batch, places)
            n_done += len(batch.sample_ids)
            bar.update(len(batch.sample_ids))
            now_and_then()
    return places


def _batches(job: _Job, samples: list[int]) -> Iterator[Batch]:
    finder, images = input_region_finder(job.study.transform), job.study.images

    def pixels(sample: int) -> Tensor:
        picture = images.image(sample)
        # A picture of few pixels may not tell its frame; all of it is then shown.
        job.views[sample] = (*(finder(picture) or (0, 0, *picture.size)), *picture.size)
        return check_input(job.study.transform(picture))

    size = job.execution["batch_size"]
    with closing(computed_ahead(pixels, samples, depth=2 * size)) as stream:
        while (batch := next_batch(stream, size)).n_consumed:
            for sample, reason in batch.broken.items():
                raise ImagesError(
                    f"{images.name(sample)} could be read before and cannot be read now: {reason}"
                )
            yield batch


def _cut_batch(job: _Job, batch: Batch, places: Mapping[str, Places]) -> None:
    model = job.study.model
    pixels = stack(batch, format_named(job.execution["memory_format"])).to(
        model_device(model), model_dtype(model)
    )
    sides = (pixels.shape[2], pixels.shape[3])
    views = torch.tensor([job.views.pop(sample) for sample in batch.sample_ids], dtype=torch.float64)

    def keep(layer: str, output: Tensor) -> None:
        ids = job.examples[layer].sample_ids
        components, ranks = torch.isin(ids, torch.tensor(batch.sample_ids)).nonzero(as_tuple=True)
        rows = torch.searchsorted(torch.tensor(batch.sample_ids), ids[components, ranks])
        for some in torch.arange(len(rows)).split(_MAPS_AT_ONCE):
            maps = component_maps(layer, output, rows[some], components[some], sides, prefix_tokens(model))
            sized = job.study.poolings[layer].startswith("abs")
            boxes = map_boxes(maps.float() if sized else maps.float().clamp(min=0), sides, job.threshold)
            places[layer][components[some], ranks[some]] = _in_pictures(boxes.cpu(), sides, views[rows[some]])

    with capture(model, list(job.examples), keep):
        model(pixels)


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


def _begun(examples: Mapping[str, ConceptExamples], entry: Entry | None) -> tuple[dict[str, Places], int]:
    """The places so far, and how many samples they are of."""
    saved = entry.load() if entry else None
    if saved:
        return dict(saved[0]), saved[1]["n_done"]
    shapes = {layer: (*found.sample_ids.shape, 6) for layer, found in examples.items()}
    return {layer: torch.full(shape, -1, dtype=torch.int32) for layer, shape in shapes.items()}, 0


def _save(entry: Entry | None, places: Mapping[str, Places], n_done: int) -> None:
    if entry and n_done:
        entry.save(places, {"n_done": n_done})
