"""Embeds each sample that some component needs, once."""

import time
from collections.abc import Iterable
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from tqdm.auto import tqdm

from semanticlens_widgets._memory import kept_buffers
from semanticlens_widgets.concepts import Samples, pack
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.foundation_models import FoundationModel, embed_images_checked
from semanticlens_widgets.images import Images, decode_ahead, thumbnail_webp
from semanticlens_widgets.pipeline._cache import Entry

_BATCH = 32
_SECONDS_BETWEEN_SAVES = 20.0


def embed_samples(
    images: Images,
    sample_ids: list[int],
    foundation_model: FoundationModel,
    entry: Entry | None,
    *,
    progress: bool,
) -> Samples:
    """The embeddings, thumbnails, labels and names of the samples, in ascending order of their ids.

    What `entry` holds already is not computed again, and an interrupted run goes on from its last save.
    """
    wanted = sorted(set(sample_ids))
    known = _load(entry)
    missing = [sample for sample in wanted if sample not in known]
    _embed_missing(images, missing, foundation_model, known, entry, progress)
    rows = [known[sample] for sample in wanted]
    thumbnail_bytes, offsets = pack([thumbnail for _, thumbnail in rows])
    return Samples(
        ids=torch.tensor(wanted, dtype=torch.int64),
        embeddings=torch.stack([embedding for embedding, _ in rows]),
        labels=[images.label(sample) for sample in wanted],
        names=[images.name(sample) for sample in wanted],
        thumbnail_bytes=thumbnail_bytes,
        thumbnail_offsets=offsets,
    )


Known = dict[int, tuple[Tensor, bytes]]


def _embed_missing(
    images: Images,
    missing: list[int],
    model: FoundationModel,
    known: Known,
    entry: Entry | None,
    progress: bool,
) -> None:
    if not missing:
        return
    saved = time.monotonic()
    bar = tqdm(total=len(missing), desc=f"embedding with {model.name}", unit="image", disable=not progress)
    try:
        with bar, kept_buffers():
            for batch in _batches(decode_ahead(images, missing, _picture_and_thumbnail)):
                _embed_batch(batch, model, known, images)
                bar.update(len(batch))
                if time.monotonic() - saved > _SECONDS_BETWEEN_SAVES:
                    _save(entry, known)
                    saved = time.monotonic()
    finally:
        # Also when the user interrupts: what was embedded is kept.
        _save(entry, known)


def _picture_and_thumbnail(image: Image.Image) -> tuple[Image.Image, bytes]:
    return image, thumbnail_webp(image)


def _batches(items: Iterable[Any]) -> Iterable[list[Any]]:
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _embed_batch(batch: list[Any], model: FoundationModel, known: Known, images: Images) -> None:
    for sample, value in batch:
        if isinstance(value, Exception):
            raise ImagesError(
                f"{images.name(sample)} could be read before and cannot be read now: {value}"
            ) from value
    embeddings = embed_images_checked(model, [picture for _, (picture, _) in batch])
    for (sample, (_, thumbnail)), embedding in zip(batch, embeddings, strict=True):
        known[sample] = (embedding, thumbnail)


def _load(entry: Entry | None) -> Known:
    found = entry.load() if entry else None
    if found is None:
        return {}
    tensors, _ = found
    ends = tensors["thumbnail_offsets"].tolist()
    data = tensors["thumbnail_bytes"].numpy().tobytes()
    return {
        sample: (tensors["embeddings"][row], data[ends[row] : ends[row + 1]])
        for row, sample in enumerate(tensors["ids"].tolist())
    }


def _save(entry: Entry | None, known: Known) -> None:
    if entry is None or not known:
        return
    data, offsets = pack([thumbnail for _, thumbnail in known.values()])
    tensors = {
        "ids": torch.tensor(list(known), dtype=torch.int64),
        "embeddings": torch.stack([embedding for embedding, _ in known.values()]),
        "thumbnail_bytes": data,
        "thumbnail_offsets": offsets,
    }
    entry.save(tensors, {})
