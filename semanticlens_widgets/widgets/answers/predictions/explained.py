"""The explanations that the browser asks for, kept while a reader orders, clicks and steers."""

import math
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from semanticlens_widgets.explanations import Explanation
from semanticlens_widgets.lens import Lens
from semanticlens_widgets.lens.explaining import Question
from semanticlens_widgets.lens.memo import Key
from semanticlens_widgets.lens.vocabularies import VocabularySource
from semanticlens_widgets.widgets.answers.neurons.query_images import QueryImages
from semanticlens_widgets.widgets.kernel.request import Request


@dataclass(frozen=True, eq=False)
class Asking:
    """Options of a widget that explains, the same for all images."""

    method: str
    threshold: float | None
    vocabulary: VocabularySource | None


@dataclass(frozen=True)
class ExplanationKey(Key[Explanation]):
    """The explanation of an image by the options of a widget, without effects."""

    kept = 8
    asking: str
    layer: str
    sample: int | None
    picture: str
    class_name: str
    contrast: object
    """A class, a sample, a picture's handle in a tuple, or None."""


@dataclass(frozen=True)
class EffectKey(Key[tuple[float]]):
    """The effect of a component in an explanation."""

    kept = 4096
    explanation: ExplanationKey
    component: int


class Explanations:
    """The last explanations of a lens, and the options and pictures that they are asked with."""

    def __init__(self, lens: Lens, pictures: QueryImages, asked: MutableMapping[str, Asking]) -> None:
        self.lens, self.pictures, self.asked = lens, pictures, asked
        self._memo = lens._session.memo

    def of(self, request: Request) -> Explanation:
        """The explanation, without effects, that a request names."""
        return self.at(request.params)

    def at(self, about: Mapping[str, Any]) -> Explanation:
        """The explanation, without effects, for parameters as `Explained` has them."""
        key = self.key(about)
        return self._memo.get(key, lambda: self._question(key).answer())

    def keep(self, about: Mapping[str, Any], found: Explanation) -> None:
        """Keeps an explanation that is already there, with the effects that it has."""
        key = self.key(about)
        self._memo.put(key, found)
        for component in (~found.effects.isnan()).nonzero()[:, 0].tolist():
            self._memo.put(EffectKey(key, component), (float(found.effects[component]),))

    def forget(self) -> None:
        """Drops all explanations: percentiles are among other images after an attribution."""
        self._memo.forget(ExplanationKey)

    def effects(self, about: Mapping[str, Any], components: Sequence[int]) -> list[float]:
        """The effects of components, each measured once."""
        key, own = self.key(about), self.at(about)
        missing = [one for one in components if self._memo.peek(EffectKey(key, one)) is None]
        found = dict(zip(missing, own.question.effects(own, missing).tolist(), strict=True))
        kept = {one: self._memo.put(EffectKey(key, one), (effect,))[0] for one, effect in found.items()}
        return [kept[one] if one in kept else self._effect(key, one) for one in components]

    def _effect(self, key: ExplanationKey, component: int) -> float:
        return (self._memo.peek(EffectKey(key, component)) or (math.nan,))[0]

    def whole(self, about: Mapping[str, Any]) -> Explanation:
        """The explanation with the effects of the rows of its table, as `lens.explain` returns it."""
        found = self.at(about)
        rows = found.shown().tolist()
        return found.with_effects(rows, torch.tensor(self.effects(about, rows)))

    def asking(self, name: str) -> Asking:
        """The options with an id; raises ValueError if their widget no longer exists."""
        found = self.asked.get(name)
        if found is None:
            raise ValueError("this explanation is no longer held by a widget; run its cell again")
        return found

    def key(self, about: Mapping[str, Any]) -> ExplanationKey:
        """The key of an explanation; raises what a wrong parameter raises."""
        layer = self.lens.database.layer_name(_text(about, "layer"))
        contrast: object = _text(about, "contrast_class") or about.get("contrast_sample")
        if picture := _text(about, "contrast_picture"):
            contrast = (picture,)
        return ExplanationKey(
            _text(about, "asking"),
            layer,
            about.get("sample"),
            _text(about, "picture"),
            _text(about, "class_name"),
            contrast,
        )

    def image(self, sample: int | None, picture: str) -> object:
        """A sample's number, or the picture of a handle."""
        return self.pictures.get(picture)[0] if picture else sample

    def _question(self, key: ExplanationKey) -> Question:
        asking, contrast = self.asking(key.asking), key.contrast
        return Question(
            self.lens,
            self.image(key.sample, key.picture),
            key.layer,
            key.class_name or None,
            self.image(None, contrast[0]) if isinstance(contrast, tuple) else contrast,
            asking.method,
            asking.threshold,
            asking.vocabulary,
        )


def _text(about: Mapping[str, Any], name: str) -> str:
    return str(about.get(name) or "")
