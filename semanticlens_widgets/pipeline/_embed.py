"""Embeddings of images and crops, each computed once.

Unlike a pass of `passes.run_pass`, what was embedded is kept for good, and every part of it is of use by itself.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import TypeVar, cast

from PIL import Image

from semanticlens_widgets._cache import alone
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
from semanticlens_widgets.pipeline._embedded import WHOLE, Embedded, Found, Piece, part_of

_BATCH = 32
_PART = 32 * _BATCH
"""Pieces that are held in memory until they are saved, at most."""
_PIECES_AT_ONCE = 8
"""Cut from an image that was decoded once: few, so that little waits for the foundation model."""

Item = TypeVar("Item")


def embed(
    images: Images,
    pieces: Iterable[Piece],
    model: FoundationModel,
    parts: Parts | None,
    *,
    progress: bool,
    report: Report | None = None,
) -> Embedded:
    """The embeddings and thumbnails of the pieces.

    Pieces in `parts` are not computed again, and an interrupted run goes on from its last save. Raises ImagesError for
    an image that cannot be read.
    """
    wanted, known = set(pieces), Embedded(parts.path.parent if parts else None)
    before = parts.paths() if parts else []
    _load(known, before, wanted)
    if parts is None:
        _embed(images, wanted, model, known, None, progress, report)
    elif len(known) < len(wanted):
        with alone(parts.path):
            _load(known, sorted(set(parts.paths()) - set(before)), wanted)
            _embed(images, wanted, model, known, parts, progress, report)
    return known


def _embed(
    images: Images,
    wanted: set[Piece],
    model: FoundationModel,
    known: Embedded,
    parts: Parts | None,
    progress: bool,
    report: Report | None,
) -> None:
    """Embeds the missing pieces, saves them part by part, and enters them into the known ones."""
    fresh: Found = {}
    missing = sorted(wanted - known.keys())
    if not missing:
        return

    def keep() -> None:
        if fresh:
            part = part_of(fresh)
            if parts:
                parts.add(part, {})
            known.add(part, wanted)
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
            return
        for found in _embedded(images, missing, model):
            fresh.update(found)
            n_done += len(found)
            advance(n_done)
            if len(fresh) >= _PART:
                keep()


def _embedded(images: Images, pieces: Sequence[Piece], model: FoundationModel) -> Iterator[Found]:
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
    known: Embedded,
    advance: Callable[[int, str], None],
) -> None:
    """Enters the missing pieces, embedded by workers, into the known ones."""
    n_before, wanted = len(known), set(missing)

    def keep(_: Shard, stored: Stored) -> None:
        if parts:
            parts.add(*stored)
        known.add(stored[0], wanted)

    recipe = getattr(model, "recipe", None)
    if recipe:  # its weights are then not sent
        made_by(partial(from_recipe, recipe), model)
    work = partial(_embed_part, images, model, fingerprint_of(model) if recipe else None)
    job = Job(work, missing, _BATCH, {"images": images, "foundation model": model})
    spread(job, workers, keep=keep, advance=lambda standing: advance(len(known) - n_before, standing))


def _embed_part(
    images: Images, model: FoundationModel, fingerprint: str | None, pieces: list[Piece]
) -> Stored:
    """The pieces as they are saved, on a worker; ValueError where its model has another fingerprint."""
    if fingerprint is not None and fingerprint_of(model) != fingerprint:
        raise ValueError(
            f"{model.name} has other weights on a worker than here; give the workers the same files of weights"
        )
    found: Found = {}
    for batch in _embedded(images, pieces, model):
        found |= batch
    return part_of(found), {}


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

    for task, value in computed_ahead(images, read, tasks, cut):
        if isinstance(value, Exception):
            name = images.name(task[0][0])
            raise ImagesError(f"{name} could be read before and cannot be read now: {value}") from value
        yield from cast("list[Cut]", value)


def _groups(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    stream = iter(items)
    while part := list(islice(stream, size)):
        yield part


def _load(known: Embedded, files: Iterable[Path], wanted: set[Piece]) -> None:
    """Enters the wanted pieces of parts; one that is damaged, or that other code wrote, is removed."""
    for path in files:
        stored = Entry(path).load()
        try:
            known.add(stored[0] if stored else {}, wanted)
        except (KeyError, IndexError, TypeError, ValueError):
            Entry(path).delete()
