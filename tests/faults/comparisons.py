"""Shares of matched, lost and gained components of three lenses with nothing in common: each should be 5 %.

The lenses are over the same pictures of noise, of which each model sees other rows.
"""

import random
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import get_args

import torch
from torch import Tensor, nn

import semanticlens_widgets as slw
from semanticlens_widgets._choices import Similarity
from tests.faults.null_world import KINDS, N_COMPONENTS, WORDS, NullWorld, to_input
from tests.faults.outcome import Outcome, main
from tests.faults.statistics import judged

N_WORLDS = 4
ROWS = {"upper": slice(0, 3), "middle": slice(3, 6), "lower": slice(6, 8)}
"""Side -> the rows of a picture that its model sees."""


class Rows(nn.Module):
    """Some rows of the pixels."""

    def __init__(self, rows: slice) -> None:
        super().__init__()
        self.rows = rows

    def forward(self, pixels: Tensor) -> Tensor:
        return pixels[:, :, self.rows].flatten(1)


def sides(world: NullWorld, k: int) -> list[slw.Lens]:
    """A lens for each part of the pictures, whose components are random projections."""
    torch.manual_seed(world.seed)
    images, found = slw.as_images(world.pictures), []
    for rows in ROWS.values():
        see = nn.Linear(24 * (rows.stop - rows.start), N_COMPONENTS)
        found.append(
            slw.Lens.build(
                nn.Sequential(OrderedDict(rows=Rows(rows), see=see)), images, "see", foundation_model=world,
                transform=to_input, k=k, batch_size=64, memory_format=torch.contiguous_format, progress=False,
            )
        )  # fmt: skip
    return found


def shares(world: NullWorld, k: int, by: Similarity) -> dict[str, float]:
    """Percent of components that are matched, lost and gained, over all pairs of sides.

    In a space of random weights, which sees the pixels as the models do, components do show something: matched alone.
    """
    found = slw.compare(*sides(world, k), by=by, vocabulary=WORDS, names=list(ROWS), progress=False)
    matched = {"matched": 100 * float(found.table["matched"].mean())}
    if world.kind == "random weights":
        return matched
    n_compared = len(ROWS) * (len(ROWS) - 1) // 2 * N_COMPONENTS
    alone = {"lost": found.lost, "gained": found.gained}
    return matched | {what: 100 * len(table) / n_compared for what, table in alone.items()}


def outcomes(kind: str, n_images: int, k: int, by: Similarity, generator: random.Random) -> Iterator[Outcome]:
    """Over some worlds of one kind and size."""
    seeds = [generator.randrange(1 << 30) for _ in range(N_WORLDS)]
    found = [shares(NullWorld(kind, n_images, seed), k, by) for seed in seeds]
    for what in found[0]:
        name = f"{kind}, N = {n_images}, k = {k}, by {by}: {what}"
        yield judged(name, torch.tensor([one[what] for one in found]))


GROUPS: Mapping[str, partial[Iterator[Outcome]]] = {
    f"{kind} {n_images} {k} {by}": partial(outcomes, kind, n_images, k, by)
    for kind in KINDS
    for n_images, k in ((50, 5), (200, 5), (500, 20))
    for by in get_args(Similarity)
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    main(GROUPS, __doc__)
