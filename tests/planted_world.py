"""Planted worlds that are harder than the one of the lessons, and things that no word names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from semanticlens_widgets.lessons.planted import (
    CLASSES,
    N_TEST,
    N_TRAINING,
    Photo,
    World,
    cut_out,
    photo_of,
    photos,
    plant,
    shuffled,
    smaller,
)

CAST = "colour cast"
"""The name of a planted thing that no word names."""
LIKE = "look-alike"
"""The class of what looks like the planted object, in hard worlds."""


@dataclass(frozen=True)
class Kin:
    """A family of objects: pictures of several, and the class of what looks like them."""

    name: str
    """The word that a user would take."""
    labels: tuple[str, ...]
    """Every photo with one of them shows an object; the first, third, ... are planted, the others are in the test."""
    like: tuple[str, ...]
    """Categories of objects that look alike: together a class of its own, without the family."""


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
    of = [shuffled([one for one in photos() if one.category == name], generator) for name in CLASSES]
    of = [some[: N_TRAINING + N_TEST] for some in of] + [shuffled(like, generator)[: N_TRAINING + N_TEST]]
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
    others = [*family[::2], *shuffled(others, generator)]
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


def alone(thing: str) -> Image.Image:
    """The object on grey, in the size for a photo of 224 pixels, with a margin of its own size."""
    small = smaller(cut_out(photo_of(thing).picture), 196)
    sheet = Image.new("RGB", (2 * small.width, 2 * small.height), (128, 128, 128))
    sheet.paste(small, (small.width // 2, small.height // 2), small)
    return sheet
