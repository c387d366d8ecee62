"""Learning a dictionary of a layer: rows are read, the method is fitted, and the result is measured."""

from collections.abc import Callable

import torch
from PIL import Image
from torch import Tensor, nn
from tqdm.auto import tqdm

from semanticlens_widgets._arguments import check_at_least, check_choice
from semanticlens_widgets.dictionaries.dictionary import Dictionary
from semanticlens_widgets.dictionaries.fitting import METHODS
from semanticlens_widgets.dictionaries.measures import quality, stability
from semanticlens_widgets.dictionaries.rows import sampled_rows
from semanticlens_widgets.errors import ImagesError
from semanticlens_widgets.executors import spreading_to
from semanticlens_widgets.images import as_images
from semanticlens_widgets.layers import (
    check_transform,
    check_weights,
    default_transform,
    find_layers,
    preprocessing_of,
)

_HELD_OUT = 5
"""One image of so many is held out."""


def learn_dictionary(
    model: nn.Module,
    images: object,
    layer: str,
    n: int,
    method: str = "nmf",
    *,
    transform: Callable[[Image.Image], Tensor] | None = None,
    seed: int = 0,
    n_seeds: int = 2,
    active: int | None = None,
    name: str | None = None,
    executor: object = None,
    progress: bool = True,
) -> Dictionary:
    """Learns `n` directions of a layer from its activations: a layer for `Lens.build`, like `slw.Latents`.

    Args:
        model: Used where it is and left as found.
        images: Whatever `Lens.build` takes; a fifth is held out, on which the result is measured.
        layer: The name of one layer. Up to 16 places of each image are drawn at random, within 256 MB.
        n: The number of directions.
        method: "nmf" (parts that add up; for activations that are not negative), "pca", "kmeans", "sae" (a TopK
            autoencoder) or "batchtopk" (a BatchTopK one); both need the extra `dictionaries`.
        transform: As in `Lens.build`.
        seed: Of the draws and of the method.
        n_seeds: Dictionaries that are learned, for `report["stability"]`; the first is returned, and 1 leaves it out.
        active: Of an autoencoder, the latents that are active at a place, for "batchtopk" on average; by default a
            tenth of n, at most 32.
        name: Of the new layer; "<layer>.<method>" by default.
        executor: Reads the layer over workers, as in `Lens.build`; the method is fitted here.
        progress: Show progress bars.

    Interrupting it leaves the model as found. Raises ValueError for an unknown method and too few rows,
    LayerNotFoundError, ImportError without the extra.
    """
    check_choice("method", method, METHODS)
    n, n_seeds = check_at_least("n", n, 1), check_at_least("n_seeds", n_seeds, 1)
    seed = check_at_least("seed", seed, 0)
    active = check_at_least("active", min(32, max(1, n // 10)) if active is None else active, 1)
    [layer] = _one(find_layers(model, layer))
    check_weights(model)
    transform = transform or preprocessing_of(model) or default_transform()
    check_transform(transform)
    source = as_images(images)
    if len(source) < 2:
        raise ImagesError(f"there must be at least 2 images, one of them held out, not {len(source)}")
    order = torch.randperm(len(source), generator=torch.Generator().manual_seed(seed)).tolist()
    n_held = max(1, len(source) // _HELD_OUT)
    with spreading_to(executor):
        held, rows = (
            sampled_rows(model, source, layer, transform, sorted(some), seed, progress=progress)
            for some in (order[:n_held], order[n_held:])
        )
    _check_enough(n, min(active, n), method, rows)
    seeds = range(seed, seed + n_seeds)
    bar = tqdm(seeds, f"fitting {n} by {method}", disable=not progress)
    codings = [METHODS[method](rows, n, each, min(active, n)) for each in bar]
    report = {
        "method": method,
        "n": n,
        "seed": seed,
        "n_seeds": n_seeds,
        "n_rows": len(rows),
        "n_held_out": len(held),
        **quality(codings[0], held),
        **stability(codings, rows, seed),
    }
    return Dictionary.of(layer, codings[0], report, name)


def _one(layers: list[str]) -> list[str]:
    if len(layers) != 1:
        raise ValueError(f"layer must name one layer, and {len(layers)} match")
    return layers


def _check_enough(n: int, active: int, method: str, rows: Tensor) -> None:
    least = n if method in ("pca", "kmeans") else 2
    if len(rows) < least:
        raise ValueError(
            f"n={n:,} directions need as many rows, and the images give {len(rows):,}; pass more images"
        )
    if method == "pca" and n > rows.shape[1]:
        raise ValueError(
            f"n must be at most {rows.shape[1]}, the dimensions of the layer, for 'pca', not {n}"
        )
    if not torch.isfinite(rows).all():
        raise ValueError("the layer gives NaN or infinity; check the model's weights and the preprocessing")
