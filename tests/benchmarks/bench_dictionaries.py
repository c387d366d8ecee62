"""Directions of a layer beside its channels, over three seeds: clear examples, clear labels, search, stability.

Model, layer and pooling are the demo's. Precision is the share of images of a category among the examples of the
component that a search for the category's name puts first, and of the first five, averaged over the categories.
Channels have no seed, so theirs is one number; others show the mean, with the least and the most. Directions are fewer
than channels, so as many random channels stand beside them. Of Caltech-101 a fixed draw is taken, about as many as
there are photos.
"""

import random
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import torch

from tests.benchmarks.bench_offline import CALTECH, ROOT, missing, offline_model, read_caltech, read_photos

LAYER, N, K, SEEDS = "bn2", 64, 9, (0, 1000, 2000)
"""A dictionary also learns from the seed that follows its own."""
N_CALTECH = 600
CACHE = ROOT / "build" / "cache"


def figures() -> Iterator[dict[str, Any]]:
    """One line a measure, dataset and kind of component; NMF should be clearer than channels by both measures."""
    if missing() is not None:
        print("bench_dictionaries: skipped, the extra `offline` is missing", file=sys.stderr)
        return
    images, _, categories = read_photos()
    yield from _lines("photos, 36 categories", images, categories, ("nmf", "pca", "kmeans"))
    if CALTECH.is_dir():
        images, labels = read_caltech()
        drawn = sorted(random.Random(0).sample(range(len(images)), N_CALTECH))  # noqa: S311 (a fixed draw)
        images, labels = [images[n] for n in drawn], [labels[n] for n in drawn]
        yield from _lines(f"Caltech-101, {len(set(labels))} labels", images, labels, ("nmf",))


def _lines(
    data: str, images: Sequence[Any], truth: Sequence[str], methods: Sequence[str]
) -> Iterator[dict[str, Any]]:
    kinds: dict[str, list[Any]] = {"1,280 channels": [LAYER]}
    kinds[f"{N} random channels"] = [random_channels(seed) for seed in SEEDS]
    kinds |= {f"{N} of {method}": [learned(images, method, seed) for seed in SEEDS] for method in methods}
    found = measured(images, truth, [layer for layers in kinds.values() for layer in layers])
    for kind, layers in kinds.items():
        for name in found[layers[0]]:
            least = (
                found[LAYER][name] if kind.endswith("nmf") and name in ("clarity", "clear labels") else None
            )
            yield _line(f"{data}, {kind}: {name}", [found[layer][name] for layer in layers], least)


@cache
def network() -> Any:
    """The demo's model and its transform."""
    from semanticlens_widgets.foundation_models import efficientnet_lite

    return efficientnet_lite(0)


def random_channels(seed: int) -> Any:
    """As many channels as there are directions."""
    import semanticlens_widgets as slw

    rows = torch.eye(1280)[torch.randperm(1280, generator=torch.Generator().manual_seed(seed))[:N]]
    return slw.Latents(LAYER, encode=rows, name=f"random-{seed}")


def learned(images: Sequence[Any], method: str, seed: int) -> Any:
    """The dictionary of a seed."""
    import semanticlens_widgets as slw

    model, transform = network()
    options = {"transform": transform, "cache": CACHE, "progress": False, "name": f"{method}-{seed}"}
    return slw.learn_dictionary(model, images, LAYER, N, method, seed=seed, **options)


def measured(
    images: Sequence[Any], truth: Sequence[str], layers: Sequence[Any]
) -> dict[str, Mapping[str, float]]:
    """Layer -> measure -> value."""
    import semanticlens_widgets as slw

    model, transform = network()
    lens = slw.Lens.build(
        model,
        images,
        layers,
        foundation_model=offline_model(),
        transform=transform,
        pooling="mean",
        k=K,
        cache=CACHE,
        progress=False,
    )
    clarity = lens.scores().groupby("layer")["clarity"].mean()
    clear = lens.label().groupby("layer")["clear"].mean()
    own = ("stability", "stability_chance", "explained_variance")
    return {
        layer: {
            "clarity": float(clarity[layer]),
            "clear labels": float(clear[layer]),
            "precision of the first": precision(lens, layer, truth, 1),
            "precision of the first five": precision(lens, layer, truth, 5),
            **{name: layer.report[name] for name in own if hasattr(layer, "report")},
        }
        for layer in layers
    }


def precision(lens: Any, layer: str, truth: Sequence[str], n: int) -> float:
    """The share of a category's images among the examples of its n best components, averaged over the categories."""
    sample_ids = lens.database.examples[layer].sample_ids.tolist()
    shares = []
    for category in sorted(set(truth)):
        for component in lens.rank(category, layer).order.tolist()[:n]:
            shown = [sample for sample in sample_ids[component] if sample >= 0]
            shares.append(statistics.mean(truth[sample] == category for sample in shown))
    return statistics.mean(shares)


def _line(name: str, values: Sequence[float], least: float | None = None) -> dict[str, Any]:
    ours = statistics.mean(values)
    spread = f" ({min(values):.3f} to {max(values):.3f})" if len(values) > 1 else ""
    line = {"name": name + spread, "ours": round(ours, 3), "unit": "", "target": "none"}
    if least is None:
        return line
    return {**line, "target": f"> {least:.3f}", "falls_short": min(values) <= least}
