"""Embeddings of images and crops, each computed once.

Unlike a pass of `passes.run_pass`, what was embedded is kept for good, and every part of it is of use by itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import TypeVar, cast

import torch
from PIL import Image
from torch import Tensor

from semanticlens_widgets._cache import alone
from semanticlens_widgets.concepts import pack, packed_file
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.executors import Job, Shard, Workers, made_by, spread, workers_now
from semanticlens_widgets.foundation_models import (
    FoundationModel,
    embed_images_checked,
    fingerprint_of,
    from_recipe,
)
from semanticlens_widgets.images import Images, computed_ahead, thumbnail_webp
from semanticlens_widgets.passes import Entry, Parts, Report, Stored, kept_buffers, watched

_BATCH = 32
_PIECES_AT_ONCE = 8
"""Cut from an image that was decoded once: few, so that little waits for the foundation model."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; right and bottom exclusive."""
WHOLE: Box = (0, 0, 0, 0)
"""Stands for the whole image."""
Piece = tuple[int, Box]
"""A sample, and a part of its image."""
Known = dict[Piece, tuple[Tensor, bytes]]
"""The embedding and the thumbnail of each piece."""
Item = TypeVar("Item")


def embed(
    images: Images,
    pieces: Iterable[Piece],
    model: FoundationModel,
    parts: Parts | None,
    *,
    progress: bool,
    report: Report | None = None,
) -> Known:
    """The embeddings and thumbnails of the pieces, and of all others in `parts`.

    Pieces in `parts` are not computed again, and an interrupted run goes on from its last save. Raises ImagesError for
    an image that cannot be read.
    """
    known, wanted = _load(parts), set(pieces)
    if wanted <= known.keys():
        return known
    if parts is None:
        return _embed(images, wanted, model, known, None, progress, report)
    before = set(parts.paths())
    with alone(parts.path):
        for path in set(parts.paths()) - before:
            known |= _from_file(path)
        return _embed(images, wanted, model, known, parts, progress, report)


def _embed(
    images: Images,
    wanted: set[Piece],
    model: FoundationModel,
    known: Known,
    parts: Parts | None,
    progress: bool,
    report: Report | None,
) -> Known:
    """Returns the known embeddings with the missing ones, which are embedded and saved part by part."""
    fresh: Known = {}
    missing = sorted(wanted - known.keys())
    if not missing:
        return known

    def keep() -> None:
        _save(parts, fresh)
        known.update(fresh)
        fresh.clear()

    # What the name says in brackets would take the place of the bar.
    n_done, label = 0, f"embedding with {model.name.partition(' (')[0]}"
    watch, workers = (
        watched(len(missing), 0, label, save=keep, progress=progress, report=report),
        workers_now(),
    )
    with watch as advance:
        if workers:
            _spread(images, missing, model, workers, parts, known, advance)
            return known
        for found in _embedded(images, missing, model):
            fresh.update(found)
            n_done += len(found)
            advance(n_done)
    return known


def _embedded(images: Images, pieces: Sequence[Piece], model: FoundationModel) -> Iterator[Known]:
    """The pieces of each batch."""
    with kept_buffers():
        for batch in _groups(_cut_ahead(images, pieces), _BATCH):
            embeddings = embed_images_checked(model, [picture for _, picture, _ in batch])
            yield {
                piece: (embedding, thumbnail)
                for (piece, _, thumbnail), embedding in zip(batch, embeddings, strict=True)
            }


def _spread(
    images: Images,
    missing: Sequence[Piece],
    model: FoundationModel,
    workers: Workers,
    parts: Parts | None,
    known: Known,
    advance: Callable[[int], None],
) -> None:
    """Enters the missing pieces, embedded by workers, into the known ones."""
    n_before = len(known)

    def keep(_: Shard, stored: Stored) -> None:
        if parts:
            parts.add(*stored)
        known.update(_from_tensors(stored[0]))

    recipe = getattr(model, "recipe", None)
    if recipe:  # its weights are then not sent
        made_by(partial(from_recipe, recipe), model)
    work = partial(_embed_part, images, model, fingerprint_of(model) if recipe else None)
    job = Job(work, missing, _BATCH, {"images": images, "foundation model": model})
    spread(job, workers, keep=keep, advance=lambda _: advance(len(known) - n_before))


def _embed_part(
    images: Images, model: FoundationModel, fingerprint: str | None, pieces: list[Piece]
) -> Stored:
    """The pieces as they are saved, on a worker; ValueError where its model has another fingerprint."""
    if fingerprint is not None and fingerprint_of(model) != fingerprint:
        raise ValueError(
            f"{model.name} has other weights on a worker than here; give the workers the same files of weights"
        )
    found: Known = {}
    for batch in _embedded(images, pieces, model):
        found |= batch
    return _to_tensors(found), {}


Cut = tuple[Piece, Image.Image, bytes]


def _cut_ahead(images: Images, pieces: Sequence[Piece]) -> Iterator[Cut]:
    """The pieces as pictures with their thumbnails, cut in threads ahead of use."""
    tasks = [
        part
        for _, own in groupby(pieces, key=lambda piece: piece[0])
        for part in _groups(own, _PIECES_AT_ONCE)
    ]

    def cut(task: list[Piece], picture: Image.Image) -> list[Cut]:
        parts = [picture if box == WHOLE else picture.crop(box) for _, box in task]
        return [(piece, part, thumbnail_webp(part)) for piece, part in zip(task, parts, strict=True)]

    def read(task: list[Piece]) -> Image.Image:
        return images.image(task[0][0])

    for task, value in computed_ahead(read, tasks, cut, getattr(images, "parallel", False)):
        if isinstance(value, Exception):
            name = images.name(task[0][0])
            raise ImagesError(f"{name} could be read before and cannot be read now: {value}") from value
        yield from cast("list[Cut]", value)


def _groups(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    stream = iter(items)
    while part := list(islice(stream, size)):
        yield part


def _load(parts: Parts | None) -> Known:
    known: Known = {}
    for path in parts.paths() if parts else ():
        known |= _from_file(path)
    return known


def _from_file(path: Path) -> Known:
    """The pieces of a part; one that is damaged, or that other code wrote, is removed."""
    if stored := Entry(path).load():
        with suppress(KeyError, IndexError, TypeError, ValueError):
            return _from_tensors(stored[0])
    Entry(path).delete()
    return {}


def _from_tensors(tensors: Mapping[str, Tensor]) -> Known:
    ids, boxes = tensors["ids"], tensors.get("boxes")
    boxes = torch.zeros(len(ids), 4, dtype=torch.float32) if boxes is None else boxes
    pieces = zip(ids.tolist(), map(tuple, boxes.int().tolist()), strict=True)
    return {
        piece: (
            tensors["embeddings"][row],
            packed_file(tensors["thumbnail_bytes"], tensors["thumbnail_offsets"], row),
        )
        for row, piece in enumerate(pieces)
    }


def _save(parts: Parts | None, known: Known) -> None:
    if parts and known:
        parts.add(_to_tensors(known), {})


def _to_tensors(known: Known) -> dict[str, Tensor]:
    data, offsets = pack([thumbnail for _, thumbnail in known.values()])
    return {
        "ids": torch.tensor([sample for sample, _ in known], dtype=torch.int64),
        "boxes": torch.tensor([box for _, box in known], dtype=torch.int32),
        "embeddings": torch.stack([embedding for embedding, _ in known.values()]),
        "thumbnail_bytes": data,
        "thumbnail_offsets": offsets,
    }
