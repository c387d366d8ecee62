"""Planted objects, asked of directions: does an audit of NMF directions find what an audit of channels finds?

The worlds and models of `bench_planted`, all kinds of components on the one layer after the ReLU, and the same rule of
which respond: the object raises a component's score, its maximum over the places, by two deviations. What is called
spurious is taken out of the layer, a direction by way of `decode`. As many directions as channels, and half as many.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np
from torch import nn

from tests.benchmarks import bench_planted as planted
from tests.benchmarks.bench_offline import missing

LAYER = "act"
N_WORLDS = 3

LayerOf = Callable[[Any, nn.Sequential, Any], str]
"""World, model, backbone -> a layer for `Lens.build`."""


def directions(n: int) -> LayerOf:
    """Learns so many NMF directions from the photos that the lens is built of."""

    def learned(world: Any, model: nn.Sequential, backbone: Any) -> str:
        from semanticlens_widgets import learn_dictionary

        return learn_dictionary(
            model, world.images, LAYER, n, "nmf", transform=backbone, n_seeds=1, progress=False
        )

    return learned


KINDS: dict[str, LayerOf] = {
    "64 channels": lambda *_: LAYER,
    "64 NMF directions": directions(64),
    "32 NMF directions": directions(32),
}


def figures() -> Iterator[dict[str, Any]]:
    """One line a kind of component and figure."""
    if missing() is not None:
        return
    from tests.planted_model import Backbone

    backbone = Backbone()
    found = [measured(world, model, backbone) for world, model in islice(planted.fallen(backbone), N_WORLDS)]
    for kind in KINDS:
        yield from lines(kind, [one[kind] for one in found])


def measured(world: Any, model: nn.Sequential, backbone: Any) -> dict[str, tuple[planted.Found, float]]:
    """Kind -> what is found in a world, and the share of relevance called spurious with nothing planted."""
    return {
        kind: (
            planted.measure(world, model, backbone, layer=layer_of(world, model, backbone)),
            planted.control_share(world, backbone, layer_of),
        )
        for kind, layer_of in KINDS.items()
    }


def lines(kind: str, found: list[tuple[planted.Found, float]]) -> Iterator[dict[str, Any]]:
    """The figures of a kind."""
    worlds = [one for one, _ in found]
    for name, figure in FIGURES.items():
        yield planted._line(f"{kind}: {name}", worlds, figure, 0)
    shares = [share for _, share in found]
    yield planted._line(f"{kind}: share of relevance called with nothing planted", shares, np.mean, 0)


FIGURES: dict[str, Callable[[list[planted.Found]], float]] = {
    "responding ones that the class rests on": lambda found: sum(one.called.all_responding for one in found),
    "AUROC of the spurious z-score": planted._mean("auroc"),
    "recall of responding ones": planted._ratio("respond", "all_responding"),
    "precision of what is called": planted._ratio("respond", "n"),
    "recall of contaminated photos": planted._mean("recall"),
    "accuracy brought back": planted.recovered,
    "that by random ones": lambda found: planted.recovered(found, "swapped_random"),
    "accuracy lost on clean photos": lambda found: (
        planted._mean("clean")(found) - planted._mean("clean_after")(found)
    ),
}
