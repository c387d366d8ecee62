"""Explanations of single images: arguments, class names and labels of a lens around `explanations`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from semanticlens_widgets import analysis
from semanticlens_widgets._arguments import check_at_least, check_choice, shown
from semanticlens_widgets.attribution import METHODS
from semanticlens_widgets.explanations import (
    WITHOUT_MODEL,
    Explanation,
    Found,
    Prediction,
    Reading,
    effects_of,
    explain_pixels,
    held_sample,
    not_additive,
    standing,
)
from semanticlens_widgets.images import SUFFIXES, Images, as_images, labels_of
from semanticlens_widgets.layers import check_input, count_outputs, input_picture
from semanticlens_widgets.lens import activations, vocabularies
from semanticlens_widgets.lens.memo import Key
from semanticlens_widgets.lens.session import Session
from semanticlens_widgets.pipeline import known_outputs


@dataclass(frozen=True)
class OutputsKey(Key[dict[str, int]]):
    """Class -> output, as the images or `Lens.build` name them."""

    n_outputs: int


@dataclass(frozen=True)
class LabelsKey(Key[tuple[str, ...]]):
    """The labels of a layer's components; vocabularies are the same object or others."""

    kept = 16
    layer: str
    vocabulary: analysis.EmbeddedVocabulary


@dataclass(frozen=True)
class CountKey(Key[tuple[int]]):
    """The number of outputs, of a model that gives a sample the same ones each time."""


@dataclass(frozen=True)
class RivalsKey(Key[tuple[bool]]):
    """True if no image has several labels, so that outputs are rivals."""


def explain(question: "Question") -> Explanation:
    """See `Lens.explain`."""
    check_choice("method", question.method, METHODS)
    check_at_least("top", question.top, 0)
    own = question.answer()
    rows = own.shown().tolist()
    return own.with_effects(rows, question.effects(own, rows))


@dataclass(frozen=True, eq=False)
class Question:
    """All that `Lens.explain` is asked; see there."""

    lens: Any
    """The lens that is asked."""
    image: object
    layer: str
    class_name: str | None = None
    contrast: object = None
    method: str = "gradient"
    threshold: float | None = None
    vocabulary: vocabularies.VocabularySource | None = "general"
    top: int = 20

    def answer(self) -> Explanation:
        """The explanation without effects, which take a run of the model for each component."""
        own = self._of(self.image, self.class_name)
        if self.contrast is None:
            return replace(own, question=self)
        if isinstance(self.contrast, str) and not is_path(self.contrast):
            own.prediction.output_of(self.contrast)
            other = self._of(self.image, self.contrast)
        else:
            other = self._of(self.contrast, own.class_name)
        notes = tuple(dict.fromkeys([*own.notes, *other.notes]))
        return replace(own, contrast=other, notes=notes, question=self)

    def effects(self, own: Explanation, components: Sequence[int]) -> Float[Tensor, " component"]:
        """The effects of components, as in `Explanation.effects`; NaN without the model."""
        if not components or not self._has_model(self.image):
            return torch.full((len(components),), torch.nan)
        reading = reading_of(self._session, self.threshold)
        with self._session.running:
            pixels = pixels_of(self._session, self.image)
            found = effects_of(reading, self._session.database, self.layer, pixels, components)
        effects = found[:, own.prediction.output_of(own.class_name)]
        if own.contrast and own.contrast.class_name != own.class_name:
            effects = effects - found[:, own.prediction.output_of(own.contrast.class_name)]
        return effects

    @property
    def _session(self) -> Session:
        return self.lens._session

    def _has_model(self, image: object) -> bool:
        """True if the model can be run on the image."""
        session = self._session
        return session.studied is not None and (
            session.images is not None or sample_number(session, image) is None
        )

    def _of(self, image: object, class_name: str | None) -> Explanation:
        """The explanation of one image for one class."""
        sample = sample_number(self._session, image)
        if not self._has_model(image):
            return self._held(image, sample, class_name)
        reading, pixels = reading_of(self._session, self.threshold), pixels_of(self._session, image)
        choose = partial(_chosen, class_name)
        with self._session.running:
            found = explain_pixels(reading, self._session.database, self.layer, pixels, choose, self.method)
        picture = input_picture(reading.studied.transform, pixels[0])
        missed = not_additive(found, self.method)
        return self._explanation(found, self.method, sample, picture, [missed] if missed else [])

    def _held(self, image: object, sample: int | None, class_name: str | None) -> Explanation:
        if sample is None:
            raise ValueError(
                "an image that is no sample of the lens needs the model; pass it: Lens.open(path, model=model), or "
                f"explain a sample by its number, not {shown(image)}"
            )
        database = self._session.database
        found = held_sample(database, self.layer, sample, class_name)
        held = database.relevance[self.layer].method
        return self._explanation(found, held, sample, _thumbnail(self._session, sample), [WITHOUT_MODEL])

    def _explanation(
        self, found: Found, method: str, sample: int | None, picture: Image.Image | None, notes: list[str]
    ) -> Explanation:
        labels, why = labels_for(self._session, self.layer, self.vocabulary)
        database = self._session.database
        attributed = self.layer in database.relevance
        kept = None if attributed else activations.kept(self._session, self.layer)
        among = standing(database, self.layer, found.scores, sample, kept)
        if not among.n_compared:
            notes.append(
                f"Percentiles are not known, as the lens holds no scores of layer {self.layer!r} over all images: call "
                f"lens.attribute(layer={self.layer!r}) or lens.keep_activations(layer={self.layer!r}) first; ranks "
                "are among the concept examples"
            )
        return Explanation(
            examples=database.examples[self.layer],
            prediction=found.prediction,
            class_name=found.prediction.names[found.output],
            method=method,
            scores=found.scores,
            relevance=found.relevance,
            standing=among,
            effects=torch.full_like(found.scores, torch.nan),
            without_layer=found.without_layer,
            labels=labels,
            places=found.places,
            picture=picture,
            sample=sample,
            notes=(*notes, *([why] if why else [])),
            n_rows=self.top,
        )


