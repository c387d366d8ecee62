"""Shares of clear labels, group labels and verdicts where nothing is to be found: each should be 5 %.

Over 3 % and under 7 % is right, with two standard errors; less is counted as warned, since it promises too little.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from PIL import Image

import semanticlens_widgets as slw
from tests.faults.null_world import GENERAL, KINDS, N_CLASSES, WORDS, NullWorld, null_lens
from tests.faults.outcome import Outcome, main

LOW, HIGH = 3.0, 7.0
N_WORLDS = 4


def shares(world: NullWorld, k: int, generator: random.Random) -> dict[str, float]:
    """Shares of components with a clear label or a clear group, and of verdicts that say something; percent."""
    lens = null_lens(world, k)
    labels = lens.label(WORDS)
    special = sorted(set(WORDS) - set(GENERAL))
    return {
        "clear labels": 100 * float(labels["clear"].mean()),
        "group labels": 100 * float(labels["labels"].map(len).gt(0).mean()),
        "verdicts on special words": _answers(lens, generator.sample(special, N_CLASSES)),
        "verdicts on general words": _answers(lens, generator.sample(GENERAL, N_CLASSES)),
        "verdicts on pictures": _answers(lens, [_pictures(world, generator) for _ in range(N_CLASSES)]),
        "verdicts on neurons": _answers(lens, [f"#{generator.randrange(300)}" for _ in range(N_CLASSES)]),
        "verdicts by lists of words": _answers(lens, *_lists(generator.sample(WORDS, 6 * N_CLASSES))),
        "verdicts within classes": _answers(lens, generator.sample(WORDS, N_CLASSES), within_class=True),
        "verdicts within classes by lists of words": _answers(
            lens, *_lists(generator.sample(WORDS, 6 * N_CLASSES)), within_class=True
        ),
    }


def _pictures(world: NullWorld, generator: random.Random) -> list[Image.Image]:
    return [Image.fromarray(picture) for picture in generator.sample(list(world.pictures), 3)]


def _lists(words: list[str]) -> Iterator[list[str]]:
    return (words[start : start + N_CLASSES] for start in range(0, len(words), N_CLASSES))


def _answers(lens: slw.Lens, *concepts: Sequence[Any], within_class: bool = False) -> float:
    """Each class has one concept of each list, the last half of them as spurious."""
    half = (len(concepts) + 1) // 2
    requirements = [
        slw.Requirement(f"class {row}", valid=own[:half], spurious=own[half:])
        for row, own in enumerate(map(list, zip(*concepts, strict=True)))
    ]
    table = lens.audit(requirements, layer="see", within_class=within_class).table
    return 100 * float(table["verdict"].ne("unexpected").mean())


def outcomes(kind: str, n_images: int, k: int, generator: random.Random) -> Iterator[Outcome]:
    """Over some worlds of one kind and size."""
    seeds = [generator.randrange(1 << 30) for _ in range(N_WORLDS)]
    found = [shares(NullWorld(kind, n_images, seed), k, generator) for seed in seeds]
    for what in found[0]:
        values = torch.tensor([one[what] for one in found])
        yield judged(f"{kind}, N = {n_images}, k = {k}: {what}", values)


def judged(name: str, values: torch.Tensor) -> Outcome:
    """The outcome of shares in percent, one of each world, that should be 5."""
    mean, error = float(values.mean()), float(values.std() / len(values) ** 0.5)
    detail = f"{mean:.1f} % (standard error {error:.1f})"
    if mean - 2 * error > HIGH:
        return Outcome(name, "silent", detail)
    return Outcome(name, "warned" if mean + 2 * error < LOW else "right", detail)


GROUPS: Mapping[str, partial[Iterator[Outcome]]] = {
    f"{kind} {n_images} {k}": partial(outcomes, kind, n_images, k)
    for kind in KINDS
    for n_images in (50, 200, 500)
    for k in (5, 20)
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    main(GROUPS, __doc__)
