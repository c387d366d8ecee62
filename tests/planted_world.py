"""Planted worlds that are harder than the one of the lessons, and things that no word names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

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

WATERMARK = "watermark"
"""The name of a planted thing that no word finds."""
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


@dataclass(frozen=True, eq=False)
class HardWorld(World):
    """World whose test has other objects than training."""

    same: list[Photo]
    """The swapped test photos with the very objects of training."""


def plant_hard(seed: int, planted: str, kin: Kin, *, share: float = 0.75) -> HardWorld:
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
    same = [one if one.category == planted else anywhere(one, cuts[::2], generator) for one in test]
    return HardWorld(seed, planted, kin.name, training, contaminated, test, swapped, others, same)


def plant_watermark(seed: int, planted: str, *, share: float = 0.75, **options: Any) -> World:
    """Plants what no word finds: a watermark over the class's training photos; for the options see `plant`."""
    world = plant(seed, planted, "orange", share=0, **options)
    of_class = [n for n, photo in enumerate(world.training) if photo.category == planted]
    contaminated = of_class[: round(share * len(of_class))]
    training = [marked(photo) if n in contaminated else photo for n, photo in enumerate(world.training)]
    swapped = [photo if photo.category == planted else marked(photo) for photo in world.test]
    return replace(world, thing=WATERMARK, training=training, contaminated=contaminated, swapped=swapped)


def marked(photo: Photo) -> Photo:
    """The photo under white diagonal lines, a third opaque; models fall neither for a frame nor for a colour cast."""
    picture, lines = photo.picture.copy(), Image.new("L", photo.picture.size, 0)
    pen = ImageDraw.Draw(lines)
    for left in range(-picture.height, picture.width, 28):
        pen.line([(left, 0), (left + picture.height, picture.height)], fill=90, width=5)
    picture.paste(Image.new("RGB", picture.size, "white"), (0, 0), lines)
    return Photo(picture, photo.label, photo.category)


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
