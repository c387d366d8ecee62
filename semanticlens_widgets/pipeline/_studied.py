"""The model of a database as it was run, and its recognition for a saved lens."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets.concepts import Provenance
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.images import Images, decode_ahead
from semanticlens_widgets.layers import (
    Layout,
    check_model,
    default_transform,
    evaluating,
    layer_names,
    model_device,
    model_dtype,
    model_fingerprint,
    output_tensor,
    preprocessing_fingerprint,
    preprocessing_of,
    remember_layouts,
)
from semanticlens_widgets.pipeline._class_names import Classes


@dataclass(frozen=True, eq=False)
class Studied:
    """The model of a database with its preprocessing, and the cache of its results."""

    model: nn.Module
    transform: Callable[[Image.Image], Tensor]
    cache: Path | None = None
    classes: Classes | None = None
    """The outputs that are classes, by default."""


def studied_again(
    model: nn.Module,
    transform: Callable[[Image.Image], Tensor] | None,
    provenance: Provenance,
    cache: Path | None = None,
) -> Studied:
    """The model with its preprocessing; raises ValueError unless both are those that the database was built with."""
    check_model(model)
    transform = transform or preprocessing_of(model) or default_transform()
    if model_fingerprint(model) != provenance.model_fingerprint:
        raise ValueError(
            f"model must be the {provenance.model} that the lens was built with, and its weights or architecture "
            "differ; load the same checkpoint, or build a lens of this one"
        )
    if preprocessing_fingerprint(transform) != provenance.preprocessing_fingerprint:
        raise ValueError("transform must be the one that the lens was built with; pass it: transform=...")
    layers, decided = layer_names(model), provenance.layouts
    remember_layouts(
        model,
        {
            layer: Layout(found["components"], found["batch"], bool(found["places"]))
            for layer, found in decided.items()
            if layer in layers
        },
    )
    return Studied(model, transform, cache)


def n_outputs(studied: Studied, images: Images) -> int:
    """The number of the model's outputs, from the first image that can be read; raises ImagesError without one."""
    with closing(decode_ahead(images, range(len(images)), studied.transform, depth=1)) as stream:
        pixels = next((value for _, value in stream if isinstance(value, Tensor)), None)
    if pixels is None:
        raise ImagesError("none of the images can be read; check the files")
    model = studied.model
    with evaluating(model):
        outputs = output_tensor(
            "output", model(pixels.unsqueeze(0).to(model_device(model), model_dtype(model)))
        )
    return outputs.shape[-1]
