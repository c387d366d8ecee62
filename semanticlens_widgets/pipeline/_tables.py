"""The tables of a concept database, made of what was embedded, and its provenance."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import torch
from jaxtyping import Int
from torch import Tensor, nn

from semanticlens_widgets.concepts import ConceptExamples, Crops, Provenance, Samples
from semanticlens_widgets.foundation_models import FoundationModel
from semanticlens_widgets.images import Images
from semanticlens_widgets.layers import versions_now
from semanticlens_widgets.pipeline._crops import Places
from semanticlens_widgets.pipeline._embedded import WHOLE, Embedded, Piece
from semanticlens_widgets.pipeline._examples import Collection, Setup

CropKeys = Int[Tensor, "crop sample_left_top_right_bottom_width_height"]


def sample_table(images: Images, sample_ids: Sequence[int], known: Embedded) -> Samples:
    """The embeddings, thumbnails, labels and names of the samples, in ascending order of their ids."""
    ids = sorted(set(sample_ids))
    pieces: list[Piece] = [(sample, WHOLE) for sample in ids]
    thumbnail_bytes, offsets = known.thumbnails(pieces)
    return Samples(
        ids=torch.tensor(ids, dtype=torch.int64),
        embeddings=known.embeddings(pieces),
        labels=[images.label(sample) for sample in ids],
        names=[images.name(sample) for sample in ids],
        thumbnail_bytes=thumbnail_bytes,
        thumbnail_offsets=offsets,
    )


def unique_crops(
    examples: Mapping[str, ConceptExamples], places: Mapping[str, Places]
) -> tuple[CropKeys, dict[str, Int[Tensor, "component k"]]]:
    """The distinct crops, by sample and box, and the row of every example among them, -1 for none."""
    ids = {layer: examples[layer].sample_ids for layer in places}
    keys = [torch.cat([ids[layer].unsqueeze(2), places[layer].long()], 2).flatten(0, 1) for layer in places]
    crops, inverse = torch.cat(keys).unique(dim=0, return_inverse=True)
    # A missing example is a row of -1, which sorts first.
    absent = int((crops[:, 0] < 0).sum())
    parts = (inverse - absent).clamp(min=-1).split([found.numel() for found in ids.values()])
    rows = {layer: part.view(ids[layer].shape) for layer, part in zip(ids, parts, strict=True)}
    return crops[absent:], rows


def pieces_of(crops: CropKeys) -> list[Piece]:
    """The pieces to embed; a crop of the whole image is the image."""
    return [
        (sample, WHOLE if box == [0, 0, *size] else (box[0], box[1], box[2], box[3]))
        for sample, box, size in zip(
            crops[:, 0].tolist(), crops[:, 1:5].tolist(), crops[:, 5:].tolist(), strict=True
        )
    ]


def crop_table(
    crops: CropKeys, rows: Mapping[str, Int[Tensor, "component k"]], known: Embedded, threshold: float
) -> Crops:
    """The embeddings and thumbnails of the crops."""
    pieces = pieces_of(crops)
    thumbnail_bytes, offsets = known.thumbnails(pieces)
    return Crops(
        sample_ids=crops[:, 0].contiguous(),
        boxes=crops[:, 1:5].int(),
        sizes=crops[:, 5:].int(),
        embeddings=known.embeddings(pieces),
        thumbnail_bytes=thumbnail_bytes,
        thumbnail_offsets=offsets,
        rows={str(layer): found for layer, found in rows.items()},
        threshold=float(threshold),
    )


def provenance_of(
    setup: Setup,
    foundation_model: FoundationModel,
    collection: Collection,
    normalize_examples: bool,
) -> Provenance:
    """The provenance of a database that is built now."""
    fingerprints = setup.fingerprints
    return Provenance(
        model=_model_name(setup.model),
        model_fingerprint=fingerprints["model"],
        images_fingerprint=fingerprints["images"],
        n_images=len(setup.images),
        preprocessing_fingerprint=fingerprints["preprocessing"],
        foundation_model=foundation_model.name,
        foundation_model_fingerprint=fingerprints["foundation_model"],
        foundation_model_recipe=getattr(foundation_model, "recipe", None),
        foundation_model_caveat=getattr(foundation_model, "caveat", ""),
        pooling={str(layer): pooling for layer, pooling in setup.poolings.items()},
        sign=setup.sign,
        k=setup.k,
        normalize_examples=normalize_examples,
        created=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        versions=versions_now(),
        broken=_named(setup.images, collection.broken),
        execution=collection.execution,
        layouts={str(layer): asdict(layout) for layer, layout in collection.layouts.items()},
        model_behaviour=fingerprints["behaviour"],
    )


def _model_name(model: nn.Module) -> str:
    """The architecture, which timm writes into the model, or the name of its class."""
    config = getattr(model, "pretrained_cfg", None)
    architecture = config.get("architecture") if isinstance(config, Mapping) else None
    return str(architecture or type(model).__name__)


def _named(images: Images, broken: Mapping[int, str]) -> dict[str, str]:
    named: dict[str, str] = {}
    for sample, reason in broken.items():
        name = images.name(sample)  # a file that is listed twice has two samples
        named[f"{name} (sample {sample})" if name in named else name] = reason
    return named