def sample_number(session: Session, image: object) -> int | None:
    """The number of a sample; None for a picture. Raises ValueError for a number that is no sample."""
    if isinstance(image, bool) or not isinstance(image, Integral):
        return None
    sample, n = int(image), session.database.provenance.n_images
    if not 0 <= sample < n:
        raise ValueError(f"a sample must lie in 0 to {n - 1}, not {sample}")
    return sample


def picture_of(session: Session, image: object) -> Image.Image:
    """The picture of a sample, a path, a PIL image or an array; raises TypeError for anything else."""
    if (sample := sample_number(session, image)) is not None:
        return session.with_images().image(sample)
    if isinstance(image, str | Path | Image.Image | np.ndarray | Tensor):
        return as_images([image]).image(0)
    raise TypeError(
        f"image must be the number of a sample, a path, a PIL image or an array, not {shown(image)}"
    )


def pixels_of(session: Session, image: object) -> Float[Tensor, "1 channel height width"]:
    """The model's input for an image; raises ValueError if its outputs depend on chance or on the rest of a batch."""
    studied = session.with_model()
    pixels = check_input(studied.transform(picture_of(session, image)))
    session.memo.get(
        CountKey(), lambda: (count_outputs(studied.model, pixels, studied.output),), session.running
    )
    return pixels.unsqueeze(0)


def reading_of(session: Session, threshold: float | None = None) -> Reading:
    """The model with the names of its outputs, and the way in which they are judged."""
    studied = session.with_model()

    def classes(n_outputs: int) -> Mapping[str, int]:
        for relevance in session.database.relevance.values():
            return dict(zip(relevance.classes, relevance.outputs.tolist(), strict=True))
        return session.memo.get(
            OutputsKey(n_outputs), lambda: known_outputs(studied, session.images, n_outputs)
        )

    rivals = None
    if threshold is not None or not session.memo.get(RivalsKey(), lambda: (_rivals(session.images),))[0]:
        rivals = False
    return Reading(studied, classes, session.database.output_names, rivals, threshold)


def labels_for(
    session: Session, layer: str, vocabulary: vocabularies.VocabularySource | None
) -> tuple[tuple[str, ...] | None, str]:
    """The label of every component, and why there are none."""
    if vocabulary is None:
        return None, ""
    if isinstance(vocabulary, str) and vocabulary == "general" and not session.embeds_offline:
        return (
            None,
            "Labels are left out, as they need the foundation model: pass vocabulary='imagenet' or texts",
        )
    embedded = vocabularies.embedded_vocabulary(session, vocabulary)

    def label() -> tuple[str, ...]:
        return tuple(analysis.label(session.database, None, embedded, layer=layer)["label"])

    return session.memo.get(LabelsKey(layer, embedded), label), ""


def _chosen(class_name: str | None, prediction: Prediction) -> int:
    return prediction.answer if class_name is None else prediction.output_of(class_name)


def _rivals(images: Images | None) -> bool:
    return images is None or not any(
        len(labels_of(images, sample) or ()) > 1 for sample in range(len(images))
    )


def is_path(text: str) -> bool:
    """True for the name of an image file, which is no class."""
    return Path(text).suffix.lower() in SUFFIXES


def _thumbnail(session: Session, sample: int) -> Image.Image | None:
    if session.images is not None:
        return session.images.image(sample)
    kept = session.database.samples
    rows = (kept.ids == sample).nonzero()[:, 0].tolist()
    return Image.open(BytesIO(kept.thumbnail(rows[0]))).convert("RGB") if rows else None
