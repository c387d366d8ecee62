"""Labelling by a callable: it sees the example images of components, and proposes words."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import torch
from PIL import Image
from tqdm.auto import tqdm

from semanticlens_widgets import analysis
from semanticlens_widgets.analysis import Candidates, EmbeddedVocabulary, joined, read_candidates
from semanticlens_widgets.concepts import Crops
from semanticlens_widgets.lens import vocabularies
from semanticlens_widgets.lens.session import Session

Labeller = Callable[[list[Image.Image], list[Image.Image]], str | Sequence[str]]
"""From the example images of a component, best first, and their look-alikes, to words for it, the likeliest first."""
LabelSource = vocabularies.VocabularySource | pd.DataFrame
LabelSources = LabelSource | Mapping[str, LabelSource] | None
"""A vocabulary or a table of labels, or several by the name of the method."""


def candidates(
    session: Session,
    labeller: Labeller,
    reference: EmbeddedVocabulary,
    layers: Sequence[str],
    *,
    progress: bool = True,
    **embedding: Any,
) -> Candidates:
    """The words for every component of the layers, as part of one vocabulary with those of `reference`.

    Raises TypeError for a labeller that cannot be called or returns no text, RuntimeError with the component for one
    that fails.
    """
    if not callable(labeller):
        raise TypeError(
            f"labeller must be a function of example images and look-alikes that returns words, not {labeller!r}"
        )
    found: dict[str, list[tuple[str, ...]]] = {}
    for layer in layers:
        asked = tqdm(_Pictures(session, layer), desc=f"labelling {layer}", disable=not progress)
        found[layer] = [_asked(labeller, *each) for each in asked]
    proposed = dict.fromkeys(text for of_layer in found.values() for texts in of_layer for text in texts)
    known = set(reference.texts)
    if new := [text for text in proposed if text not in known]:
        reference = joined(reference, vocabularies.embed_vocabulary(session, new, **embedding))
    return Candidates(reference, found)


def label_tables(session: Session, labels: LabelSources) -> dict[str, pd.DataFrame]:
    """The tables of labels by method; those of a vocabulary without a name are under "nearest"."""
    if labels is None:
        return {}
    named = labels if isinstance(labels, Mapping) else {"nearest": labels}
    return {
        name: given
        if isinstance(given, pd.DataFrame)
        else analysis.label(session.database, None, vocabularies.embedded_vocabulary(session, given))
        for name, given in named.items()
    }


def _asked(
    labeller: Labeller, component: str, examples: list[Image.Image], others: list[Image.Image]
) -> tuple[str, ...]:
    if not examples:
        return ()
    try:
        found = labeller(examples, others)
    except Exception as error:
        raise RuntimeError(f"labeller failed for {component}: {type(error).__name__}: {error}") from error
    return read_candidates(found, component)


class _Pictures:
    """The example images of each component of a layer, and their look-alikes: in full size with the images."""

    def __init__(self, session: Session, layer: str) -> None:
        self._session, self._layer = session, layer
        self._examples = session.database.examples[layer]
        self._others = analysis.look_alikes(session.database, layer)

    def __len__(self) -> int:
        return self._examples.n_components

    def __iter__(self) -> Iterator[tuple[str, list[Image.Image], list[Image.Image]]]:
        for index in range(len(self)):
            others = self._others[index]
            yield (
                self._examples.name(index),
                self._of(index),
                [self._whole(row) for row in others[others >= 0].tolist()],
            )

    def _of(self, index: int) -> list[Image.Image]:
        database = self._session.database
        rows = database.example_table(self._layer, torch.tensor([index]))[1][0]
        crops = database.crops
        opened = self._whole if crops is None or self._layer not in crops.rows else partial(self._crop, crops)
        return [opened(row) for row in rows[rows >= 0].tolist()]

    def _whole(self, row: int) -> Image.Image:
        samples, images = self._session.database.samples, self._session.images
        return _opened(samples.thumbnail(row)) if images is None else images.image(int(samples.ids[row]))

    def _crop(self, crops: Crops, row: int) -> Image.Image:
        images = self._session.images
        if images is None:
            return _opened(crops.thumbnail(row))
        left, top, right, bottom = crops.boxes[row].tolist()
        return images.image(int(crops.sample_ids[row])).crop((left, top, right, bottom))


def _opened(file: bytes) -> Image.Image:
    return Image.open(io.BytesIO(file)).convert("RGB")
