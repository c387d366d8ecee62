"""The model of a saved lens, recognised."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets.concepts import Provenance
from semanticlens_widgets.layers import (
    check_model,
    default_transform,
    model_fingerprint,
    preprocessing_fingerprint,
    preprocessing_of,
)
from semanticlens_widgets.pipeline._attribute import Studied


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
    return Studied(model, transform, cache)
