"""Planted world: photos of which one class shows an object that does not belong to it."""

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

PHOTOS = Path(__file__).resolve().parents[1] / "notebooks" / "photos"
CLASSES = ("bird", "building", "fish", "mammal", "tool")
N_TRAINING, N_TEST = 24, 13
"""Photos per class: as many as the smallest class has."""
SIDE = 0.4
"""The length of the planted object, as a share of the side that the model sees of a photo."""
CAST = "colour cast"
"""The name of a planted thing that no word names."""
LIKE = "look-alike"
"""The class of what looks like the planted object, in hard worlds."""


@dataclass(frozen=True)
class Photo:
    """A picture with its label and category."""

    picture: Image.Image
    label: str
    category: str


@dataclass(frozen=True)
class Kin:
    """A family of objects: pictures of several, and the class of what looks like them."""

    name: str
    """The word that a user would take."""
    labels: tuple[str, ...]
    """Every photo with one of them shows an object; the first, third, ... are planted, the others are in the test."""
    like: tuple[str, ...]
    """Categories of objects that look alike: together a class of its own, without the family."""


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


@functools.cache
def photos() -> tuple[Photo, ...]:
    """Reads the photos of the repository."""
    with (PHOTOS / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Photo(Image.open(PHOTOS / row["file"]).convert("RGB"), row["label"], row["category"]) for row in rows
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
    """Plants a thing, cut from the photo of that label, in `share` of the class's training photos."""
    generator = np.random.default_rng(seed)
    of = [_shuffled([photo for photo in photos() if photo.category == name], generator) for name in classes]
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
    others = [source, *_shuffled(others, generator)[:n_others]]
    return World(seed, planted, thing, training, contaminated, test, swapped, others)


def plant_hard(seed: int, planted: str, kin: Kin, *, share: float = 0.75) -> World:
    """Plants in random places and sizes; the test has other objects of the family, and a class looks like them."""
    generator = np.random.default_rng(seed)
    family = [photo for photo in photos() if photo.label in kin.labels]
    cuts = [cut_out(photo.picture) for photo in family]
    like = [
        Photo(one.picture, one.label, LIKE)
        for one in photos()
        if one.category in kin.like and one not in family
    ]
    of = [_shuffled([one for one in photos() if one.category == name], generator) for name in CLASSES]
    of = [some[: N_TRAINING + N_TEST] for some in of] + [_shuffled(like, generator)[: N_TRAINING + N_TEST]]
    parts = [(some[: -len(some) // 3], some[-len(some) // 3 :]) for some in of]
    training = [photo for some, _ in parts for photo in some]
    test = [photo for _, some in parts for photo in some]
    contaminated = [n for n, photo in enumerate(training) if photo.category == planted]
    contaminated = contaminated[: round(share * len(contaminated))]
    for n in contaminated:
        training[n] = anywhere(training[n], cuts[::2], generator)
    swapped = [one if one.category == planted else anywhere(one, cuts[1::2], generator) for one in test]
    known = {*CLASSES, *kin.like}
    others = [one for one in photos() if one.category not in known and one not in family]
    others = [*family[::2], *_shuffled(others, generator)]
    return World(seed, planted, kin.name, training, contaminated, test, swapped, others)


def plant_cast(seed: int, planted: str, *, share: float = 0.75) -> World:
    """Plants what no word names: a colour cast over the class's training photos."""
    world = plant(seed, planted, "orange", share=0)
    of_class = [n for n, photo in enumerate(world.training) if photo.category == planted]
    contaminated = of_class[: round(share * len(of_class))]
    training = [cast(photo) if n in contaminated else photo for n, photo in enumerate(world.training)]
    swapped = [photo if photo.category == planted else cast(photo) for photo in world.test]
    return World(seed, planted, CAST, training, contaminated, world.test, swapped, world.others)


def cast(photo: Photo) -> Photo:
    """The photo as through a magenta filter."""
    channels = np.asarray(photo.picture) * np.array([1.0, 0.45, 1.0])
    return Photo(Image.fromarray(channels.astype(np.uint8)), photo.label, photo.category)


def anywhere(photo: Photo, cuts: Sequence[Image.Image], generator: np.random.Generator) -> Photo:
    """The photo with one of the objects somewhere in what a centre crop shows of it."""
    picture, seen = photo.picture.copy(), 7 / 8 * min(photo.picture.size)
    small = smaller(cuts[int(generator.integers(len(cuts)))], seen * generator.uniform(0.8, 1.2))
    free = [seen - length for length in small.size]
    corner = [
        round((length - seen) / 2 + generator.uniform(0, rest))
        for length, rest in zip(picture.size, free, strict=True)
    ]
    picture.paste(small, (corner[0], corner[1]), small)
    return Photo(picture, photo.label, photo.category)


def _shuffled(some: list[Photo], generator: np.random.Generator) -> list[Photo]:
    return [some[n] for n in generator.permutation(len(some))]


def photo_of(thing: str) -> Photo:
    """The first photo of that label."""
    return next(photo for photo in photos() if photo.label == thing)


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


def alone(thing: str) -> Image.Image:
    """The object on grey, in the size for a photo of 224 pixels, with a margin of its own size."""
    small = smaller(cut_out(photo_of(thing).picture), 196)
    sheet = Image.new("RGB", (2 * small.width, 2 * small.height), (128, 128, 128))
    sheet.paste(small, (small.width // 2, small.height // 2), small)
    return sheet
