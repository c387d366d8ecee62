"""Planted world: photos of which one class shows an object that does not belong to it."""

import csv
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from semanticlens_widgets._arguments import check_choice, did_you_mean
from semanticlens_widgets._demo import photos_folder
from semanticlens_widgets.images import Images, as_images

CLASSES = ("bird", "building", "fish", "mammal", "tool")
N_TRAINING, N_TEST = 24, 13
"""Photos per class: as many as the smallest class has."""
SIDE = 0.4
"""The length of the planted object, as a share of the side that the model sees of a photo."""
_TILE = 128


@dataclass(frozen=True)
class Photo:
    """A picture with its label and category."""

    picture: Image.Image
    label: str
    category: str


@dataclass(frozen=True, eq=False)
class World:
    """Training photos, some of one class contaminated; test photos without and with the object."""

    seed: int
    planted: str
    """The class that carries the object in training."""
    thing: str
    training: list[Photo]
    contaminated: list[int]
    """Indices into the training photos."""
    test: list[Photo]
    """None has the object."""
    swapped: list[Photo]
    """The test photos, with the object on all classes but the one that carried it in training."""
    others: list[Photo]
    """Photos of no class, such as a user has besides, with clean photos of the object among them."""

    @property
    def classes(self) -> list[str]:
        """The classes, in the order of the outputs."""
        return sorted({photo.category for photo in self.training})

    @property
    def images(self) -> Images:
        """The training photos, then the others, labelled by category."""
        every = [*self.training, *self.others]
        return as_images([photo.picture for photo in every], labels=[photo.category for photo in every])

    def without(self, samples: Iterable[int]) -> "World":
        """The same world without these training photos."""
        gone = set(samples)
        kept = [n for n in range(len(self.training)) if n not in gone]
        return replace(
            self,
            training=[self.training[n] for n in kept],
            contaminated=[place for place, n in enumerate(kept) if n in set(self.contaminated)],
        )

    def sheet(self) -> Image.Image:
        """Two clean training photos, two contaminated ones and two of the swapped test, side by side."""
        shown = [self.training[n] for n in (0, N_TRAINING, *self.contaminated[:2])] + self.swapped[-2:]
        sheet = Image.new("RGB", (len(shown) * _TILE, _TILE))
        for place, photo in enumerate(shown):
            sheet.paste(photo.picture.resize((_TILE, _TILE)), (place * _TILE, 0))
        return sheet


@functools.cache
def photos() -> tuple[Photo, ...]:
    """Reads the photos of a checkout; raises ImagesError where there are none."""
    folder = photos_folder()
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Photo(Image.open(folder / row["file"]).convert("RGB"), row["label"], row["category"]) for row in rows
    )


def plant(
    seed: int,
    planted: str,
    thing: str,
    *,
    share: float = 0.75,
    classes: Sequence[str] = CLASSES,
    n_training: int = N_TRAINING,
    n_test: int = N_TEST,
    n_others: int | None = None,
) -> World:
    """Plants a thing, cut from the photo of that label, in `share` of the class's training photos.

    `n_others` limits the photos of no class; None takes all. Raises ValueError for a class or a thing without photos.
    """
    check_choice("planted", planted, classes)
    generator = np.random.default_rng(seed)
    of = [shuffled([photo for photo in photos() if photo.category == name], generator) for name in classes]
    training = [photo for some in of for photo in some[:n_training]]
    test = [photo for some in of for photo in some[n_training : n_training + n_test]]
    contaminated = [n for n, photo in enumerate(training) if photo.category == planted]
    contaminated = contaminated[: round(share * n_training)]
    source = photo_of(thing)
    cut = cut_out(source.picture)
    for n in contaminated:
        training[n] = with_object(training[n], cut)
    swapped = [photo if photo.category == planted else with_object(photo, cut) for photo in test]
    others = [photo for photo in photos() if photo.category not in classes and photo is not source]
    others = [source, *shuffled(others, generator)[:n_others]]
    return World(seed, planted, thing, training, contaminated, test, swapped, others)


def photo_of(thing: str) -> Photo:
    """The first photo of that label; raises ValueError without any."""
    found = next((photo for photo in photos() if photo.label == thing), None)
    if found is None:
        near = did_you_mean(thing, {photo.label for photo in photos()})
        raise ValueError(f"there is no photo of {thing!r}{near}")
    return found


def cut_out(picture: Image.Image) -> Image.Image:
    """Cuts out an object on white, as RGBA without margins."""
    solid = Image.fromarray(255 * (np.asarray(picture).min(-1) < 245).astype(np.uint8))
    picture = picture.copy()
    picture.putalpha(solid)
    return picture.crop(solid.getbbox())


def with_object(photo: Photo, cut: Image.Image) -> Photo:
    """The photo with the object in the lower right corner of what a centre crop shows of it."""
    picture, seen = photo.picture.copy(), 7 / 8 * min(photo.picture.size)
    small = smaller(cut, seen)
    right, bottom = ((length + 0.96 * seen) / 2 for length in picture.size)
    picture.paste(small, (round(right) - small.width, round(bottom) - small.height), small)
    return Photo(picture, photo.label, photo.category)


def smaller(cut: Image.Image, seen: float) -> Image.Image:
    """The object in the size for a photo of which a model sees `seen` pixels a side."""
    small = cut.copy()
    small.thumbnail((round(SIDE * seen), round(SIDE * seen)))
    return small


def shuffled(some: list[Photo], generator: np.random.Generator) -> list[Photo]:
    """The photos in a random order."""
    return [some[n] for n in generator.permutation(len(some))]
