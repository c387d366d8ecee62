"""Held-out images: scores of the components on images that the database never saw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jaxtyping import Float
from PIL import Image
from torch import Tensor, nn

from semanticlens_widgets._cache import Cache
from semanticlens_widgets.collection import collect
from semanticlens_widgets.concepts import ConceptExamples, Provenance
from semanticlens_widgets.foundation_models import FoundationModel, fingerprint_of
from semanticlens_widgets.images import Images, warn_of_left_out
from semanticlens_widgets.layers import model_fingerprint, observed
from semanticlens_widgets.passes import Steps
from semanticlens_widgets.pipeline._embed import embed
from semanticlens_widgets.pipeline._embedded import WHOLE, Piece


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Held-out images as the studied model and the foundation model see them."""

    ids: list[int]
    """The images that can be read."""
    examples: dict[str, ConceptExamples]
    """Layer -> all images for every component."""
    embeddings: Float[Tensor, "image dim"]
    """One row for each of `ids`."""


def held_out(
    model: nn.Module,
    transform: Callable[[Image.Image], Tensor],
    images: Images,
    layers: Sequence[str],
    provenance: Provenance,
    foundation_model: FoundationModel,
    *,
    cache: Path | None = None,
    progress: bool = True,
) -> HeldOut:
    """The score of every component on every readable image, and the same images embedded.

    Pooling and sign are those of the database. Images in the `cache` are not embedded again. Raises ValueError for
    another model than the database's, or fewer than two images.
    """
    if model_fingerprint(model) != provenance.model_fingerprint:
        raise ValueError(
            f"model must be the {provenance.model} that the lens was built with, with the same weights; "
            "build the lens anew for another one"
        )
    if len(images) < 2:
        raise ValueError(
            f"images must be at least 2 held-out images, not {len(images)}: a correlation needs more"
        )
    for layer in set(layers) - set(observed(layers)):
        raise ValueError(f"layer {str(layer)!r} is a matrix of scores, which has none for held-out images")
    steps = Steps(2)
    with steps.next():
        found = collect(
            model,
            images,
            list(layers),
            transform=transform,
            k=len(images),
            pooling={layer: provenance.pooling.get(layer, "max") for layer in layers},
            sign=provenance.sign,
            progress=progress,
        )
    warn_of_left_out(images, found.broken)
    ids = [sample for sample in range(len(images)) if sample not in found.broken]
    store = Cache(cache)
    parts = store.parts("embedded", images.fingerprint, fingerprint_of(foundation_model)) if cache else None
    with steps.next():
        pieces: list[Piece] = [(sample, WHOLE) for sample in ids]
        known = embed(images, pieces, foundation_model, parts, progress=progress)
    return HeldOut(ids, found.examples, known.embeddings(pieces))
